"""Folders and files that are replaced whole: readers see the old version or the new one, never a mixture of both."""

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
    """Give an empty folder beside `target`; when the block ends without an error, it replaces `target`.

    The last `keep` folders that were replaced stay under `.earlier/`, so that somebody who is copying one can finish. The new
    folder is written to the disk before it replaces the old one. On any error it is removed, and `target` stays as it was. Linux
    exchanges the two in one step. On other systems a process that is killed between two renames leaves the old folder under
    another name, and `recover` puts it back.
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
        if keep and new.exists():  # after the exchange this is the old folder
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
        advice = "another program has one of its files open, Excel perhaps: close it, and run again"
        raise PermissionError(error.errno, advice, str(target)) from None


def earlier(target: Path) -> list[Path]:
    """Return the kept folders that `target` has replaced, the newest first."""
    return sorted((target.parent / ".earlier").glob(f"{target.name}.*"), reverse=True)


def recover(target: Path) -> None:
    """Put back the folder that an interrupted replacement had moved away; normally there is none, and nothing happens."""
    previous = _previous(target)
    if not previous.exists():
        return
    if target.exists():
        shutil.rmtree(previous)
    else:
        previous.replace(target)


def sweep(target: Path, older_than: float = 0) -> None:
    """Remove the unfinished folders of killed processes that nothing has changed for `older_than` seconds.

    A younger folder may still be in use, unless the caller holds the lock of `target`.
    """
    for folder in target.parent.glob(f".{target.name}-*"):
        with contextlib.suppress(FileNotFoundError):  # another process may have removed it
            if time.time() - folder.stat().st_mtime > older_than or not older_than:
                shutil.rmtree(folder, ignore_errors=True)


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file so that it is there whole or not at all, even after a power cut; by default only its owner may open it."""
    descriptor, temporary_name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    temporary = Path(temporary_name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def point(link: Path, name: str) -> None:
    """Make the link `link` lead to `name` in the same folder, in one step. Raises OSError where the system has no such links."""
    temporary = link.with_name(f".{link.name}-{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(name, target_is_directory=True)
    try:
        temporary.replace(link)
    except OSError:  # a folder has that name: whatever copied the pack copied the link's target in place of the link
        temporary.unlink()
        raise
    sync(link.parent)


def _set_aside(old: Path, target: Path) -> None:
    # The stamp orders the folders by name; one from the same microsecond, or from after a clock was set back, gets a later stamp.
    folder = target.parent / ".earlier"
    folder.mkdir(exist_ok=True)
    kept = earlier(target)
    stamp = max(f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S.%f}", kept[0].name.removeprefix(f"{target.name}.") + "+" if kept else "")
    old.rename(folder / f"{target.name}.{stamp}")


def _exchange(first: Path, second: Path) -> bool:
    """Return whether two folders have changed places, in one step; False where the system can't do that."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return bool(renameat2(_HERE, os.fsencode(first), _HERE, os.fsencode(second), _EXCHANGE) == 0)


def _to_disk(folder: Path) -> None:
    """Write every file and folder below a folder to the disk."""
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)


def sync(path: Path) -> None:
    """Write a file, or the list of names in a folder, to the disk."""
    if os.name == "posix":
        flags = os.O_RDONLY
    elif path.is_file():
        flags = os.O_RDWR  # Windows flushes only files that were opened for writing
    else:
        return  # Windows opens no folders
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _previous(target: Path) -> Path:
    return target.with_name(f".{target.name}{_PREVIOUS}")
