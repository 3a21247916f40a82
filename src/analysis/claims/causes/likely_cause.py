"""The likely cause of a contradiction: the first rule of `claim_causes.csv` that gives exactly the printed figure.

The cause is named with its arithmetic. Where no rule gives the figure, no cause is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import ceil, floor

from analysis.catalogue import tables
from analysis.claims.causes import other_bases as bases
from analysis.claims.causes import other_figures as sources
from analysis.claims.causes.contradiction import Contradiction
from analysis.claims.language.evaluate import Numbers, Value, evaluate
from analysis.claims.language.grammar import Call, Number, Operation
from analysis.claims.printed_value import as_printed


def likely_cause(case: Contradiction) -> tuple[str, str]:
    """Return the id of the rule and the cause in words with its arithmetic; both empty where no rule gives the printed figure."""
    for row in tables.read("claim_causes").itertuples(index=False):
        arithmetic = _RULES[row.id](case)
        if arithmetic:
            return row.id, f"{row.words}: {arithmetic}"
    return "", ""


def _count_as_percentage(case: Contradiction) -> str:
    if case.share is None or case.stated is None or case.stated.unit != "percent":
        return ""
    top = case.value_of(case.share[0])
    if top is None or top.number != case.stated.value or top.number in (0, 100):
        return ""
    return f"{top.words} is the number; {case.value.words} = {case.shown(case.value.number)}" if case.value else ""


def _transposed(case: Contradiction) -> str:
    """Two neighbouring digits of the right figure changed places."""
    if case.stated is None or case.value is None:
        return ""
    digits = re.sub(r"\D", "", as_printed(case.stated.value, case.stated.decimals, "count"))
    right_digits = re.sub(r"\D", "", as_printed(case.value.number, case.stated.decimals, "count"))
    swaps = {digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :] for at in range(len(digits) - 1)} - {digits}
    return (
        f"{as_printed(case.value.number, case.stated.decimals, case.stated.unit)} with two digits changed round"
        if right_digits in swaps
        else ""
    )


def _truncated(case: Contradiction) -> str:
    match case.node:
        case Call("attainable", (share, base)):
            return _truncated_share(case.value_of(share), case.value_of(base))
    if case.stated is None or case.value is None or case.value.number < 0 or case.value.atomic or case.stated.unit != "percent":
        return ""
    scale = 10**case.stated.decimals
    cut = floor(case.value.number * scale + 1e-9) / scale
    if cut != case.stated.value:
        return ""
    shown = as_printed(case.value.number, case.stated.decimals + 1, case.stated.unit)
    return f"{case.value.words} = {shown}, cut off and not rounded"


def _truncated_share(share: Value | None, base: Value | None) -> str:
    """A share that no number of its base gives, but that one of them gives when cut off."""
    if share is None or base is None or not base.number:
        return ""
    count = ceil(share.number * base.number / 100)
    scale = 10**share.decimals
    value = 100 * count / base.number
    if floor(value * scale + 1e-9) / scale != share.number:
        return ""
    return f"{count} / {base.words} = {as_printed(value, share.decimals + 1, 'percent')}, cut off and not rounded"


def _lost_digit(case: Contradiction) -> str:
    """Shares that should add to a whole would do so if one of them had one more digit."""
    match case.node:
        case Operation("=", Call("sum", (parts,)), Number(whole)):
            shares = evaluate(parts, case.context)
        case _:
            return ""
    if not isinstance(shares, Numbers):
        return ""
    total = sum(value.number for value in shares.values)
    slack = sum(value.high - value.number for value in shares.values)
    for value in shares.values:
        wanted = value.number + whole - total
        text = f"{wanted:.{value.decimals}f}"
        short = f"{value.number:.{value.decimals}f}"
        shorter = {text[:at] + text[at + 1 :] for at in range(len(text)) if text[at].isdigit()}
        if 0 <= wanted <= whole and short in shorter and slack < 10:
            return f"{value.words} printed where {text}% makes them add to {whole:g}%"
    return ""


_RULES: dict[str, Callable[[Contradiction], str]] = {
    "same_sentence": sources.same_sentence,
    "as_in_table": sources.as_in_table,
    "years_swapped": sources.other_year,
    "areas_swapped": sources.other_area,
    "count_as_percentage": _count_as_percentage,
    "mean_of_quarters": bases.mean_of_quarters,
    "wrong_denominator": bases.other_base,
    "part_of_numerator": bases.part_of_numerator,
    "wrong_column": sources.other_column,
    "transposed": _transposed,
    "truncated": _truncated,
    "lost_digit": _lost_digit,
    "other_respondents": bases.other_respondents,
    "stale": sources.earlier_release,
    "restated": sources.restated,
    "base_implied": bases.implied_base,
    "copied": sources.copied,
}
