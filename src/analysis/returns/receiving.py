"""Receives returns: every file is read and judged before any is kept, and either all files of a call are kept or none."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from analysis import clean, measures, store
from analysis.catalogue import framework, periods
from analysis.catalogue.framework import return_form
from analysis.errors import SafeguardingError
from analysis.files import folders
from analysis.returns import consistency, stored_return, version_files
from analysis.returns.own_exports import OwnExport, translate
from analysis.returns.parsing import Return, identify, parse
from analysis.returns.remarks import ASKED, NOTED, REFUSED, Remark
from analysis.returns.remarks_page import as_html, as_text
from analysis.returns.sandbox import Book, read_files
from analysis.store import returns_folder


@dataclass(frozen=True)
class Outcome:
    """What became of one file: kept as a version of a return, known already, refused, or waiting because another was refused.

    `state` is kept, known, refused or waiting. `version` counts the versions that stand; it is 0 where nothing was kept.
    `remarks_only` says that the figures are those of the version before. `page` is the remarks page of a refusal.
    """

    file: str
    state: str
    remarks: tuple[Remark, ...]
    agency: str = ""
    period: str = ""
    version: int = 0
    page: Path | None = None
    remarks_only: bool = False

    def line(self) -> str:
        """Return what became of the file, in one line."""
        name_of_return = f"{framework.title(self.agency)}, {periods.label(self.period)}" if self.agency else "not a return"
        note_on_remarks = ": the figures are the same, remarks have changed" if self.remarks_only else ""
        words_of_state = {
            "kept": f"kept as version {self.version}{note_on_remarks}",
            "known": "kept before, nothing changed",
            "waiting": "nothing wrong, not kept",
        }
        return f"{self.file}: {name_of_return}: {words_of_state.get(self.state, self.state)}."


@dataclass(frozen=True)
class _Judged:
    file: Path
    content: bytes
    agency_return: Return | None
    remarks: tuple[Remark, ...]
    suffix: str
    difference: str = stored_return.FIRST

    @property
    def agency(self) -> str:
        return self.agency_return.agency if self.agency_return is not None else ""

    @property
    def period(self) -> str:
        return self.agency_return.period if self.agency_return is not None else ""

    @property
    def refused(self) -> bool:
        return any(remark.weight == REFUSED for remark in self.remarks)


def receive(data: Path, files: Sequence[Path], on: date, own_export: OwnExport | None = None) -> list[Outcome]:
    """Judge every file, and keep the returns in them if none is refused; return what became of each, in the order given.

    `on` is the day on which they came; `own_export` says whose export the one file is, if it is no template. The remarks on a
    refused file are written to `<data>/returns-refused/` as HTML and text, and then no file of the call is kept. A file that is
    kept already changes nothing. Raises SafeguardingError for a missing file, or when another receiver doesn't end.
    """
    if own_export is not None and len(files) != 1:
        raise SafeguardingError("An agency's own export is received by itself: name one file.")
    contents = [_content(file) for file in files]
    books = _books_of(contents)  # before the lock, because a hostile file takes its time
    with returns_folder.lock(data):
        returns_folder.finish(data)
        clean.clean(data)
        earlier = consistency.history(measures.current(store.load(data).observations))
        judged = _judge_all(data, list(zip(files, contents, strict=True)), books, earlier, own_export)
        if any(each.refused for each in judged):
            return [_outcome_of_refused_call(data, each, on) for each in judged]
        new = {(each.agency, each.period): each for each in judged if each.agency and each.difference != stored_return.NOTHING}
        numbers = {
            place: (returns_folder.next_number(data, *place), len(returns_folder.standing(data, *place)) + 1) for place in new
        }
        returns_folder.keep(
            data,
            {(*place, numbers[place][0]): _files_of_version(each, *numbers[place], on) for place, each in new.items()},
        )
    return [_outcome_of_kept(each, numbers) for each in judged]


def _content(file: Path) -> bytes:
    if not file.is_file():
        raise SafeguardingError(f"There is no file {file.name!r} to receive.")
    with file.open("rb") as handle:
        return handle.read(64 * 1024 * 1024)  # the reader refuses files far smaller than this, with the reason


def _books_of(contents: list[bytes]) -> list[Book]:
    """Return what each file holds."""
    with tempfile.TemporaryDirectory() as folder:
        # Copies under our own names: what was judged is what is kept, whatever happens to the files meanwhile.
        copies = [Path(folder) / f"{number}" for number in range(len(contents))]
        for copy, content in zip(copies, contents, strict=True):
            copy.write_bytes(content)
        return list(read_files(copies))


def _judge_all(
    data: Path, files: list[tuple[Path, bytes]], books: list[Book], earlier: consistency.History, own_export: OwnExport | None
) -> list[_Judged]:
    """Return every file judged, in the order given. Each quarter is compared with earlier ones, those of this call included."""
    export = translate(data, books[0], own_export) if own_export is not None else None
    if export is not None:
        books, files = [export.book], [(files[0][0], export.content)]
    identified = [identify(book) for book in books]
    if export is not None:
        identified = [(agency_return, [*export.remarks, *remarks]) for agency_return, remarks in identified]
    reading_order = sorted(
        range(len(files)),
        key=lambda index: periods.order(agency_return.period) if (agency_return := identified[index][0]) else ("", 0),
    )
    judged: dict[int, _Judged] = {}
    history = dict(earlier)
    returns_of_call: set[tuple[str, str]] = set()
    for index in reading_order:
        (file, content), (agency_return, remarks), difference = files[index], identified[index], stored_return.FIRST
        if agency_return is not None and not any(remark.weight == REFUSED for remark in remarks):
            agency_return, remarks_on_content, difference = _judge(data, books[index], agency_return, history)
            remarks = [*remarks, *(export.remarks_at_export_cells(remarks_on_content) if export else remarks_on_content)]
            if (agency_return.agency, agency_return.period) in returns_of_call:
                finding = "a second file of the same agency and quarter in one call"
                remarks.append(Remark(REFUSED, finding, "Receive them one after the other, the later one last."))
            returns_of_call.add((agency_return.agency, agency_return.period))
            history |= {
                key: history.get(key, {}) | {period: value}
                for key, period, value in agency_return.figures[["key", "period", "value"]].dropna().itertuples(index=False)
            }
        judged[index] = _Judged(file, content, agency_return, tuple(remarks), books[index].suffix, difference)
    return [judged[index] for index in range(len(files))]


def _judge(data: Path, book: Book, agency_return: Return, history: consistency.History) -> tuple[Return, list[Remark], str]:
    """Return the return, the remarks on it, and how it differs from the version that stands (`stored_return.difference`)."""
    agency_return, remarks = parse(book, agency_return)
    standing_versions = returns_folder.standing(data, agency_return.agency, agency_return.period)
    difference = stored_return.difference(standing_versions[-1] if standing_versions else None, agency_return)
    if difference == stored_return.FIGURES and not agency_return.reason:
        finding = f"a return that was received before (version {len(standing_versions)}), with other figures"
        remarks.append(Remark(REFUSED, finding, f"Say on the cover, at “{return_form.REASON}”, why the figures have changed."))
    return agency_return, [*remarks, *consistency.check(agency_return, history)], difference


def _files_of_version(judged: _Judged, number: int, ordinal: int, on: date) -> dict[str, bytes]:
    assert judged.agency_return is not None
    agency_return = judged.agency_return
    if judged.difference == stored_return.REMARKS and not agency_return.reason:
        agency_return = replace(agency_return, reason="Remarks have changed, the figures are the same.")
    return version_files.of_return(agency_return, judged.content, judged.suffix, judged.remarks, number, ordinal, on)


def _outcome_of_refused_call(data: Path, judged: _Judged, on: date) -> Outcome:
    if not judged.refused:
        return _outcome(judged, "known" if judged.difference == stored_return.NOTHING else "waiting", 0)
    digest = hashlib.sha256(judged.content).hexdigest()[:12]
    return_id = f"{judged.agency}-{judged.period}" if judged.agency else "unknown"
    target = data / returns_folder.REFUSED / f"{return_id}-{digest}"
    identity = {"agency": judged.agency, "period": judged.period, "received": on.isoformat()}
    record = identity | {"file": judged.file.name, "remarks": version_files.as_rows(judged.remarks)}
    page_arguments = (judged.file.name, judged.agency_return, judged.remarks)
    with folders.replacing(target) as folder:
        (folder / "remarks.html").write_text(as_html(*page_arguments), encoding="utf-8", newline="\n")
        (folder / "remarks.txt").write_text(as_text(*page_arguments), encoding="utf-8", newline="\n")
        refusal_text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
        (folder / "refusal.json").write_text(refusal_text, encoding="utf-8", newline="\n")
    return replace(_outcome(judged, "refused", 0), page=target / "remarks.html")


def _outcome_of_kept(judged: _Judged, numbers: dict[tuple[str, str], tuple[int, int]]) -> Outcome:
    if judged.difference == stored_return.NOTHING:
        return _outcome(judged, "known", 0)
    version = numbers[judged.agency, judged.period][1]
    return replace(_outcome(judged, "kept", version), remarks_only=judged.difference == stored_return.REMARKS)


def _outcome(judged: _Judged, state: str, version: int) -> Outcome:
    order = {REFUSED: 0, ASKED: 1, NOTED: 2}
    remarks = tuple(sorted(judged.remarks, key=lambda remark: order[remark.weight]))
    return Outcome(judged.file.name, state, remarks, judged.agency, judged.period, version)
