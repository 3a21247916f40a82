"""A process that is as on Windows, as far as this project can tell: Python imports this first where its folder is on the path.

What Windows lacks is gone from what the project's own modules import (`os`, `signal`, `fcntl` and so on); Python's own keep it,
because they run on this system. What Windows does otherwise with files is so for everybody: one that is open can't be removed,
renamed or replaced, text is written with CR LF, a text without a named encoding is cp1252, links need an administrator, and some
letters are in no name.
"""
# ruff: noqa: PTH112, PTH115, PTH119, PTH208

from __future__ import annotations

import builtins
import ctypes
import errno
import fcntl
import io
import multiprocessing
import os
import re
import selectors
import shutil
import signal
import stat
import subprocess
import sys
import types
from collections.abc import Callable
from typing import Any

OURS = re.compile(r"(analysis|__main__)(\.|$)")
NO_MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "posix"}
ABSENT = {
    "os": """fork forkpty killpg getpgid getpgrp setsid setpgid setpgrp getuid geteuid getgid getegid O_DIRECTORY O_NOFOLLOW O_ASYNC
        O_CLOEXEC O_NONBLOCK O_SYNC mkfifo chown lchown chroot uname sysconf statvfs nice sched_getaffinity getloadavg pread pwrite
        fdatasync posix_fallocate register_at_fork wait WNOHANG WIFEXITED RTLD_NOW sync sendfile memfd_create""",
    "signal": """SIGHUP SIGKILL SIGUSR1 SIGUSR2 SIGALRM SIGCHLD SIGPIPE SIGQUIT SIGSTOP SIGCONT SIGIO pthread_sigmask SIG_BLOCK
        SIG_SETMASK alarm setitimer sigwait""",
}
WITH_LINKS = os.environ.get("WINDOWS_HARD_LINKS", "yes") == "yes"  # a USB stick or a network drive has none
_BAD_NAME = re.compile(r'[<>:"|?*\x00-\x1f]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE)
_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGABRT, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV}
_real = {name: getattr(os, name) for name in ("open", "read", "rename", "replace", "unlink", "rmdir", "fsync", "mkdir", "link")}
_open = io.open
_locked: dict[int, int] = {}  # descriptor: the byte that was asked for


class Other(types.ModuleType):
    """A module as it is on Windows: without what is absent, and with what is different."""

    def __init__(self, real: types.ModuleType, absent: str = "", **different: Any) -> None:
        super().__init__(real.__name__)
        self.__dict__.update(_real=real, _absent=set(absent.split()), **different)

    def __getattr__(self, name: str) -> Any:
        if name in self._absent:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r} on Windows")
        return getattr(self._real, name)


# Files


def _in_use(path: str) -> bool:
    """Whether this process or a child of it has the file open, or one below the folder."""
    whole = os.path.realpath(path)
    processes = ["self"]
    for task in os.listdir("/proc/self/task"):
        with _open(f"/proc/self/task/{task}/children", encoding="ascii") as file:
            processes += file.read().split()
    for process in processes:
        try:
            numbers = os.listdir(f"/proc/{process}/fd")
        except OSError:
            continue
        for number in numbers:
            try:
                at = os.readlink(f"/proc/{process}/fd/{number}")
                if (at == whole or at.startswith(whole + "/")) and not os.path.isdir(at):
                    return True
            except OSError:
                continue
    return False


def _check_free(path: Any) -> None:
    if _in_use(os.fsdecode(path)):
        raise PermissionError(
            errno.EACCES, "The process cannot access the file because it is being used by another process", path
        )


def _check_name(path: Any) -> None:
    if _BAD_NAME.search(os.path.basename(os.fsdecode(path))):
        raise OSError(errno.EINVAL, "The filename, directory name, or volume label syntax is incorrect", path)


def _rename(source: Any, target: Any, **more: Any) -> None:
    _check_name(target)
    _check_free(source)
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, "Cannot create a file when that file already exists", source, None, target)
    _real["rename"](source, target, **more)


def _replace(source: Any, target: Any, **more: Any) -> None:
    _check_name(target)
    _check_free(source)
    if os.path.isdir(target):
        raise PermissionError(errno.EACCES, "Access is denied", source, None, target)
    _check_free(target)
    _real["replace"](source, target, **more)


def _unlink(path: Any, **more: Any) -> None:
    _check_free(path)
    _real["unlink"](path, **more)


def _symlink(source: Any, target: Any, *args: Any, **more: Any) -> None:
    raise OSError(errno.EPERM, "A required privilege is not held by the client", source, None, target)


def _link(source: Any, target: Any, **more: Any) -> None:
    if not WITH_LINKS:
        raise OSError(errno.EINVAL, "Incorrect function", source, None, target)
    _real["link"](source, target, **more)


def _mkdir(path: Any, *args: Any, **more: Any) -> None:
    _check_name(path)
    _real["mkdir"](path, *args, **more)


def _text(file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
    how = dict(zip(("buffering", "encoding", "errors", "newline", "closefd", "opener"), more, strict=False)) | named
    if not isinstance(file, int) and set(mode) & set("wax+"):
        _check_name(file)
    if "b" not in mode:
        if how.get("newline") is None and set(mode) & set("wax"):
            how["newline"] = "\r\n"
        if how.get("encoding") in (None, "locale"):
            how["encoding"] = "cp1252"
    return _open(file, mode, **how)


def _os_open(path: Any, flags: int, *args: Any, **more: Any) -> int:
    if os.path.isdir(path):
        raise PermissionError(errno.EACCES, "Permission denied", path)
    if flags & os.O_CREAT:
        _check_name(path)
    return _real["open"](path, flags, *args, **more)


def _fsync(number: int) -> None:
    number = number if isinstance(number, int) else number.fileno()
    if fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        raise OSError(errno.EBADF, "Bad file descriptor")
    _real["fsync"](number)


# Locks, of which Windows lets nobody else read a byte


def _locking(number: int, mode: int, count: int) -> None:
    _locked[number] = os.lseek(number, 0, os.SEEK_CUR)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise PermissionError(errno.EACCES, "Permission denied") from None


def _read(number: int, count: int) -> bytes:
    at = os.lseek(number, 0, os.SEEK_CUR)
    if number in _locked and at <= _locked[number] < at + count:
        _locking(number, 0, 1)  # refused where another holds the byte
        os.lseek(number, at, os.SEEK_SET)
    return _real["read"](number, count)


# Processes


class _Popen(subprocess.Popen):  # type: ignore[type-arg]
    def __init__(self, args: Any, *more: Any, **how: Any) -> None:
        for option in ("preexec_fn", "start_new_session", "pass_fds", "process_group"):
            if how.get(option):
                raise ValueError(f"{option} is not supported on Windows platforms")
        if how.get("env") is not None and "SYSTEMROOT" not in how["env"]:
            raise OSError(errno.EINVAL, "Python would not start: no random numbers without SYSTEMROOT")
        if isinstance(args, str):
            args = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', args)]
        found = shutil.which(os.fspath(args[0]))
        if found:
            with _open(found, "rb") as file:
                if file.read(2) == b"#!":
                    raise OSError(errno.ENOEXEC, f"{args[0]} is not a valid Win32 application")
        super().__init__(args, *more, **how)


class _Selector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    def register(self, fileobj: Any, events: int, data: Any = None) -> Any:
        if not stat.S_ISSOCK(os.fstat(fileobj if isinstance(fileobj, int) else fileobj.fileno()).st_mode):
            raise OSError(errno.ENOTSOCK, "An operation was attempted on something that is not a socket")
        return super().register(fileobj, events, data)


def _signal(number: int, handler: Any) -> Any:
    if number not in _SIGNALS:
        raise ValueError("invalid signal value")
    return signal.signal(number, handler)


def _context(method: str | None = None) -> Any:
    if method not in (None, "spawn"):
        raise ValueError(f"cannot find context for {method!r}")
    return multiprocessing.get_context("spawn")


def _library(name: Any, *args: Any, **more: Any) -> Any:
    if name is None:
        raise TypeError("argument of type 'NoneType' is not iterable")
    return ctypes.CDLL(name, *args, **more)


def _run_by(popen: Any) -> dict[str, Callable[..., Any]]:
    """`subprocess` with another Popen: its other functions look the class up in their own module."""
    copy = types.ModuleType("subprocess")
    exec(compile(_source(subprocess), subprocess.__file__, "exec"), copy.__dict__)  # noqa: S102 (Python's own module)
    copy.__dict__.update(Popen=popen, TimeoutExpired=subprocess.TimeoutExpired, CalledProcessError=subprocess.CalledProcessError)
    return {name: getattr(copy, name) for name in ("run", "call", "check_call", "check_output", "Popen")}


def _source(module: types.ModuleType) -> str:
    with _open(str(module.__file__), encoding="utf-8") as file:
        return file.read()


_msvcrt = types.ModuleType("msvcrt")
_msvcrt.__dict__.update(LK_LOCK=1, LK_NBLCK=2, LK_UNLCK=0, locking=_locking)
_spawned = _run_by(_Popen)
MODULES: dict[str, types.ModuleType] = {
    "os": Other(os, ABSENT["os"], name="nt", open=_os_open, read=_read, fsync=_fsync),
    "sys": Other(sys, platform="win32"),
    "signal": Other(signal, ABSENT["signal"], signal=_signal),
    "ctypes": Other(ctypes, CDLL=_library),
    "selectors": Other(selectors, DefaultSelector=_Selector),
    "subprocess": Other(subprocess, **_spawned),
    "multiprocessing": Other(multiprocessing, "forkserver resource_tracker popen_fork", get_context=_context),
    "msvcrt": _msvcrt,
}
_import = builtins.__import__


def _import_there(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
    importer = (globals or {}).get("__name__", "")
    if level == 0 and OURS.match(importer):
        if name in NO_MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if name == "multiprocessing" and "forkserver" in (fromlist or ()):
            raise ImportError("cannot import name 'forkserver' on Windows")
        if name == "multiprocessing.context" and "ForkServerProcess" in (fromlist or ()):
            raise ImportError("cannot import name 'ForkServerProcess' on Windows")
        if name in MODULES:
            return MODULES[name]
    return _import(name, globals, locals, fromlist, level)


os.rename, os.replace, os.unlink, os.remove, os.symlink, os.link, os.mkdir = (
    _rename,
    _replace,
    _unlink,
    _unlink,
    _symlink,
    _link,
    _mkdir,
)
io.open = builtins.open = _text  # type: ignore[assignment]
shutil._use_fd_functions = False  # type: ignore[attr-defined]
builtins.__import__ = _import_there
