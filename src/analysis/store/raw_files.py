"""Raw evidence: which releases were received, whether their files are still what was received, and their cells.

A release is a folder under `raw/` with an `origin.toml` that names producer, title, date, licence and the sha256 of every
file beside it. Nothing here changes a file, and nothing is read from one that doesn't match its checksum. A file as received
that a `forgotten.toml` names is not missing.
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
FORGOTTEN = "forgotten.toml"  # beside an origin: the files as received that were deleted after their retention time
AS_RECEIVED = "as-received"  # how the name of a return's file begins; nothing else is ever forgotten
# A name within the folder of its release: nothing that leads out of it, starts an option or can't be seen.
_NAME = re.compile(r"[A-Za-z0-9_(][A-Za-z0-9_ .,()&+-]*")
_LONGEST_NAME = 200  # letters: file systems end at 255 bytes
COMMENTARY = "commentary"  # the folder of what agencies write about a period: text, no release of figures
LAYOUTS = "returns-layouts"  # the folder of how agencies' own exports are laid out: made by hand, no release either
_REQUIRED = ("source", "release", "producer", "title", "date", "licence", "published", "files")
_WORDS = ("source", "producer", "title", "licence")


@dataclass(frozen=True)
class Release:
    """One delivery of one source: where it lies, who produced it, and the checksum of each file in it.

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
    reason: str = ""  # of a later version: why it was sent again
    made_up: bool = False  # an example, not evidence of anything
    data: Path = Path()  # the data folder whose `raw/` it lies in
    withdrawn: bool = False  # no delivery: its sender takes back those before it

    @property
    def id(self) -> str:
        """The vintage as observations carry it: `annual-report/2012-13`."""
        return f"{self.source}/{self.release}"

    def inputs(self) -> dict[str, str]:
        """Return the sha256 of every file, the origin record among them: what it says of a release counts as much."""
        return self.checksums | {ORIGIN: digest(self.folder / ORIGIN)}

    def rows(self, file: str) -> list[list[str]]:
        """Return the cells of one CSV file, row by row, exactly as they stand (a blank line is an empty row).

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
    """Return every release under `data/raw`, ordered by id, each file checked against its checksum.

    Raises DataError naming the file for a checksum that doesn't match, a file that no origin names, a file that an origin
    names and that isn't there, or an origin that can't be read.
    """
    root = data / "raw"
    if not root.is_dir():
        raise SafeguardingError(f"There is no raw data: the folder {root.name!r} is missing from {data.name!r}.")
    found = [_release(path, root) for path in sorted(root.rglob(ORIGIN))]
    named = {release.folder / file for release in found for file in (*release.checksums, FORGOTTEN)}
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root).as_posix()
        ours = place.startswith(f"{COMMENTARY}/") or (place.startswith(f"{LAYOUTS}/") and path.suffix == ".csv")
        if path.is_file() and path.name != ORIGIN and path not in named and not ours:
            raise DataError(place, found="a file that no origin.toml names", expected="its sha256 under [files]")
    if not found:
        raise SafeguardingError(f"There is no raw data: no {ORIGIN} lies under {root.name!r}.")
    return sorted(found, key=lambda release: release.id)


def commentary(data: Path) -> list[tuple[str, str, list[list[str]]]]:
    """Return (name under `raw/`, sha256, cells) of every `commentary/<period>.csv`, ordered by name.

    Raises DataError for any other file in that folder, and for one that can't be read (see `Release.rows`).
    """
    root = data / "raw"
    found = []
    for path in sorted((root / COMMENTARY).rglob("*")):
        place = path.relative_to(root).as_posix()
        if path.suffix != ".csv" or path.parent.name != COMMENTARY:
            raise DataError(place, found="no commentary", expected=f"{COMMENTARY}/<period>.csv")
        content = path.read_bytes()
        found.append((place, hashlib.sha256(content).hexdigest(), cells_of(content, place)))
    return found


def table(path: Path, place: str) -> list[list[str]]:
    """Return the cells of a CSV file that is no release, named `place` in errors (see `Release.rows`)."""
    return cells_of(path.read_bytes(), place)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, as records name it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def forgotten(folder: Path) -> dict[str, str]:
    """Return {file: sha256} of the files as received that were deleted from a release's folder, as its record says."""
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
    missing = [key for key in _REQUIRED if key not in origin]
    if missing:
        raise DataError(place, found=f"no {', '.join(missing)}", expected=f"all of {', '.join(_REQUIRED)}")
    for key in ("published", "controlled", "made_up", "withdrawn"):
        if not isinstance(origin.get(key, False), bool):
            # Every text is true to Python, "no" too, and what is not published must not be shown as if it were.
            raise DataError(place, found=f"{key} = {origin[key]!r}", expected="true or false, without quotes")
    for key in _WORDS:
        if not isinstance(origin[key], str):
            raise DataError(place, found=f"{key} = {origin[key]!r}", expected="words in quotes")
    if not isinstance(origin["files"], dict):
        raise DataError(place, found=f"files = {origin['files']!r}", expected="a table [files] of names and sha256")
    folder = path.parent
    gone = forgotten(folder)
    for file, expected in origin["files"].items():
        if not _NAME.fullmatch(file) or len(file) > _LONGEST_NAME or (folder / file).is_symlink():
            raise DataError(place, found=f"the file name {file!r}", expected="the name of a file in this folder, and no link")
        if gone.get(file) != expected or (folder / file).exists():
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
    found = digest(path)
    if found != expected:
        raise DataError(place, found=f"sha256 {found[:12]}…", expected=f"{expected[:12]}… as origin.toml has it")
