"""What no text may hold: paths, machines, addresses, numbers of persons, errors. The words themselves are never repeated.

A text is looked through as it is written, and as its reader sees it (`visible_text`).
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from functools import cache

from analysis.catalogue import personal_data
from analysis.disclosure.gate import visible_text
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
# What a download holds is held against its table; as letters it says nothing, and takes long to look through.
_DOWNLOAD = re.compile(r"base64,[A-Za-z0-9+/=]*")
# Names of vocabularies, which are addresses in form and lead nowhere.
_VOCABULARIES = re.compile(r"https?://(?:www\.w3\.org|schemas\.openxmlformats\.org|purl\.org)/[\w./#-]*")


# Of a person, as a reader may write them: groups apart by whatever sign, or digit by digit.
_NHS = (
    re.compile(r"(?<![\w.,-])(\d{3})[ ./-]{0,3}(\d{3})[ ./-]{0,3}(\d{4})(?![\w-]|[.,]\d)"),
    re.compile(r"(?<![\w.,])([1-9])([ ./-])(\d)(?:\2\d){8}(?!\2?\d)"),
)
_UPN = re.compile(r"(?<!\w)[A-Z](?:[ -]?\d){11}[ -]?[\dA-Z](?!\w)")
_E_MAIL = re.compile(r"[\w.+'-]\s?(?:@|[(\[{]\s?at\s?[)\]}])\s?[\w-]+\s?(?:\.|[(\[{]\s?dot\s?[)\]}])\s?\w", re.IGNORECASE)


def look(file: str, place: str, text: str) -> list[Broken]:
    """Return the rules that a text breaks."""
    return [Broken(rule, file, place) for rule in dict.fromkeys((*_broken(text), *_seen(visible_text.plain(text))))]


def look_by_line(file: str, text: str) -> list[Broken]:
    """Return the rules that a long text breaks, with the line of each."""
    if not any(True for _ in _broken(text)):
        return []
    lines = enumerate(text.split("\n"), start=1)
    return [Broken(rule, file, f"line {number}") for number, line in lines for rule in _broken(line)]


def look_at_page(file: str, markup: str) -> list[Broken]:
    """Return the rules that a page breaks: as it is written, with the line of each, and as it is read."""
    read = "\n".join(visible_text.lines(markup))
    return look_by_line(file, markup) + [
        Broken(rule, file, "its text as it is read") for rule in sorted({*_written(read), *_seen(read)})
    ]


def _seen(text: str) -> Iterator[str]:
    """Yield the rules that a text breaks by the numbers and addresses of persons, however their signs are set."""
    for line in text.split("\n"):
        if ("@" in line or "at" in line) and _E_MAIL.search(line):
            yield "e-mail-address"
        if not any(map(str.isdigit, line)):
            continue
        if any(personal_data.is_nhs_number(re.sub(r"\D", "", each[0])) for form in _NHS for each in form.finditer(line)):
            yield "nhs-number"
        kind = personal_data.kind_of_number(line)
        if kind or _UPN.search(line):
            yield "nhs-number" if kind == "an NHS number" else "personal-number"


def _broken(text: str) -> Iterator[str]:
    if visible_text.has_hidden(text):
        yield "hidden-text"
    yield from _written(text)


def _written(text: str) -> Iterator[str]:
    plain = _VOCABULARIES.sub("", _DOWNLOAD.sub("", text))
    low = plain.lower()
    for rule, pattern in _PATTERNS.items():
        hinted = any(hint in low for hint in _HINTS[rule]) or (rule == "host-name" and _NUMBERED.search(plain))
        if hinted and pattern.search(plain):
            yield rule
    if _machine() and _machine() in low:
        yield "host-name"
    if any(personal_data.is_nhs_number("".join(found)) for found in personal_data.TEN_DIGITS.findall(plain)):
        yield "nhs-number"


@cache
def _machine() -> str:
    name = socket.gethostname().lower()
    return name if len(name) > 5 else ""  # a short one is a word like any other
