"""What may stand in a cell: the kinds that `schema.csv` names, whether a text is of one, and how it is said to a person.

A kind is one or more forms joined by ` or `: `ref:agencies.id or list:*`. Before it `each` says that a cell holds several,
separated by spaces, or `bars` several, joined by bars; behind it `when role=figure|sum` that it holds for some rows only. A date
or a quarter may name the column that it must not lie before: `quarter:from_period`.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from analysis.catalogue import periods
from analysis.catalogue.references import SAME_CATEGORY, TOTAL, terms
from analysis.errors import SafeguardingError

Values = Callable[[str, str], frozenset[str]]  # (table, column) → what stands in that column
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_BAND = re.compile(r"(\d+(?:\.\d+)?) to (\d+(?:\.\d+)?)")
_SHEET = re.compile(r"[^\[\]:*?/\\]{1,31}")  # as spreadsheet programs name their sheets
_STATUSES = ("", "revised", "provisional")
_SHOWN = 12  # of a list in a message; of a longer one the nearest is told
# Of one letter pattern each: the pattern, and the words for it.
_PATTERNS = {
    "text": (re.compile(r"[\s\S]+"), "a text"),
    "id": (re.compile(r"[A-Za-z0-9]+([_-][A-Za-z0-9]+)*"), "a short name of letters, digits and hyphens, without spaces"),
    "name": (re.compile(r"[a-z][a-z0-9_]*"), "a short name of small letters, digits and underscores, a letter first"),
    "category_id": (re.compile(r"[a-z0-9_]+"), "a short name of small letters, digits and underscores"),
    "plain": (re.compile(r"[\w &'():,.-]{1,120}"), "a name of at most 120 letters, digits and & ' ( ) : , . -"),
    "sheet": (_SHEET, r"a name of at most 31 letters without [ ] : * ? / \, as a sheet has it"),
}


@dataclass(frozen=True)
class Form:
    """One form: its name (`list`, `ref`, `whole` …) and what is said behind the colon."""

    name: str
    given: str

    @property
    def options(self) -> tuple[str, ...]:
        """What is given, where it is a list."""
        return tuple(self.given.split("|"))


@dataclass(frozen=True)
class Kind:
    """A kind as it is written in the schema."""

    separator: str
    forms: tuple[Form, ...]
    when: tuple[str, tuple[str, ...]] | None

    @property
    def beginning(self) -> str:
        """The column with the beginning of a span of which this is the end; empty where it is none."""
        return next((form.given for form in self.forms if form.name in ("date", "quarter")), "")

    @property
    def is_any_text(self) -> bool:
        """Whether there is nothing to look at: every text will do."""
        return self.forms == (Form("text", ""),)

    def parts(self, cell: str) -> list[str]:
        """Return what a cell holds: itself, or its parts where it may hold several."""
        return cell.split(self.separator) if self.separator else [cell]


@cache
def parse(text: str) -> Kind:
    """Return the kind that a text of the schema names; raises SafeguardingError for one that it doesn't."""
    said, _, condition = text.partition(" when ")
    column, _, values = condition.partition("=")
    separator = " " if said.startswith("each ") else "|" if said.startswith("bars ") else ""
    forms = tuple(Form(*each.partition(":")[::2]) for each in (said[5:] if separator else said).split(" or "))
    wrong = next((each.name for each in forms if each.name not in _FORMS), None)
    if wrong is not None:
        raise SafeguardingError(f"no kind is called {wrong!r}: there is {', '.join(_FORMS)}")
    return Kind(separator, forms, (column, tuple(values.split("|"))) if condition else None)


def fits(kind: Kind, part: str, values: Values) -> bool:
    """Return whether a part of a cell is of a kind."""
    return any(_FORMS[form.name][0](part, form, values) for form in kind.forms)


def described(kind: Kind) -> str:
    """Return the kind in words."""
    words = " or ".join(_FORMS[each.name][1](each) for each in kind.forms)
    return words + {" ": ", several separated by spaces", "|": ", several joined by bars"}.get(kind.separator, "")


def blamed(kind: Kind, part: str, values: Values) -> tuple[str, Iterable[str]]:
    """Return what of a part that is not of its kind is to blame, and the names among which the right one may be."""
    known: list[str] = []
    for form in kind.forms:
        if form.name in ("list", "all"):
            known += form.options
        elif form.name in ("ref", "tree"):
            known += sorted(values(*form.given.split(".")))
        elif form.name in ("term", "terms", "terms tree"):
            return _blamed_term(part, values)
        elif form.name == "fields":
            unknown = sorted(_fields_of(part) - set(form.options))
            return (f"{{{unknown[0]}}}", form.options) if unknown != [part] else (part, ())
        elif form.name == "category":
            known += sorted(_categories(values))
    return part, known


def _blamed_term(part: str, values: Values) -> tuple[str, Iterable[str]]:
    try:
        named = terms(part)
    except SafeguardingError:
        return part, ()
    for each in named:
        if each.series not in values("series", "id"):
            return each.series, sorted(values("series", "id"))
        known = {f"{each.series}:{category}" for category in _known_categories(values)}
        if f"{each.series}:{each.category}" not in known:
            return f"{each.series}:{each.category}", sorted(known)
    return part, ()


def bounds(given: str) -> tuple[float, float]:
    """Return the lowest and the highest number that a range such as `0..` or `1..9` allows."""
    low, _, high = given.partition("..")
    return float(low or "-inf"), float(high or "inf")


def _in_range(part: str, form: Form, _: Values) -> bool:
    low, high = bounds(form.given)
    return bool(_NUMBER.fullmatch(part)) and low <= float(part) <= high and (form.name == "number" or part.isdigit())


def _is_date(part: str, _: Form, __: Values) -> bool:
    try:
        return date.fromisoformat(part).isoformat() == part
    except ValueError:
        return False


def _is_period(part: str, form: Form, _: Values) -> bool:
    try:
        return periods.kind(part) == form.name or form.name == "period"
    except SafeguardingError:
        return False


def _is_target(part: str, _: Form, __: Values) -> bool:
    band = _BAND.fullmatch(part)
    return float(band[1]) <= float(band[2]) if band else bool(_NUMBER.fullmatch(part))


def _is_regex(part: str, _: Form, __: Values) -> bool:
    try:
        re.compile(part)
    except re.error:
        return False
    return True


def _has_fields(part: str, form: Form, _: Values) -> bool:
    return _fields_of(part) <= set(form.options)


def _fields_of(part: str) -> set[str]:
    """Return the words in braces of a text; of one whose braces don't match the whole text, which is no word."""
    try:
        return {field for _, field, _, _ in string.Formatter().parse(part) if field is not None}
    except ValueError:
        return {part}


def _are_terms(part: str, _: Form, values: Values) -> bool:
    try:
        named = terms(part)
    except SafeguardingError:
        return False
    categories = _known_categories(values)
    return bool(named) and all(each.series in values("series", "id") and each.category in categories for each in named)


def _known_categories(values: Values) -> set[str]:
    return {*_categories(values), SAME_CATEGORY, TOTAL}


def _categories(values: Values) -> frozenset[str]:
    """Return every category: those with words, and agencies' own, under which each gives its figures."""
    return values("categories", "id") | {agency.replace("-", "_") for agency in values("agencies", "id")}


def _is_column(part: str, values: Values) -> bool:
    """Return whether it is what a header of a printed table says of a column: `label`, `2012-13`, `2012-13-Q1/male revised`."""
    place, _, status = part.partition(" ")
    period, slash, category = place.partition("/")
    if not status and not slash and period in ("", "label", "sign"):
        return True
    known = not slash or category in _categories(values)
    return _is_period(period, Form("period", ""), values) and status in _STATUSES and known


def _columns(part: str, _: Form, values: Values) -> bool:
    return all(_is_column(each, values) for each in part.split("|"))


def _is_kind(part: str, _: Form, __: Values) -> bool:
    if part in ("table", "table:add", "table:fixed"):
        return True
    try:
        parse(part)
    except SafeguardingError:
        return False
    return True


def _by_pattern(part: str, form: Form, _: Values) -> bool:
    return bool(_PATTERNS[form.name][0].fullmatch(part))


def _pattern_words(form: Form) -> str:
    return _PATTERNS[form.name][1]


def _a_number(form: Form) -> str:
    low, high = bounds(form.given)
    words = "a whole number" if form.name == "whole" else "a number"
    if low > float("-inf") and high < float("inf"):
        return f"{words} from {low:g} to {high:g}"
    return words + (f" of {low:g} or more" if low > float("-inf") else "")


def _one_of(form: Form) -> str:
    if len(form.options) > _SHOWN:
        return f"one of the {len(form.options)} names that the program knows"
    return f"one of {', '.join(form.options)}" if len(form.options) > 1 else f"{form.given}"


def _not_before(form: Form) -> str:
    return f", not before {form.given}" if form.given else ""


def _fields(form: Form) -> str:
    if len(form.options) > _SHOWN:
        return f"a text in which only words of the {len(form.options)} that the program knows stand in braces"
    return f"a text in which no more than {', '.join(f'{{{each}}}' for each in form.options)} stands in braces"


def _reference(form: Form) -> str:
    table, _, column = form.given.partition(".")
    return f"{'an' if column[0] in 'aeiou' else 'a'} {column} of {table}.csv"


_TERMS = "series of series.csv, each with or without a category (series:category), joined by + or -"
_FORMS: dict[str, tuple[Callable[[str, Form, Values], bool], Callable[[Form], str]]] = {
    **dict.fromkeys(_PATTERNS, (_by_pattern, _pattern_words)),
    "whole": (_in_range, _a_number),
    "number": (_in_range, _a_number),
    "date": (_is_date, lambda form: f"a date such as 2013-03-31{_not_before(form)}"),
    "period": (_is_period, lambda _: "a period such as 2012-13, 2012-13-Q4 or 2013-03-31"),
    "quarter": (_is_period, lambda form: f"a quarter such as 2013-14-Q1{_not_before(form)}"),
    "target": (_is_target, lambda _: "a number, or a band such as 10 to 15"),
    "list": (lambda part, form, _: part in form.options, _one_of),
    "all": (lambda part, form, _: part in form.options, _one_of),
    "ref": (lambda part, form, values: part in values(*form.given.split(".")), _reference),
    "tree": (lambda part, form, values: part in values(*form.given.split(".")), _reference),
    "term": (_are_terms, lambda _: "a series of series.csv, with or without a category (series:category)"),
    "terms": (_are_terms, lambda _: _TERMS),
    "terms tree": (_are_terms, lambda _: _TERMS),
    "category": (lambda part, _, values: part in _categories(values), lambda _: "an id of categories.csv"),
    "regex": (_is_regex, lambda _: "a regular expression"),
    "fields": (_has_fields, _fields),
    "columns": (_columns, lambda _: "label, sign, nothing, or a period such as 2013-14-Q1 for each column, joined by bars"),
    "kind": (_is_kind, lambda _: "a kind that the program knows"),
}
