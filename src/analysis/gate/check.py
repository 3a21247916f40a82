"""The gate itself: every file of a finished pack is looked through by every rule, and what passes is signed off."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import audit, catalogue, disclosure, measures, register, store
from analysis.audit.cells import Cell, cells
from analysis.audit.pages import Shown, exhibits
from analysis.gate import figures, markup, notebooks, words, workbooks
from analysis.gate.rules import Broken, HeldBackError, rules
from analysis.gate.shown import rounding_of, thresholds_of

MANIFEST = "manifest.json"
_TYPES = (".html", ".ipynb", ".json", ".csv", ".xlsx")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LARGEST = 100_000_000  # bytes of one file: a hundred times what any has
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class _Found:
    """What was gathered from the files of a pack."""

    broken: list[Broken] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[str, list[list[object]]] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)


def check(folder: Path, data: Path, held: store.Store | None = None, signed: bool = True) -> list[Broken]:
    """Return every rule that a pack breaks, in order of file; none if it may be shown.

    `held` are the figures as the pack's audience may see them, which every figure is held against (read from `data` if not
    given). `signed` asks besides that the pack was signed off, and not changed since.
    """
    found = _files(folder)
    manifest = found.manifest
    audience = str(manifest.get("parameters", {}).get("audience", ""))
    if not manifest or not audience:
        return sorted({*found.broken, Broken("unreadable", MANIFEST, "the manifest")})
    if signed:
        found.broken += _signature(folder, manifest)
    if disclosure.is_exact(audience):
        return sorted(set(found.broken))
    shown = {name: exhibits(html) for name, html in found.pages.items()}
    told = {name: cells(name, each) for name, each in shown.items()}
    for name, each in shown.items():
        found.broken += figures.within(name, each)
        found.broken += _against_notebook(name, found, each)
    pages = figures.by_word(exhibit for each in shown.values() for exhibit in each)
    for name, rows in found.tables.items():
        found.broken += figures.in_file(name, rows, pages)
    found.broken += _protection(told, audience, data, held, manifest)
    return sorted(set(found.broken))


def hold_back(folder: Path, data: Path, held: store.Store) -> None:
    """Sign a pack off, or raise HeldBackError with every rule that it breaks: the last pack stands then."""
    broken = check(folder, data, held, signed=False)
    if broken:
        raise HeldBackError(broken)
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["gate"] = {"rules": list(rules()), "version": store.version(), "files": _sum(manifest["files"])}
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _files(folder: Path) -> _Found:
    found = _Found()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not all(_NAME.fullmatch(part) for part in path.relative_to(folder).parts):
            found.broken.append(Broken("file-name", _said(name), "its name"))
        elif path.is_file():
            _file(name, path, found)
    return found


def _file(name: str, path: Path, found: _Found) -> None:
    if path.suffix not in _TYPES:
        found.broken.append(Broken("file-type", name, "its kind"))
        return
    if path.stat().st_size > _LARGEST:
        found.broken.append(Broken("unreadable", name, "its size"))
        return
    content = path.read_bytes()
    if path.suffix == ".xlsx":
        broken, sheets = workbooks.look(name, content)
        found.broken += broken
        found.tables |= {f"{name}": [row for rows in sheets.values() for row in rows]}
        return
    if path.suffix == ".ipynb":
        broken, found.outputs[path.stem] = notebooks.look(name, content)
        found.broken += broken
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        found.broken.append(Broken("unreadable", name, "its encoding"))
        return
    if path.suffix == ".html":
        found.pages[name] = text
        found.broken += markup.look(name, text)
        found.broken += words.look_by_line(name, text)
    elif path.suffix == ".csv":
        _table(name, text, found)
    else:
        _record(name, text, found)


def _table(name: str, text: str, found: _Found) -> None:
    try:
        rows: list[list[object]] = [list(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except csv.Error:
        found.broken.append(Broken("unreadable", name, "the table"))
        return
    found.tables[name] = rows
    found.broken += words.look_by_line(name, text)
    for number, row in enumerate(rows, start=1):
        for cell in map(str, row):
            if cell.startswith(_FORMULA) and not re.fullmatch(r"[-+]?[\d.,]+%?", cell):
                found.broken.append(Broken("formula", name, f"row {number}"))


def _record(name: str, text: str, found: _Found) -> None:
    try:
        record = json.loads(text)
    except ValueError:
        found.broken.append(Broken("unreadable", name, "the record"))
        return
    found.broken += words.look(name, "the record", text)
    if name == MANIFEST and isinstance(record, dict):
        found.manifest = record


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
    if manifest.get("gate", {}).get("files") != _sum(listed):
        broken.append(Broken("not-signed", MANIFEST, "the entry of the gate"))
    return broken


def _against_notebook(name: str, found: _Found, shown: list[Shown]) -> list[Broken]:
    """Return what a page lacks, or has in another form, of what its notebook showed."""
    outputs = found.outputs.get(name.removesuffix(".html"))
    if outputs is None:
        return []
    html = found.pages[name]
    lost = [number for number, each in enumerate(outputs, start=1) if each.strip() not in html]
    broken = [Broken("differs-from-notebook", name, f"output {number}") for number in lost]
    if sum(each.count('<figure class="exhibit"') for each in outputs) != len(shown):
        broken.append(Broken("missing-table", name, "the exhibits of its notebook"))
    return broken


def _protection(
    told: dict[str, list[Cell]], audience: str, data: Path, held: store.Store | None, manifest: dict[str, Any]
) -> list[Broken]:
    """Return the figures that are not those let through, and those that can be worked out."""
    from analysis.protection import for_audience

    if held is None:
        held = for_audience(store.load(data), audience, data)
    if manifest.get("inputs") != held.build["inputs"]:
        return [Broken("other-figures", MANIFEST, "its inputs")]
    titles = catalogue.indicators()["title"]
    mine = titles.index[titles.isin({titles[cell.indicator] for each in told.values() for cell in each})]
    seen = held.observations[held.observations["area"].isin({cell.area for each in told.values() for cell in each})]
    # Pages of official statistics show those where others show the report's own figure of the same thing.
    shown_figures = [measures.measure(seen, mine), measures.official(seen, mine)]
    texts = figures.allowed(pd.concat(shown_figures, ignore_index=True))
    broken: list[Broken] = []
    for name, each in told.items():
        broken += figures.let_through(name, each, texts)
        broken += figures.small(name, each, thresholds_of(audience))
    shown = audit.printed([cell for each in told.values() for cell in each], rounding_of(audience))
    before: pd.DataFrame = register.known(data, audience)
    derived = audit.derived(shown, before)
    return broken + [Broken("derivable", "the pages", str(row.place)) for row in derived[~derived["open"]].itertuples()]


def _sum(files: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def _said(name: str) -> str:
    """Return a file's name in letters that can do no harm where it is printed."""
    return re.sub(r"[^\w./ -]", "?", name, flags=re.ASCII)[:80]
