"""Areas: every spelling seen in a source becomes one code; a code knows its name, kind, region and successors."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import cache

from analysis.catalogue import tables
from analysis.errors import UnknownNameError

_AUTHORITIES = ("county", "unitary authority", "London borough", "metropolitan district")
_LONDON, _PARTS_OF_LONDON = "E12000007", ("E13000001", "E13000002")


def resolve(name: str) -> str:
    """Return the code of the area that `name` spells: its code, its name or a listed alias, in any case or spacing.

    Raises UnknownNameError for anything else, with the nearest names known; nothing is ever guessed.
    """
    key = _fold(name)
    spellings = _spellings()
    if key in spellings:
        return spellings[key]
    near = difflib.get_close_matches(key[:200], spellings, n=3, cutoff=0.6)
    names = list(dict.fromkeys(label(spellings[match]) for match in near))
    hint = f"did you mean {' or '.join(names)}?" if names else "`safeguarding areas` lists what is known."
    raise UnknownNameError(f"No area is called {name!r}: {hint}")


def label(code: str) -> str:
    """Return the name of the area with this code, as readers see it; raises UnknownNameError for an unknown code."""
    return str(_entry(code)["name"])


def labels(codes: Iterable[str]) -> dict[str, str]:
    """Return {code: name} in the order given."""
    return {code: label(code) for code in codes}


def region(code: str) -> str:
    """Return the code of the region that the area lies in (a region's is the country's), or the empty string.

    Raises UnknownNameError for an unknown code.
    """
    return str(_entry(code)["region"])


def region_above(code: str) -> str:
    """Return London's code for an area in inner or outer London, which some publishers count as regions; empty for any other."""
    return _LONDON if region(code) in _PARTS_OF_LONDON else ""


def successors(code: str, on: str) -> list[str]:
    """Return the codes that stand for `code` on the ISO date `on`: itself while it existed, else what replaced it.

    An area with no dated end stands for itself on every date. Raises UnknownNameError for an unknown code.
    """
    entry = _entry(code)
    ended = str(entry["valid_to"])
    if not ended or on <= ended:
        return [code]
    following = str(entry["replaced_by"]).split()
    return [last for each in following for last in successors(each, on)]


def standing(code: str, on: str) -> list[str]:
    """Return the codes that a name means on the ISO date `on`: of several successors the one of the same name, if there is one.

    Dorset of 2024 is the authority of that name, not all that took the place of the county. Raises UnknownNameError for an
    unknown code.
    """
    following = successors(code, on)
    same = [each for each in following if label(each) == label(code)]
    return same or following


def continues(code: str) -> str:
    """Return the code of the predecessor with the very same ground, whose figures are of one series with it; or empty."""
    return _continued().get(code, "")


def kind(code: str) -> str:
    """Return the type of an area, such as county or unitary authority; raises UnknownNameError for an unknown code."""
    return str(_entry(code)["type"])


def authorities(codes: Iterable[str]) -> list[str]:
    """Return those of the codes that are upper-tier authorities, each once and in their order."""
    return [code for code in dict.fromkeys(codes) if kind(code) in _AUTHORITIES]


def of_kind(wanted: str, on: str) -> list[str]:
    """Return the codes of all areas of a type that existed on the ISO date `on`."""
    entries = [entry for entry in _known().values() if entry["type"] == wanted and entry["valid_from"] <= on]
    return [entry["code"] for entry in entries if not entry["valid_to"] or on <= entry["valid_to"]]


def is_called(code: str, name: str) -> bool:
    """Return whether `name` is the name of the area with this code, or a listed spelling of it, in any case or spacing."""
    key = _fold(name)
    return key == _fold(label(code)) or _aliases().get(key) == code or (key, _fold(label(code))) in _same_name()


def valid_from(code: str) -> str:
    """Return the ISO date on which the area came to be; empty for one that has been there since before 2009."""
    return str(_entry(code)["valid_from"])


def members(code: str) -> list[str]:
    """Return the codes of the areas that together make a partnership's figures, in order; empty for any other area."""
    return list(_members().get(code, ()))


def _entry(code: str) -> dict[str, str]:
    known = _known()
    if code not in known:
        raise UnknownNameError(f"No area has the code {code!r}; `safeguarding areas` lists what is known.")
    return known[code]


@cache
def _known() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in tables.read("areas").to_dict("records")}


@cache
def _members() -> dict[str, list[str]]:
    return {str(code): rows["member"].tolist() for code, rows in tables.read("area_members").groupby("area")}


@cache
def _continued() -> dict[str, str]:
    table = tables.read("area_continued")
    return dict(zip(table["code"], table["continues"], strict=True))


@cache
def _aliases() -> dict[str, str]:
    aliases = tables.read("area_aliases")
    return dict(zip(map(_fold, aliases["alias"]), aliases["code"], strict=True))


@cache
def _same_name() -> set[tuple[str, str]]:
    """Return the pairs of a listed spelling and the name that it stands for: names last longer than codes."""
    return {(alias, _fold(label(code))) for alias, code in _aliases().items()}


@cache
def _spellings() -> dict[str, str]:
    # An area that has been replaced by one of the same name (Buckinghamshire, Somerset) leaves its name to the first row,
    # the predecessor: its figures are dated, and `successors` leads on from there.
    spellings = dict(_aliases())
    for code, entry in _known().items():
        spellings.setdefault(_fold(code), code)
        if entry["valid_to"] or _fold(entry["name"]) not in spellings:
            spellings[_fold(entry["name"])] = code
    return spellings


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("&", " and ")).strip().casefold()
