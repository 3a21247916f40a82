"""Receiving returns: every file is read and judged before anything is kept, and a call is kept whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from analysis import clean, folders, framework, intake, measures, periods, raw, store
from analysis.clean.returns import AS_RECEIVED
from analysis.errors import SafeguardingError
from analysis.framework import form
from analysis.returns import consistency
from analysis.returns.child import Book, read_files
from analysis.returns.page import as_html, as_text
from analysis.returns.parsing import Return, identify, parse
from analysis.returns.remarks import ASKED, NOTED, REFUSED, Remark

RESULT = "result.json"
_LICENCE = "Not published: for the Boards and their groups"


@dataclass(frozen=True)
class Outcome:
    """What became of one file: kept as a version of a return, known already, refused, or held up by another's refusal.

    `state` is kept, known, refused or waiting; `version` is 0 where nothing was kept; `page` is the remarks page of a refusal.
    """

    file: str
    state: str
    remarks: tuple[Remark, ...]
    agency: str = ""
    period: str = ""
    version: int = 0
    page: Path | None = None

    def line(self) -> str:
        """Return what became of the file, in one line."""
        whose = f"{framework.title(self.agency)}, {periods.label(self.period)}" if self.agency else "not a return"
        said = {
            "kept": f"kept as version {self.version}",
            "known": "kept before, nothing changed",
            "waiting": "nothing wrong, not kept",
        }
        return f"{self.file}: {whose}: {said.get(self.state, self.state)}."


@dataclass(frozen=True)
class _Judged:
    file: Path
    content: bytes
    mine: Return | None
    remarks: tuple[Remark, ...]

    @property
    def refused(self) -> bool:
        return any(remark.weight == REFUSED for remark in self.remarks)


def receive(data: Path, files: Sequence[Path], on: date) -> list[Outcome]:
    """Judge every file, and keep the returns in them if none is refused; return what became of each, in the order given.

    `on` is the day on which they came. Of a refused file the remarks are written to `<data>/returns-refused/` as HTML and text,
    and nothing of the call is kept. A file that is kept already changes nothing. Raises SafeguardingError for a file that
    isn't there, or when another receiver doesn't end.
    """
    contents = [_content(file) for file in files]
    with intake.lock(data):
        intake.finish(data)
        clean.clean(data)
        before = consistency.history(measures.current(store.load(data).observations))
        judged = _judge_all(data, list(zip(files, contents, strict=True)), before)
        known = [each.mine is not None and not each.refused and _is_known(data, each) for each in judged]
        if any(each.refused for each in judged):
            return [_held_up(data, each, is_known, on) for each, is_known in zip(judged, known, strict=True)]
        new = [each for each, is_known in zip(judged, known, strict=True) if not is_known]
        versions = {id(each): _next(data, each.mine) for each in new if each.mine is not None}
        intake.keep(
            data,
            {(e.mine.agency, e.mine.period, versions[id(e)]): _files(e, versions[id(e)], on) for e in new if e.mine is not None},
        )
    return [_outcome(each, "kept" if id(each) in versions else "known", versions.get(id(each), 0)) for each in judged]


def _content(file: Path) -> bytes:
    if not file.is_file():
        raise SafeguardingError(f"There is no file {file.name!r} to receive.")
    with file.open("rb") as handle:
        return handle.read(64 * 1024 * 1024)  # the reader refuses far less, by name


def _judge_all(data: Path, files: list[tuple[Path, bytes]], before: consistency.History) -> list[_Judged]:
    """Return every file judged, in the order given; each quarter is held against those before it, of the same call too."""
    with tempfile.TemporaryDirectory() as folder:
        # Copies under names of ours: what was judged is what is kept, whatever happens to the files meanwhile.
        copies = [Path(folder) / f"{number}" for number in range(len(files))]
        for copy, (_, content) in zip(copies, files, strict=True):
            copy.write_bytes(content)
        books = list(read_files(copies))
    identified = [identify(book) for book in books]
    order = sorted(range(len(files)), key=lambda n: periods.order(mine.period) if (mine := identified[n][0]) else ("", 0))
    judged: dict[int, _Judged] = {}
    history = dict(before)
    taken: set[tuple[str, str]] = set()
    for number in order:
        (file, content), (mine, remarks) = files[number], identified[number]
        if mine is not None and not any(remark.weight == REFUSED for remark in remarks):
            mine, said = _judge(data, books[number], mine, content, history)
            remarks = [*remarks, *said]
            if (mine.agency, mine.period) in taken:
                found = "a second file of the same agency and quarter in one call"
                remarks.append(Remark(REFUSED, found, "Receive them one after the other, the later one last."))
            taken.add((mine.agency, mine.period))
            history |= {
                key: history.get(key, {}) | {period: value}
                for key, period, value in mine.figures[["key", "period", "value"]].dropna().itertuples(index=False)
            }
        judged[number] = _Judged(file, content, mine, tuple(remarks))
    return [judged[number] for number in range(len(files))]


def _judge(data: Path, book: Book, mine: Return, content: bytes, history: consistency.History) -> tuple[Return, list[Remark]]:
    mine, remarks = parse(book, mine)
    version, folder = intake.latest(data, mine.agency, mine.period)
    same = folder is not None and _same_as(folder, mine, content)
    if version and not same and not mine.reason:
        found = f"a return that was received before (version {version}), with other figures"
        remarks.append(Remark(REFUSED, found, f"Say on the cover, at “{form.REASON}”, why the figures have changed."))
    return mine, [*remarks, *consistency.check(mine, history)]


def _is_known(data: Path, judged: _Judged) -> bool:
    assert judged.mine is not None
    _, folder = intake.latest(data, judged.mine.agency, judged.mine.period)
    return folder is not None and _same_as(folder, judged.mine, judged.content)


def _same_as(folder: Path, mine: Return, content: bytes) -> bool:
    """Return whether a file says what was kept: the same bytes, or the same cells saved once more."""
    if any(path.read_bytes() == content for path in folder.glob(f"{AS_RECEIVED}.*")):
        return True
    return all((folder / name).is_file() and (folder / name).read_bytes() == held for name, held in _sheets(mine).items())


def _next(data: Path, mine: Return) -> int:
    return intake.latest(data, mine.agency, mine.period)[0] + 1


def _files(judged: _Judged, version: int, on: date) -> dict[str, bytes]:
    """Return the files of a version: as received, the cells as they were read, the result, and the origin record."""
    mine = judged.mine
    assert mine is not None
    suffix = ".csv" if not judged.content.startswith(b"PK") else ".xlsx"
    files = {f"{AS_RECEIVED}{suffix}": judged.content} | _sheets(mine)
    files[RESULT] = (json.dumps(_result(judged.remarks), indent=1, ensure_ascii=False) + "\n").encode()
    made_up = " (made up, as an example)" if mine.made_up else ""
    entries = {
        "source": intake.SOURCE,
        "release": f"{mine.agency}/{mine.period}/{version}",
        "producer": framework.title(mine.agency),
        "title": f"Return for {periods.label(mine.period)}{f', version {version}' if version > 1 else ''}{made_up}",
        "date": on.isoformat(),
        "licence": _LICENCE,
        "sender": mine.sender,
        "reason": mine.reason,
    }
    lines = [f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in entries.items()]
    lines += ["published = false", f"made_up = {str(mine.made_up).lower()}", "", "[files]"]
    lines += [f"{json.dumps(name)} = {json.dumps(hashlib.sha256(held).hexdigest())}" for name, held in sorted(files.items())]
    return files | {raw.ORIGIN: ("\n".join(lines) + "\n").encode()}


def _sheets(mine: Return) -> dict[str, bytes]:
    found = {}
    for name, rows in mine.kept.items():
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        found[form.sheet_file(name)] = text.getvalue().encode()
    return found


def _result(remarks: Iterable[Remark]) -> list[dict[str, str]]:
    return [
        {"weight": each.weight, "place": each.place, "figure": each.figure, "found": each.found, "todo": each.todo}
        for each in remarks
    ]


def _held_up(data: Path, judged: _Judged, is_known: bool, on: date) -> Outcome:
    if not judged.refused:
        return _outcome(judged, "known" if is_known else "waiting", 0)
    digest = hashlib.sha256(judged.content).hexdigest()[:12]
    mine = judged.mine
    where = f"{mine.agency}-{mine.period}" if mine is not None else "unknown"
    target = data / intake.REFUSED / f"{where}-{digest}"
    about = {"agency": mine.agency if mine else "", "period": mine.period if mine else "", "received": on.isoformat()}
    record = about | {"file": judged.file.name, "remarks": _result(judged.remarks)}
    with folders.replacing(target) as folder:
        (folder / "remarks.html").write_text(as_html(judged.file.name, mine, judged.remarks), encoding="utf-8", newline="\n")
        (folder / "remarks.txt").write_text(as_text(judged.file.name, mine, judged.remarks), encoding="utf-8", newline="\n")
        said = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
        (folder / "refusal.json").write_text(said, encoding="utf-8", newline="\n")
    return replace(_outcome(judged, "refused", 0), page=target / "remarks.html")


def _outcome(judged: _Judged, state: str, version: int) -> Outcome:
    mine = judged.mine
    order = {REFUSED: 0, ASKED: 1, NOTED: 2}
    remarks = tuple(sorted(judged.remarks, key=lambda remark: order[remark.weight]))
    return Outcome(judged.file.name, state, remarks, mine.agency if mine else "", mine.period if mine else "", version)
