"""What no text may hold: paths, machines, addresses, numbers of persons, errors. The words themselves are never repeated."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from functools import cache

from analysis.catalogue import personal_data
from analysis.disclosure.gate.rules import Broken

_FOLDERS = ("home", "Users", "root", "tmp", "var", "opt", "usr", "mnt", "srv", "etc", "private", "work", "data")
_ENDINGS = ("local", "lan", "internal", "gov.uk", "nhs.uk", "org.uk", "co.uk", "com", "net", "org", "io")
_PATTERNS = {
    "machine-path": re.compile(rf"(?<![\w./])/(?:{'|'.join(_FOLDERS)})/[\w.-]|\b[A-Za-z]:\\|file://|\\\\[\w-]+\\"),
    "host-name": re.compile(
        r"\blocalhost\b|(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|https?://|"
        rf"(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:{'|'.join(map(re.escape, _ENDINGS))})\b",
        re.IGNORECASE,
    ),
    "e-mail-address": personal_data.E_MAIL,
    "traceback": re.compile(r"Traceback \(most recent|\b\w+(?:Error|Warning|Exception): |\boutput_stderr\b|, line \d+, in \w"),
    "placeholder-alt": re.compile(r"No description has been provided for this image"),
}
# What a text that breaks the rule has in any case, in small letters: found in a hundredth of the time, and hardly ever there.
_HINTS = {
    "machine-path": (*(f"/{name.lower()}/" for name in _FOLDERS), ":\\", "file://", "\\\\"),
    "host-name": ("localhost", "http://", "https://", *(f".{ending}" for ending in _ENDINGS)),
    "e-mail-address": ("@",),
    "traceback": ("traceback", "error: ", "warning: ", "exception: ", "output_stderr", ", line "),
    "placeholder-alt": ("no description",),
}
_NUMBERED = re.compile(r"\.\d{1,3}\.\d{1,3}\.\d")  # the hint at an address in numbers
# Characters that turn the order of letters round or can't be seen: what is read is not what stands there.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\x00-\x08\x0b\x0c\x0e-\x1f]")
# What a download holds is held against its table; as letters it says nothing, and takes long to look through.
_DOWNLOAD = re.compile(r"base64,[A-Za-z0-9+/=]*")
# Names of vocabularies, which are addresses in form and lead nowhere.
_VOCABULARIES = re.compile(r"https?://(?:www\.w3\.org|schemas\.openxmlformats\.org|purl\.org)/[\w./#-]*")


def look(file: str, place: str, text: str) -> list[Broken]:
    """Return the rules that a text breaks."""
    return [Broken(rule, file, place) for rule in _broken(text)]


def look_by_line(file: str, text: str) -> list[Broken]:
    """Return the rules that a long text breaks, with the line of each."""
    if not any(True for _ in _broken(text)):
        return []
    lines = enumerate(text.split("\n"), start=1)
    return [Broken(rule, file, f"line {number}") for number, line in lines for rule in _broken(line)]


def _broken(text: str) -> Iterator[str]:
    plain = _VOCABULARIES.sub("", _DOWNLOAD.sub("", text))
    low = plain.lower()
    for rule, pattern in _PATTERNS.items():
        hinted = any(hint in low for hint in _HINTS[rule]) or (rule == "host-name" and _NUMBERED.search(plain))
        if hinted and pattern.search(plain):
            yield rule
    if _UNSEEN.search(plain):
        yield "hidden-text"
    if _machine() and _machine() in low:
        yield "host-name"
    if any(personal_data.is_nhs_number("".join(found)) for found in personal_data.TEN_DIGITS.findall(plain)):
        yield "nhs-number"


@cache
def _machine() -> str:
    name = socket.gethostname().lower()
    return name if len(name) > 5 else ""  # a short one is a word like any other
