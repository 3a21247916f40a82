"""The area and the period that each number of a text is of, by the nearest scope: its clause, sentence, paragraph, heading."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from analysis.catalogue import areas, periods, tables
from analysis.claims.draft.reading.blocks import Block
from analysis.claims.draft.reading.dates import dates_of
from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.reading.sentences import Sentence
from analysis.claims.draft.reading.words import alternatives
from analysis.errors import UnknownNameError

# What may stand between a number and the area or date behind it, if that is its own: a few words and a preposition.
_OWN_AREA = re.compile(r"^\)?(?: [\w’'-]+){0,4} ?(?:in|of|for|from|across|within|by)(?: the)? $|^\)?,? (?:\()?$", re.IGNORECASE)
_OWN_DATE = re.compile(
    (
        r"^\)?(?:(?! (?:compared|than|from|against)\b)[^,;:«»]){0,90}?\b(?:in|at|on|for|during|by|of|as at|"
        r"between|since|to|until|the end of|ending|from|reported for|dated|year)(?: the)? $|^\)?,? ?\(?(?:in "
        r")?$"
    ),
    re.IGNORECASE,
)
_AGAINST = re.compile(r"\b(?:compared|comparing|comparison|against|versus|(?<!more )(?<!less )(?<!fewer )than)\b", re.IGNORECASE)

_YEAR_BEFORE = re.compile(
    (
        r"\b(?:last year|(?:the )?previous year|(?:the )?(?:year before|prior year|preceding year|year "
        r"earlier)|a year (?:earlier|ago|before)|previously reported)\b"
    ),
    re.IGNORECASE,
)
_NATION = re.compile(r"\b(?:nationally|national (?:average|figure|rate))\b", re.IGNORECASE)
_CENSUS = re.compile(r"\b(?:population|households?|residents?|ethnic\w*|first language)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Scope:
    """The area (its name) and the canonical period that a number is of; empty where the text doesn't say."""

    area: str = ""
    period: str = ""


@dataclass(frozen=True)
class _Mention:
    start: int
    end: int
    name: str


def scopes_of(blocks: list[Block], sentences: list[Sentence], area: str = "", period: str = "") -> list[list[Scope]]:
    """Return for each sentence the scopes of its numbers, in their order, and last its own.

    `area` and `period` serve where the text names none.

    Raises UnknownNameError for an area or period that nothing is known of.
    """
    default = Scope(areas.label(areas.resolve(area)) if area else "", periods.parse(period) if period else "")
    under = _of_headings(blocks, default)
    found: list[list[Scope]] = []
    last_block, carried = -1, Scope()
    census: dict[int, str] = {}  # by the position of the heading: the day of the census that its section speaks of
    for sentence in sentences:
        heading, place = under[sentence.block]
        if sentence.block != last_block:
            carried = Scope()
            last_block = sentence.block
        for each in sentence.dates:
            if each.form == "census":
                census.setdefault(place, each.period)
        base = heading
        if sentence.lead and not any(each.period for each in sentence.dates):
            lead = [each.period for each in dates_of(sentence.lead) if each.period and "quarter_alone" not in each.form]
            base = Scope(_only(mentions(sentence.lead)) or base.area, lead[-1] if lead else base.period)
        base = Scope(carried.area or base.area, carried.period or base.period)
        if place in census and _CENSUS.search(sentence.text) and not carried.period:
            base = Scope(base.area, census[place])
            carried = base
        scopes = _of_numbers(sentence, base)
        found.append([*scopes, _of_sentence(sentence, base)])
        if scopes:
            named = mentions(sentence.text)
            dated = [each for each in sentence.dates if each.period]
            said = [*(each.period for each in scopes if each.period), *(each.period for each in dated if each.form == "span")]
            latest = max(said, key=periods.order, default="")  # what "this" is of
            carried = Scope(scopes[-1].area if named else carried.area, latest if dated else carried.period)
        elif sentence.kind != "heading" and (name := _only(mentions(sentence.text))):
            carried = Scope(name, carried.period)
    return found


def _of_sentence(sentence: Sentence, base: Scope) -> Scope:
    dated = [each.period for each in sentence.dates if each.period and each.form != "quarter_alone"]
    return Scope(_only(mentions(sentence.text)) or base.area, dated[0] if len(set(dated)) == 1 else base.period)


def headings_above(blocks: list[Block]) -> list[list[str]]:
    """Return for each block the headings that it stands under, the highest first."""
    found: list[list[str]] = []
    open_headings: list[Block] = []
    for block in blocks:
        if block.kind == "heading":
            open_headings = [each for each in open_headings if each.level < block.level]
            open_headings.append(block)
        found.append([each.text for each in open_headings])
    return found


def _only(found: list[_Mention]) -> str:
    return found[0].name if len({each.name for each in found}) == 1 else ""


def _of_headings(blocks: list[Block], default: Scope) -> list[tuple[Scope, int]]:
    """Return the scope that each block stands under, and the position of the heading above it."""
    open_headings: list[tuple[int, Scope]] = []
    found: list[tuple[Scope, int]] = []
    section = 0
    for position, block in enumerate(blocks):
        if block.kind == "heading":
            open_headings = [each for each in open_headings if each[0] < block.level]
            above = open_headings[-1][1] if open_headings else default
            dated = [each.period for each in dates_of(block.text) if each.period and each.form != "quarter_alone"]
            named = mentions(block.text)
            scope = Scope(named[-1].name if named else above.area, dated[-1] if dated else above.period)
            open_headings.append((block.level, scope))
            if block.level <= 5:
                section = position
        # A caption speaks of its table only.
        current = [each for each in open_headings if each[0] < 6 or block.kind in ("table", "heading")]
        found.append((current[-1][1] if current else default, section))
    return found


def scopes_of_headings(blocks: list[Block], area: str = "", period: str = "") -> list[Scope]:
    """Return for each block the area and period of the headings that it stands under."""
    default = Scope(areas.label(areas.resolve(area)) if area else "", periods.parse(period) if period else "")
    return [scope for scope, _ in _of_headings(blocks, default)]


def mentions(text: str) -> list[_Mention]:
    """Return the areas that a text names, the longest name first where two begin together."""
    found = [_Mention(match.start(), match.end(), _names()[match[0].casefold()]) for match in _area_pattern().finditer(text)]
    found += [_Mention(match.start(), match.end(), areas.label(areas.ENGLAND)) for match in _NATION.finditer(text)]
    return sorted(found, key=lambda each: each.start)


@cache
def _names() -> dict[str, str]:
    names = [str(name) for name in tables.read("areas")["name"] if name]
    aliases = tables.read("area_aliases")
    labels = {
        str(row.alias).casefold(): areas.label(row.code)
        for row in aliases.itertuples()
        if len(str(row.alias)) > 3 and str(row.alias).casefold() != "totals"
    }
    return labels | {name.casefold(): name for name in names}


@cache
def _area_pattern() -> re.Pattern[str]:
    names = sorted(_names(), key=len, reverse=True)
    # An area's name begins with a capital, so that "reading" and "bath" are none.
    return re.compile(
        r"\b(?=[A-Z])(?:"
        + "|".join(f"(?i:{re.escape(name)})" for name in names)
        + r")\b(?! (?:Road|Street|House|Trust|University))"
    )


def _groups(numbers: list[Number], text: str) -> list[list[int]]:
    """Return the numbers that stand together, "842 (63%)", by their places."""
    groups: list[list[int]] = []
    for place, number in enumerate(numbers):
        joined = groups and re.fullmatch(r"(?: [\w’'-]+){0,2} ?\(", text[numbers[place - 1].end : number.start])
        if joined:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _of_numbers(sentence: Sentence, base: Scope) -> list[Scope]:
    text, numbers = sentence.text, sentence.numbers
    groups = _groups(numbers, text)
    named = mentions(text)
    dated = [
        _Mention(each.start, each.end, each.period)
        for each in sentence.dates
        if each.period or each.form in ("calendar_year", "month")
    ]
    found = [base] * len(numbers)
    area = base.area
    quarter_year = next((each.period for each in sentence.dates if each.form in ("year", "quarter")), base.period)
    first_period = ""
    for position, group in enumerate(groups):
        start, end = numbers[group[0]].start, numbers[group[-1]].end
        following = numbers[groups[position + 1][0]].start if position + 1 < len(groups) else len(text)
        earlier_end = numbers[groups[position - 1][-1]].end if position else 0
        own = [
            each
            for each in named
            if end <= each.start < following and _OWN_AREA.match(re.sub(r"\([^)]*\) ?", "", text[end : each.start]))
        ]
        ahead = [each for each in named if each.end <= start]
        area = own[0].name if own else ahead[-1].name if ahead else area
        if (
            not own
            and not ahead
            and len({each.name for each in named}) == 1
            and position == 0
            and named[0].start < min(end + 45, following)
        ):
            area = named[0].name
        first = first_period or base.period
        period = _period(text, dated, (start, end), following, earlier_end, first)
        before = period != first and period == _year_before(first)
        if re.fullmatch(r"Q[1-4]", period):
            period = f"{quarter_year[:7]}-{period}" if re.match(r"\d{4}-\d\d(?:$|-Q)", quarter_year) else ""
        first_period = first_period or ("" if before else period)
        for place in group:
            found[place] = Scope(area, period)
        # "A 21% (523) increase": the number in brackets is the level that it rose from.
        if (
            len(group) == 2
            and numbers[group[0]].unit == "percent"
            and re.match(rf"\) (?:{alternatives('rise', 'fall')})\b", text[end:], re.IGNORECASE)
        ):
            found[group[1]] = Scope(area, _year_before(period))
    return found


def _period(text: str, dated: list[_Mention], group: tuple[int, int], following: int, earlier_end: int, base: str) -> str:
    """Return the period of the numbers that stand together: of the date that is theirs, of the words beside them, or `base`."""
    start, end = group
    behind = text[end : min(following, end + 60)]
    clause = re.split(r"; |, (?:with|and|while|whilst|but|although) ", text[earlier_end:start])[-1]
    changed = re.search(
        rf"\b(?:{alternatives('rise', 'fall')})\b(?: \w+)?(?: of| by)(?: approximately| about)?(?: an?)? ?$",
        clause,
        re.IGNORECASE,
    )
    if changed or re.match(rf"\)?,? (?:{alternatives('rise', 'fall')})\b", behind, re.IGNORECASE):
        # A change is of the later period, which the words ahead of it name, whatever it is compared with.
        ahead = [
            each
            for each in dated
            if each.end <= start
            and not re.search(r"\b(?:since|compared (?:to|with)|from|on)(?: the)? $", text[: each.start], re.IGNORECASE)
        ]
        return ahead[-1].name if ahead and ahead[-1].start >= earlier_end else base
    own = [each for each in dated if end <= each.start < following and _OWN_DATE.match(text[end : each.start])]
    if own:
        return own[0].name
    relative = _YEAR_BEFORE.search(re.split(r"[;]|\. ", behind)[0])
    if relative and not (
        _AGAINST.search(behind[: relative.start()])
        or re.search(rf"\b(?:{alternatives('rise', 'fall')})\b", behind[: relative.start()], re.IGNORECASE)
    ):
        return _year_before(base)
    if _YEAR_BEFORE.search(clause):
        return _year_before(base)
    ahead = [each for each in dated if each.end <= start]
    here = [each for each in ahead if each.start >= earlier_end]
    if here:
        return here[-1].name
    if re.search(r"\b(?:compared|comparison|against)\b", clause, re.IGNORECASE) and not re.search(
        r"\b(?:average|national|target)", clause
    ):
        return _year_before(base) if not [each for each in dated if each.start >= end] else ""
    if re.search(r"\bfrom (?:an? )?$", clause) and re.search(r"^\W*(?:in \w+ )?(?:[\w ]{0,20})to\b", text[end:]):
        return _year_before(base)
    if ahead and earlier_end:
        return base
    later = [each for each in dated if each.start >= end]
    if len(dated) == 1 and later and not _AGAINST.search(text[end : later[0].start]):
        return later[0].name
    return ahead[-1].name if ahead else base


def _year_before(period: str) -> str:
    try:
        return periods.year_before(period) if period else ""
    except UnknownNameError:
        return ""
