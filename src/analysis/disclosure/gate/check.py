"""The gate itself: every file of a finished pack is looked through by every rule, and what passes is signed off."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import catalogue, measures, store
from analysis.disclosure import audit, policy
from analysis.disclosure.audit.cells import Cell
from analysis.disclosure.gate import front, shown_figures
from analysis.disclosure.gate.one_file import MANIFEST, Looked, Packed, look
from analysis.disclosure.gate.release_record import rounding_of, thresholds_of
from analysis.disclosure.gate.rules import Broken, HeldBackError, rules
from analysis.store import register

_FIRST = (MANIFEST, ".html")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

# Looks through files, in order: the built-in `map`, or one that has help.
Each = Callable[..., Iterable[Looked]]


def check(folder: Path, data: Path, held: store.Store | None = None, signed: bool = True, each: Each = map) -> list[Broken]:
    """Return every rule that a pack breaks, in order of file; none if it may be shown.

    `held` are the figures as the pack's audience may see them, which every figure is held against (read from `data` if not
    given). `signed` asks besides that the pack was signed off, and not changed since. `each` looks through the files.
    """
    broken, names = _names(folder)
    first = [name for name in names if name.endswith(_FIRST)]
    looked = {one.name: one for one in each(partial(look, folder), first)}
    manifest = (looked[MANIFEST].record if MANIFEST in looked else None) or {}
    audience = str(manifest.get("parameters", {}).get("audience", ""))
    exact = not audience or policy.is_exact(audience)
    # The other files are looked through while the figures of the pages are judged.
    others = [name for name in names if name not in looked]
    shown = [None] * len(others) if exact else _shown_in(others, manifest, looked)
    found = each(partial(look, folder), others, shown)
    told = {name: one.cells for name, one in looked.items()}
    more = [] if exact else _protection(told, audience, data, held, manifest)
    broken += [rule for one in (*looked.values(), *found) for rule in one.broken]
    if front.INDEX in looked:
        broken += front.look(manifest, looked[front.INDEX].front or {})
    if not audience:
        return sorted({*broken, Broken("unreadable", MANIFEST, "the manifest")})
    if signed:
        broken += _signature(folder, manifest)
    return sorted({*broken, *more})


def hold_back(folder: Path, data: Path, held: store.Store | None = None, each: Each = map) -> None:
    """Sign a pack off, or raise HeldBackError with every rule that it breaks: the last pack stands then."""
    broken = check(folder, data, held, signed=False, each=each)
    if broken:
        raise HeldBackError(broken)
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    sums = {"files": _sum(manifest["files"]), "record": _sum(_record(manifest))}
    manifest["gate"] = manifest.get("gate", {}) | {"rules": list(rules()), "version": store.version()} | sums
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _names(folder: Path) -> tuple[list[Broken], list[str]]:
    """Return what is no file of a pack, and its files: the manifest and the pages, then the others, the largest first."""
    broken, sizes = list[Broken](), dict[str, int]()
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not all(_NAME.fullmatch(part) for part in path.relative_to(folder).parts):
            broken.append(Broken("file-name", _said(name), "its name"))
        elif path.is_file():
            sizes[name] = path.stat().st_size
    return broken, sorted(sizes, key=lambda name: (not name.endswith(_FIRST), -sizes[name], name))


def _shown_in(names: list[str], manifest: dict[str, Any], looked: dict[str, Looked]) -> list[Sequence[Packed]]:
    """Return for each data file the exhibits that it holds: a CSV file one, a workbook all in the order of the pages."""
    reports = [str(report) for report in manifest.get("reports", {}) if f"{report}.html" in looked]
    shown = [(report, each) for report in reports for each in looked[f"{report}.html"].exhibits]
    files = {f"data/{report}--{each.identity}.csv": (each,) for report, each in shown}
    every = tuple(each for _, each in shown)
    return [every if name.endswith(".xlsx") else files.get(name, ()) for name in names]


def _signature(folder: Path, manifest: dict[str, Any]) -> list[Broken]:
    """Return what has changed since the pack was signed off."""
    listed = manifest.get("files", {})
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST}
    broken = [Broken("missing-file", name, "the manifest names it") for name in set(listed) - set(there)]
    broken += [Broken("unlisted-file", _said(name), "the manifest doesn't name it") for name in set(there) - set(listed)]
    broken += [
        Broken("changed-file", name, "its sha256")
        for name in set(listed) & set(there)
        if hashlib.sha256(there[name].read_bytes()).hexdigest() != listed[name]
    ]
    entry = manifest.get("gate", {})
    # Version 0.1 signed the files alone, and had nothing else in its manifest that is read as the word of the Board.
    whole = "record" in entry or "signed_off" in manifest or "corrections" in manifest
    if entry.get("files") != _sum(listed) or (whole and entry.get("record") != _sum(_record(manifest))):
        broken.append(Broken("not-signed", MANIFEST, "the entry of the gate"))
    return broken


def _record(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what the gate signs of a manifest: all but its own entry."""
    return {name: value for name, value in manifest.items() if name != "gate"}


def _protection(
    told: dict[str, tuple[Cell, ...]], audience: str, data: Path, held: store.Store | None, manifest: dict[str, Any]
) -> list[Broken]:
    """Return the figures that are not those let through, and those that can be worked out."""
    from analysis.disclosure.protection import for_audience

    if held is None:
        held = for_audience(store.load(data), audience, data)
    # Packs of earlier versions name every file by its plain checksum.
    if manifest.get("inputs") not in (held.identities, held.build["inputs"]):
        return [Broken("other-figures", MANIFEST, "its inputs")]
    corrected = front.cells(manifest)
    every = [cell for each in told.values() for cell in each] + corrected
    titles = catalogue.indicators()["title"]
    mine = titles.index[titles.isin({titles[cell.indicator] for cell in every})]
    measured = _may_show(held, tuple(mine), frozenset(cell.area for cell in every))
    texts, people = shown_figures.allowed(measured, every), thresholds_of(audience)
    broken: list[Broken] = []
    for name, each in told.items():
        broken += shown_figures.let_through(name, each, texts)
        broken += shown_figures.small(name, each, people)
    broken += [*front.let_through(corrected, texts), *shown_figures.small(front.INDEX, corrected, people)]
    shown = audit.printed([cell for each in told.values() for cell in each], rounding_of(audience))
    before: pd.DataFrame = register.known(data, audience)
    derived = audit.derived(shown, before)
    page_of = {cell.place: name for name, each in told.items() for cell in each}
    given_away = derived.loc[~derived["open"], "place"].astype(str)
    return broken + [Broken("derivable", page_of.get(place, "the pages"), place) for place in given_away]


@lru_cache(maxsize=1)  # of the packs of a nation each shows the same indicators of the same areas: among all authorities
def _may_show(held: store.Store, indicators: tuple[str, ...], areas: frozenset[str]) -> pd.DataFrame:
    """Return the measures that pages on these areas may show, official ones last: those of another family stand beside them."""
    seen = held.observations[held.observations["area"].isin(areas)]
    return pd.concat([measures.measure(seen, indicators), measures.official(seen, indicators)], ignore_index=True)


def _sum(record: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def _said(name: str) -> str:
    """Return a file's name in letters that can do no harm where it is printed."""
    return re.sub(r"[^\w./ -]", "?", name, flags=re.ASCII)[:80]
