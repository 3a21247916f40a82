"""The gate itself: every file of a finished pack is looked through by every rule, and what passes is signed off."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import catalogue, measures, store
from analysis.catalogue import areas, periods
from analysis.disclosure import audit, policy
from analysis.disclosure.audit.cells import Cell
from analysis.disclosure.gate import front, notebooks, pack_files, pack_record, seal, shown_figures, workbook_front
from analysis.disclosure.gate.one_file import Looked, Packed, look
from analysis.disclosure.gate.release_record import published, rounding_of, thresholds_of
from analysis.disclosure.gate.rules import Broken, HeldBackError
from analysis.disclosure.gate.seal import MANIFEST
from analysis.errors import UnknownNameError
from analysis.store import register
from analysis.store.as_at import as_at

_FIRST = (MANIFEST, ".html")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

# Looks through files, in order: the built-in `map`, or one that has help.
Each = Callable[..., Iterable[Looked]]


def check(folder: Path, data: Path, held: store.Store | None = None, signed: bool = True, each: Each = map) -> list[Broken]:
    """Return every rule that a pack breaks, in order of file; none if it may be shown.

    `held` are the figures as the pack's audience may see them, which every figure is held against (read from `data` if not
    given). `signed` asks besides that the pack was signed off, and not changed since. `each` looks through the files. Without the
    key of the data folder all but the seal is verified (`unverified`). A pack for an exact audience never passes.
    """
    broken, names = _names(folder)
    first = [name for name in names if name.endswith(_FIRST)]
    looked = {one.name: one for one in each(partial(look, folder), first)}
    manifest = (looked[MANIFEST].record if MANIFEST in looked else None) or {}
    audience = _audience(manifest)
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
    if signed and manifest:
        broken += [*_signature(folder, manifest, names), *seal.broken(manifest, data)]
    if not audience:
        return sorted({*broken, Broken("unreadable", MANIFEST, "the manifest")})
    if exact:
        broken.append(Broken("internal-pack", MANIFEST, "its audience"))
    if not signed or seal.SEAL in manifest.get(seal.ENTRY, {}):
        broken += _record(manifest, looked, names, folder)
    else:  # earlier versions had other entries and no seal, and said of the pack in other words what it is
        broken = [each for each in broken if each.rule != "metadata-differs" and each.place != workbook_front.COVER]
    return sorted({*broken, *more})


def hold_back(
    folder: Path,
    data: Path,
    held: store.Store | None = None,
    each: Each = map,
    registered: Mapping[str, Any] | None = None,
) -> None:
    """Sign a pack off, or raise HeldBackError with every rule that it breaks: the last pack stands then.

    `registered` is what the register holds of the release (`seal.entry`).
    """
    broken = check(folder, data, held, signed=False, each=each)
    if broken:
        raise HeldBackError(broken)
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest[seal.ENTRY] = seal.entry(manifest, data, registered)
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _audience(manifest: dict[str, Any]) -> str:
    """Return the audience that a manifest names, or nothing where it names none that is known."""
    parameters = manifest.get("parameters")
    named = parameters.get("audience") if isinstance(parameters, dict) else None
    return str(named) if named in set(policy.audiences().index) else ""


def _record(manifest: dict[str, Any], looked: dict[str, Looked], names: list[str], folder: Path) -> list[Broken]:
    """Return what the manifest has that none has, or says otherwise than the pages, and files that have no place in a pack."""
    reports = manifest.get("reports")
    pages = {name: one.said for name, one in looked.items() if name.endswith(".html") and one.said is not None}
    return [
        *pack_record.unknown_entries(manifest),
        *pack_record.differences(manifest, pages, notebooks.names(folder / notebooks.FILE)),
        *pack_files.unknown(names, list(reports) if isinstance(reports, dict) else []),
    ]


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
    """Return for each data file the exhibits that it holds: a CSV file one, the others all in their order."""
    reports = [str(report) for report in manifest.get("reports", {}) if f"{report}.html" in looked]
    shown = [(report, each) for report in reports for each in looked[f"{report}.html"].exhibits]
    files = {f"data/{report}--{each.identity}.csv": (each,) for report, each in shown}
    every = tuple(each for _, each in shown)
    whole = (".xlsx", pack_files.METADATA)  # these hold the tables of all pages
    return [every if name.endswith(whole) else files.get(name, ()) for name in names]


def _signature(folder: Path, manifest: dict[str, Any], names: Iterable[str]) -> list[Broken]:
    """Return the files that have changed since the pack was signed off."""
    listed = manifest.get("files")
    listed = listed if isinstance(listed, dict) else {}
    there = set(names) - {MANIFEST}
    broken = [Broken("missing-file", _said(name), "the manifest names it") for name in set(listed) - there]
    broken += [Broken("unlisted-file", _said(name), "the manifest doesn't name it") for name in there - set(listed)]
    return broken + [
        Broken("changed-file", name, "its sha256")
        for name in set(listed) & there
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != listed[name]
    ]


def _protection(
    told: dict[str, tuple[Cell, ...]], audience: str, data: Path, held: store.Store | None, manifest: dict[str, Any]
) -> list[Broken]:
    """Return the figures that are not those let through, and those that can be worked out."""
    from analysis.disclosure.protection import for_audience

    if held is None:
        end = _end(manifest)
        if not end:
            return [Broken("unreadable", MANIFEST, "the period")]
        held = as_at(for_audience(store.load(data), audience, data), end)
    # Packs of earlier versions name every file by its plain checksum.
    if manifest.get("inputs") not in (held.identities, held.build["inputs"]):
        return [Broken("other-figures", MANIFEST, "its inputs")]
    corrected = front.cells(manifest)
    every = [cell for each in told.values() for cell in each] + corrected
    titles = catalogue.indicators()["title"]
    mine = titles.index[titles.isin({titles[cell.indicator] for cell in every})]
    shown_areas = {cell.area for cell in every}
    shown_areas |= {each for code in shown_areas if code for each in areas.namesakes(code)}
    measured = _may_show(held, tuple(mine), frozenset(shown_areas - {""}) if all(cell.area for cell in every) else None)
    texts, people = shown_figures.allowed(measured, every), thresholds_of(audience)
    broken: list[Broken] = []
    for name, each in told.items():
        broken += shown_figures.let_through(name, each, texts)
        broken += shown_figures.small(name, each, people)
    broken += [*front.let_through(corrected, texts), *shown_figures.small(front.INDEX, corrected, people)]
    shown = audit.printed([cell for each in told.values() for cell in each], rounding_of(audience))
    before: pd.DataFrame = register.known(data, audience)
    derived = audit.derived(shown, before, published=published(held, audience))
    page_of = {cell.place: name for name, each in told.items() for cell in each}
    # What earlier releases have given away no pack can take back.
    given_away = derived.loc[~derived["open"] & ~derived["before"], "place"].astype(str)
    return broken + [Broken("derivable", page_of.get(place, "the pages"), place) for place in given_away]


def _end(manifest: dict[str, Any]) -> str:
    """Return the last day of the period that a pack is of, or nothing where its manifest names none that there is."""
    try:
        return periods.end(periods.parse(str(manifest["parameters"]["period"])))
    except (KeyError, UnknownNameError):
        return ""


@lru_cache(maxsize=1)  # of the packs of a nation each shows the same indicators of the same areas: among all authorities
def _may_show(held: store.Store, indicators: tuple[str, ...], codes: frozenset[str] | None) -> pd.DataFrame:
    """Return the measures that pages on these areas may show, official ones last: those of another family stand beside them.

    Of a table that doesn't name its areas they may be any, which None stands for.
    """
    seen = held.observations if codes is None else held.observations[held.observations["area"].isin(codes)]
    return pd.concat([measures.measure(seen, indicators), measures.official(seen, indicators)], ignore_index=True)


def _said(name: str) -> str:
    """Return a file's name in letters that can do no harm where it is printed."""
    return re.sub(r"[^\w./ -]", "?", name, flags=re.ASCII)[:80]
