"""What no text may hold: paths, machines, addresses, numbers of persons, errors. The words themselves are never repeated."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from functools import cache

from analysis.gate.rules import Broken

_PATTERNS = {
    "machine-path": re.compile(
        r"(?<![\w./])/(?:home|Users|root|tmp|var|opt|usr|mnt|srv|etc|private|work|data)/[\w.-]|\b[A-Za-z]:\\|file://|\\\\[\w-]+\\"
    ),
    "host-name": re.compile(
        r"\blocalhost\b|(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|https?://|"
        r"(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:local|lan|internal|gov\.uk|nhs\.uk|org\.uk|co\.uk|com|net|org|io)\b",
        re.IGNORECASE,
    ),
    "e-mail-address": re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"),
    "traceback": re.compile(r"Traceback \(most recent|\b\w+(?:Error|Warning|Exception): |\boutput_stderr\b|, line \d+, in \w"),
    "placeholder-alt": re.compile(r"No description has been provided for this image"),
}
# Characters that turn the order of letters round or can't be seen: what is read is not what stands there.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\x00-\x08\x0b\x0c\x0e-\x1f]")
# What a download holds is held against its table; as letters it says nothing, and takes long to look through.
_DOWNLOAD = re.compile(r"base64,[A-Za-z0-9+/=]*")
_TEN_DIGITS = re.compile(r"(?<![\w.,-])(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?![\w.,-])")
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
    for rule, pattern in _PATTERNS.items():
        if pattern.search(plain):
            yield rule
    if _UNSEEN.search(plain):
        yield "hidden-text"
    if _machine() and _machine() in plain.lower():
        yield "host-name"
    if any(is_nhs_number("".join(found)) for found in _TEN_DIGITS.findall(plain)):
        yield "nhs-number"


def is_nhs_number(digits: str) -> bool:
    """Return whether ten digits carry the check digit of an NHS number (modulus 11; NHS Data Dictionary, NHS NUMBER)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True))
    check = (11 - total % 11) % 11
    return len(digits) == 10 and check != 10 and check == int(digits[9]) and len(set(digits)) > 1


@cache
def _machine() -> str:
    name = socket.gethostname().lower()
    return name if len(name) > 5 else ""  # a short one is a word like any other
