"""Areas: the code of every spelling that a source uses, and the name, type, region and successors of every code."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import cache

from analysis.catalogue import tables
from analysis.errors import UnknownNameError

_AUTHORITY_TYPES = ("county", "unitary authority", "London borough", "metropolitan district")
ENGLAND = "E92000001"
_LONDON, _PARTS_OF_LONDON = "E12000007", ("E13000001", "E13000002")


def resolve(name: str) -> str:
    """Return the code of the area with this name, code or listed alias, or with that of its council.

    Case and spacing don't matter. Raises UnknownNameError for anything else, with the nearest known names; it never guesses.

    >>> resolve("Leicester City Council"), resolve("London Borough of Hackney")
    ('E06000016', 'E09000012')
    """
    key = _normalise(name)
    spellings = _spellings()
    for spelling in (key, *_without_council(key)):
        if spelling in spellings:
            return spellings[spelling]
    matches = difflib.get_close_matches(key[:200], spellings, n=3, cutoff=0.6)
    suggestions = list(dict.fromkeys(label(spellings[match]) for match in matches))
    hint = f"did you mean {' or '.join(suggestions)}?" if suggestions else "`safeguarding areas` lists what is known."
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
    """Return the codes in use for `code` on the ISO date `on`: itself while it existed, afterwards the areas that replaced it.

    An area without an end date is its own successor on every date. Raises UnknownNameError for an unknown code.
    """
    entry = _entry(code)
    ended = str(entry["valid_to"])
    if not ended or on <= ended:
        return [code]
    replacements = str(entry["replaced_by"]).split()
    return [last for replacement in replacements for last in successors(replacement, on)]


def standing(code: str, on: str) -> list[str]:
    """Return the codes that an area's name means on the ISO date `on`: of several successors the one of the same name, if any.

    In 2024 Dorset means the authority of that name, not all of those that replaced the county. Raises UnknownNameError for an
    unknown code.
    """
    replacements = successors(code, on)
    same_name = [each for each in replacements if label(each) == label(code)]
    return same_name or replacements


def continues(code: str) -> str:
    """Return the code of the predecessor with the same boundary, whose figures form one series with this area's; else empty."""
    return _continued().get(code, "")


def same_ground(code: str) -> list[str]:
    """Return the code with those of its predecessor and successors of the same boundary: their figures form one series.

    >>> same_ground("E08000016")
    ['E08000016', 'E08000038']
    """
    return [code, *filter(None, [continues(code)]), *(later for later, earlier in _continued().items() if earlier == code)]


def namesakes(code: str) -> list[str]:
    """Return the codes of all areas with the name of this one: an authority and the one before it, of whatever ground.

    >>> namesakes("E10000009")
    ['E06000059', 'E10000009']
    """
    return _codes_by_label().get(label(code), [code])


@cache
def _codes_by_label() -> dict[str, list[str]]:
    codes: dict[str, list[str]] = {}
    for each in sorted(_known()):
        codes.setdefault(label(each), []).append(each)
    return codes


def kind(code: str) -> str:
    """Return the type of an area, such as county or unitary authority; raises UnknownNameError for an unknown code."""
    return str(_entry(code)["type"])


def authorities(codes: Iterable[str]) -> list[str]:
    """Return the codes of upper-tier authorities among `codes`, each once and in their order."""
    return [code for code in dict.fromkeys(codes) if kind(code) in _AUTHORITY_TYPES]


def of_kind(area_type: str, on: str) -> list[str]:
    """Return the codes of all areas of a type that existed on the ISO date `on`."""
    entries = [entry for entry in _known().values() if entry["type"] == area_type and entry["valid_from"] <= on]
    return [entry["code"] for entry in entries if not entry["valid_to"] or on <= entry["valid_to"]]


def is_called(code: str, name: str) -> bool:
    """Return whether `name` is the name of the area with this code or a listed alias; case and spacing don't matter."""
    key = _normalise(name)
    return key == _normalise(label(code)) or _aliases().get(key) == code or (key, _normalise(label(code))) in _same_name()


def valid_from(code: str) -> str:
    """Return the ISO date on which the area was created; empty if that was before 2009."""
    return str(_entry(code)["valid_from"])


def members(code: str) -> list[str]:
    """Return the codes of the areas whose figures add up to a partnership's, in order; empty for any other area."""
    return list(_members().get(code, ()))


def joint(codes: Iterable[str]) -> str:
    """Return the code of the area that has exactly these members, as one row of two authorities is of both; empty without one.

    >>> joint(["E09000027", "E09000021"])
    'KR'
    """
    wanted = set(codes)
    return next((whole for whole, parts in _members().items() if set(parts) == wanted), "")


def around(codes: Iterable[str]) -> tuple[str, ...]:
    """Return `codes`, then the partnerships that have one of them as a member, then England: whom their figures are set beside.

    >>> around(["E06000017"])
    ('E06000017', 'LR', 'E92000001')
    """
    asked = tuple(dict.fromkeys(codes))
    partnerships = [whole for whole, parts in _members().items() if set(parts) & set(asked)]
    return tuple(dict.fromkeys((*asked, *partnerships, ENGLAND)))


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
    return dict(zip(map(_normalise, aliases["alias"]), aliases["code"], strict=True))


@cache
def _same_name() -> set[tuple[str, str]]:
    """Return pairs of an alias and the name that it means; a name often has several codes, one after the other."""
    return {(alias, _normalise(label(code))) for alias, code in _aliases().items()}


@cache
def _spellings() -> dict[str, str]:
    # Where an area was replaced by one of the same name (Buckinghamshire, Somerset), the name means the predecessor:
    # figures are dated, and `successors` leads on from there.
    spellings = dict(_aliases())
    for code, entry in _known().items():
        spellings.setdefault(_normalise(code), code)
        if entry["valid_to"] or _normalise(entry["name"]) not in spellings:
            spellings[_normalise(entry["name"])] = code
    return spellings


def _without_council(key: str) -> list[str]:
    """Return what is left of the name of a council: "leicester" of "leicester city council"."""
    place = re.sub(r" council$", "", key)
    bare = re.sub(r"^(london|royal|metropolitan)? ?borough of |^city of ", "", place)
    words = re.sub(r" (city|county|(london |metropolitan )?borough|metropolitan district|mbc|cc)$", "", bare)
    return [each for each in (place, bare, words) if each != key]


def _normalise(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("&", " and ")).strip().casefold()
