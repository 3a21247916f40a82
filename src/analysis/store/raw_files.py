"""Raw files: the releases under `data/raw`, checked against their checksums, and the cells of their files.

A release is a folder under `raw/` with an `origin.toml`, which names producer, title, date, licence and the sha256 of every
file beside it. Nothing here changes a file, and a file that doesn't match its checksum is never read. A received file that
`forgotten.toml` names was deleted on purpose and isn't missing.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import DataError, SafeguardingError
from analysis.files import data_folders
from analysis.files.csv_cells import cells_of

ORIGIN = "origin.toml"
FORGOTTEN = "forgotten.toml"  # beside an origin.toml: the received files that were deleted after their retention time
AS_RECEIVED = "as-received"  # the start of the name of a file that an agency sent; no other file is ever forgotten
# The name of a file in its release's folder: no path, nothing that looks like an option, no invisible letters.
_NAME = re.compile(r"[A-Za-z0-9_(][A-Za-z0-9_ .,()&+-]*")
_MAX_NAME = 200  # letters: file systems end at 255 bytes
COMMENTARY = "commentary"  # the folder of agencies' remarks on a period: text, not a release of figures
LAYOUTS = "returns-layouts"  # the folder of the layouts of agencies' own exports: written by hand, not a release either
_REQUIRED_KEYS = ("source", "release", "producer", "title", "date", "licence", "published", "files")
_TEXT_KEYS = ("source", "producer", "title", "licence")


@dataclass(frozen=True)
class Release:
    """One delivery of one source: its folder, its producer, and the checksum of each of its files.

    `published` says whether its producer has published it; `controlled` whether the producer, a publisher of official
    statistics, has applied its own disclosure control to it.
    """

    source: str
    release: str
    folder: Path
    producer: str
    title: str
    date: str
    licence: str
    published: bool
    controlled: bool
    checksums: dict[str, str]
    reason: str = ""  # why a later version was sent
    made_up: bool = False  # an example, not evidence
    data: Path = Path()  # the data folder whose `raw/` it lies in
    withdrawn: bool = False  # not a delivery: the sender withdraws the versions before it

    @property
    def id(self) -> str:
        """The vintage as observations carry it: `annual-report/2012-13`."""
        return f"{self.source}/{self.release}"

    def inputs(self) -> dict[str, str]:
        """Return {file: sha256} for every file of the release and for its origin record, which counts as an input too."""
        return self.checksums | {ORIGIN: digest(self.folder / ORIGIN)}

    def rows(self, file: str) -> list[list[str]]:
        """Return the cells of one CSV file, row by row, exactly as written (a blank line is an empty row).

        Raises DataError when the file is empty, is not UTF-8 text or is not well-formed CSV.
        """
        return cells_of((self.folder / file).read_bytes(), f"{self.id}/{file}")


def data_folder() -> Path:
    """Return the folder that holds `raw/` and `processed/`.

    See `data_folders.find`. Raises SafeguardingError when there is none.
    """
    found = data_folders.find()
    if found is None:
        raise SafeguardingError(
            f"No folder data/raw is here or above: start inside the project, or name the data folder in {data_folders.VARIABLE}."
        )
    return found


def releases(data: Path) -> list[Release]:
    """Return every release under `data/raw`, ordered by id, after checking each file against its checksum.

    Raises DataError naming the file when a checksum doesn't match, when no origin record names the file, when a named file is
    missing, or when an origin record can't be read.
    """
    root = data / "raw"
    if not root.is_dir():
        raise SafeguardingError(f"There is no raw data: the folder {root.name!r} is missing from {data.name!r}.")
    all_releases = [_release(path, root) for path in sorted(root.rglob(ORIGIN))]
    named_files = {release.folder / file for release in all_releases for file in (*release.checksums, FORGOTTEN)}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        is_other_input = name.startswith(f"{COMMENTARY}/") or (name.startswith(f"{LAYOUTS}/") and path.suffix == ".csv")
        if path.is_file() and path.name != ORIGIN and path not in named_files and not is_other_input:
            raise DataError(name, found="a file that no origin.toml names", expected="its sha256 under [files]")
    if not all_releases:
        raise SafeguardingError(f"There is no raw data: no {ORIGIN} lies under {root.name!r}.")
    return sorted(all_releases, key=lambda release: release.id)


def commentary(data: Path) -> list[tuple[str, str, list[list[str]]]]:
    """Return (name under `raw/`, sha256, cells) of every `commentary/<period>.csv`, ordered by name.

    Raises DataError for any other file in that folder, and for one that can't be read (see `Release.rows`).
    """
    root = data / "raw"
    files = []
    for path in sorted((root / COMMENTARY).rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix != ".csv" or path.parent.name != COMMENTARY:
            raise DataError(name, found="no commentary", expected=f"{COMMENTARY}/<period>.csv")
        content = path.read_bytes()
        files.append((name, hashlib.sha256(content).hexdigest(), cells_of(content, name)))
    return files


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as hex digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def forgotten(folder: Path) -> dict[str, str]:
    """Return {file: sha256} of the received files that were deleted from a release's folder, as its record lists them."""
    record = folder / FORGOTTEN
    if not record.is_file():
        return {}
    try:
        files = tomllib.loads(record.read_text(encoding="utf-8"))["files"]
        return {file: sha256 for file, sha256 in files.items() if file.startswith(AS_RECEIVED)}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, AttributeError):
        place = f"{folder.name}/{FORGOTTEN}"
        raise DataError(place, found="no record of files", expected="what `safeguarding returns forget` wrote") from None


def _release(path: Path, root: Path) -> Release:
    place = path.relative_to(root).as_posix()
    try:
        origin = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(place, found=f"text that is no TOML ({error})", expected="an origin record") from None
    missing = [key for key in _REQUIRED_KEYS if key not in origin]
    if missing:
        raise DataError(place, found=f"no {', '.join(missing)}", expected=f"all of {', '.join(_REQUIRED_KEYS)}")
    for key in ("published", "controlled", "made_up", "withdrawn"):
        if not isinstance(origin.get(key, False), bool):
            # Any text counts as true in Python, even "no", and an unpublished release must never be shown as published.
            raise DataError(place, found=f"{key} = {origin[key]!r}", expected="true or false, without quotes")
    for key in _TEXT_KEYS:
        if not isinstance(origin[key], str):
            raise DataError(place, found=f"{key} = {origin[key]!r}", expected="words in quotes")
    if not isinstance(origin["files"], dict):
        raise DataError(place, found=f"files = {origin['files']!r}", expected="a table [files] of names and sha256")
    folder = path.parent
    forgotten_files = forgotten(folder)
    for file, expected in origin["files"].items():
        if not _NAME.fullmatch(file) or len(file) > _MAX_NAME or (folder / file).is_symlink():
            raise DataError(place, found=f"the file name {file!r}", expected="the name of a file in this folder, and no link")
        if forgotten_files.get(file) != expected or (folder / file).exists():
            _check_file(folder / file, f"{folder.relative_to(root).as_posix()}/{file}", expected)
    return Release(
        source=origin["source"],
        release=str(origin["release"]),
        folder=folder,
        producer=origin["producer"],
        title=origin["title"],
        date=str(origin["date"]),
        licence=origin["licence"],
        published=origin["published"],
        controlled=origin.get("controlled", False),
        checksums=dict(origin["files"]),
        reason=str(origin.get("reason", "")),
        made_up=origin.get("made_up", False),
        data=root.parent,
        withdrawn=origin.get("withdrawn", False),
    )


def _check_file(path: Path, place: str, expected: str) -> None:
    if not path.is_file():
        raise DataError(place, found="no such file", expected="the file that origin.toml names")
    actual = digest(path)
    if actual != expected:
        raise DataError(place, found=f"sha256 {actual[:12]}…", expected=f"{expected[:12]}… as origin.toml has it")
