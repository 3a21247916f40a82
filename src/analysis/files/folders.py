"""Folders that are replaced whole: readers see the old one or the new one, never half of either."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

_PREVIOUS = ".previous"
_ABANDONED_AFTER = 3600  # seconds: far longer than any folder takes to be written
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux's renameat2


@contextlib.contextmanager
def replacing(target: Path, keep: int = 0) -> Iterator[Path]:
    """Give an empty folder beside `target`; on leaving without an error it takes the place of `target`.

    What was there is kept under `.earlier/`, the last `keep` of them: whoever is copying it goes on with the same files. The new
    folder is on the disk before it takes its place. On any error it is removed and `target` stays as it was. Linux exchanges
    the two in one step; elsewhere a process killed between two renames leaves the old folder under another name, and `recover`
    puts it back.
    """
    recover(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    sweep(target, _ABANDONED_AFTER)
    new = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        new.chmod(0o755)  # mkdtemp makes it private; a pack is for its readers
        yield new
        _to_disk(new)
        if not target.exists():
            new.rename(target)
        elif not _exchange(new, target):
            _move_away(target)
            new.rename(target)
            _previous(target).rename(new)
        sync(target.parent)
        if keep and new.exists():  # now the one that was there before
            _set_aside(new, target)
    finally:
        recover(target)
        shutil.rmtree(new, ignore_errors=True)
    if keep:
        for older in earlier(target)[keep:]:
            shutil.rmtree(older, ignore_errors=True)


def _move_away(target: Path) -> None:
    try:
        target.rename(_previous(target))
    except PermissionError as error:
        if os.name == "posix":
            raise
        said = "another program has one of its files open, Excel perhaps: close it, and run again"
        raise PermissionError(error.errno, said, str(target)) from None


def earlier(target: Path) -> list[Path]:
    """Return the folders that `target` has taken the place of and that were kept, the youngest first."""
    return sorted((target.parent / ".earlier").glob(f"{target.name}.*"), reverse=True)


def recover(target: Path) -> None:
    """Put back the folder that an interrupted replacement had set aside; does nothing in the ordinary case."""
    previous = _previous(target)
    if not previous.exists():
        return
    if target.exists():
        shutil.rmtree(previous)
    else:
        previous.replace(target)


def sweep(target: Path, older_than: float = 0) -> None:
    """Remove the half-made folders of processes that were killed, those untouched for so many seconds.

    One that is younger may still be in the making, unless the caller holds the lock of `target`.
    """
    for left in target.parent.glob(f".{target.name}-*"):
        with contextlib.suppress(FileNotFoundError):  # another process may have swept it
            if time.time() - left.stat().st_mtime > older_than or not older_than:
                shutil.rmtree(left, ignore_errors=True)


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file so that it is there whole or not at all, even after a power cut; only its owner may open it but for `mode`."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(mode)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def point(link: Path, name: str) -> None:
    """Make `link` lead to its neighbour `name`, in one step. Raises OSError where the system has no such links."""
    new = link.with_name(f".{link.name}-{os.getpid()}")
    new.unlink(missing_ok=True)
    new.symlink_to(name, target_is_directory=True)
    try:
        new.replace(link)
    except OSError:  # a folder of that name: the link was copied by something that copies what it leads to
        new.unlink()
        raise
    sync(link.parent)


def _set_aside(old: Path, target: Path) -> None:
    # The stamp orders them by name; one made in the same microsecond, or after a clock was set back, gets another.
    folder = target.parent / ".earlier"
    folder.mkdir(exist_ok=True)
    last = earlier(target)
    stamp = max(f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S.%f}", last[0].name.removeprefix(f"{target.name}.") + "+" if last else "")
    old.rename(folder / f"{target.name}.{stamp}")


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; return False where the system can't."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return bool(call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)


def _to_disk(folder: Path) -> None:
    """Have every file below a folder, and every folder, written to the disk."""
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk."""
    if os.name == "posix":
        how = os.O_RDONLY
    elif path.is_file():
        how = os.O_RDWR  # Windows writes out only what was opened for writing
    else:
        return  # and opens no folder
    number = os.open(path, how)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _previous(target: Path) -> Path:
    return target.with_name(f".{target.name}{_PREVIOUS}")
