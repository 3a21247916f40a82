"""The sentence of a finding: the verdict chooses its words from `phrases.csv`, the judged row gives its numbers."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings.finding import SURE, Finding
from analysis.catalogue import areas, periods, tables, wording

# No percentage change on a base below this: the two numbers say more (methods: words).
SMALL_BASE = 20
_OVER_TIME = {
    "up": "rose", "down": "fell", "no clear change": "no_clear_change", "no events": "no_events",
    "not tested": "not_tested", "not comparable": "not_comparable", "values only": "values_only", "missing": "",
}  # fmt: skip
_ACROSS = {
    "up": "higher", "down": "lower", "no clear change": "no_clear_difference", "no events": "no_events_either",
    "not tested": "side_by_side", "not comparable": "side_by_side", "values only": "values_beside", "missing": "",
}  # fmt: skip


def findings(judged: pd.DataFrame) -> list[Finding]:
    """Return a Finding for each row of a frame that `judge` made, in its order; rows without both figures give none.

    >>> from analysis.analyses import change
    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> print(findings(change.year_on_year(here.measures, here.period))[0].headline)
    Children considered at an initial child protection conference in Leicestershire fell from 804 in 2011/12 to 662 in
    2012/13, a change of −18% (95% interval −26% to −9%).
    """
    return [_finding(row) for row in judged.itertuples(index=False) if row.verdict != "missing"]


def how_many_by_chance(judged: pd.DataFrame) -> str:
    """Return the sentence that says how many changes chance alone would give; empty where nothing was tested.

    >>> from analysis.analyses import change
    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> how_many_by_chance(change.year_on_year(here.measures, here.period)).partition(":")[0].partition(".")[0]
    '4 comparisons were tested and 3 show a difference'
    """
    tested = judged[judged["p_value"].notna()]
    if tested.empty:
        return ""
    tested_words = f"{len(tested)} comparison{'s were' if len(tested) > 1 else ' was'} tested"
    flagged = tested["verdict"].isin(SURE)
    if not flagged.any():
        return f"{tested_words}: none shows a difference that chance alone could not have made."
    expected = wording.number(0.05 * len(tested), 1)
    stand = int((tested["stands"] & flagged).sum())
    return (
        f"{tested_words} and {flagged.sum()} {'show' if flagged.sum() > 1 else 'shows'} a difference. If there were no real "
        f"differences, chance alone would give about {expected}. After allowing for the number of comparisons, {stand} "
        f"{'stand' if stand != 1 else 'stands'}."
    )


def _finding(row: Any) -> Finding:
    fields = row._asdict()
    entry = catalogue.indicators().loc[fields["indicator"]]
    over_time = not fields["reference_name"]
    key = (_OVER_TIME if over_time else _ACROSS)[fields["verdict"]]
    change, interval = _change_words(fields, entry)
    name = title(fields["indicator"], fields["category"])
    value, reference = _value(fields["value"], entry), _value(fields["reference"], entry)
    headline = phrases()[key].format(
        title=name,
        area=areas.label(fields["area"]),
        value=value,
        reference=reference,
        when=periods.phrase(fields["period"]),
        reference_when=periods.phrase(fields["reference_period"]),
        reference_name=fields["reference_name"],
        size=_size(fields),
        detectable=_detectable(fields, entry) if over_time else "",
        reason=phrases().get(fields["reason"], fields["reason"]),
        difference=change,
    )
    estimate, lower, upper = _drawn(fields)
    return Finding(
        method="" if fields["method"] == "none" else fields["method"],
        verdict=fields["verdict"],
        judgement=fields["judgement"],
        stands=bool(fields["stands"]),
        indicator=fields["indicator"],
        area=fields["area"],
        category=fields["category"],
        title=name,
        headline=headline,
        before_words=f"{reference} ({fields['reference_name'] or periods.label(fields['reference_period'])})",
        now_words=f"{value} ({periods.label(fields['period'])})",
        change_words=change,
        interval_words=interval,
        estimate=estimate,
        lower=lower,
        upper=upper,
    )


def title(indicator: str, category: str = catalogue.TOTAL) -> str:
    """Return the indicator's title, with the category where it is one of a breakdown.

    >>> title("adult_referrals_age", "18_64")
    'Adult safeguarding referrals by age group (aged 18 to 64)'
    """
    name = str(catalogue.indicators().at[indicator, "title"])
    return name if category == catalogue.TOTAL else f"{name} ({wording.lower_first(catalogue.category_label(category))})"


def _value(figure: float, entry: pd.Series) -> str:
    return wording.value(figure, entry["unit"], entry["decimals"])


def percent_change(ratio: float, decimals: int = 0) -> str:
    """Return a ratio as a signed percentage change: 0.75 → "−25"."""
    return _signed(100 * (ratio - 1), decimals)


def _signed(number: float, decimals: int) -> str:
    text = wording.number(number, decimals)
    zero = wording.number(0, decimals)
    return text if text.startswith("−") or text == zero else f"+{text}"


def _is_small(fields: dict[str, Any]) -> bool:
    return fields["reference_numerator"] < SMALL_BASE or not math.isfinite(fields["upper"])


def _size(fields: dict[str, Any]) -> str:
    if fields["method"] == "none" or fields["verdict"] == "no events":
        return ""
    if fields["method"] == "ratio" and _is_small(fields):
        return phrases()["size_small"]
    key, words = ("size_ratio", percent_change) if fields["method"] == "ratio" else ("size_points", _points)
    key += "_across" if fields["reference_name"] else ""
    parts = {name: words(fields[column]) for name, column in (("change", "estimate"), ("lower", "lower"), ("upper", "upper"))}
    return phrases()[key].format(**parts)


def _points(value: float) -> str:
    return _signed(value, 1)


def _change_words(fields: dict[str, Any], entry: pd.Series) -> tuple[str, str]:
    """Return the change and its interval as a table shows them."""
    if fields["method"] == "points":
        return f"{_points(fields['estimate'])} points", f"{_points(fields['lower'])} to {_points(fields['upper'])}"
    if fields["method"] == "ratio" and fields["verdict"] != "no events" and not _is_small(fields):
        words = f"{percent_change(fields['lower'])}% to {percent_change(fields['upper'])}%"
        return f"{percent_change(fields['estimate'])}%", words
    difference = fields["value"] - fields["reference"]
    unit, decimals = entry["unit"], int(entry["decimals"])
    words = f"{_signed(difference, decimals)}{' points' if unit == 'percent' else ''}"
    return (wording.value(difference, unit, decimals) if unit == "pounds" else words), ""


def _drawn(fields: dict[str, Any]) -> tuple[float, float, float]:
    """Return the change and its limits as a chart draws them; NaN where nothing was tested or no percentage may be shown."""
    numbers = (fields["estimate"], fields["lower"], fields["upper"])
    if fields["method"] == "points":
        return numbers
    if fields["method"] == "none" or fields["verdict"] == "no events" or _is_small(fields):
        return (math.nan, math.nan, math.nan)
    estimate, lower, upper = (100 * (number - 1) for number in numbers)
    return estimate, lower, upper


def _detectable(fields: dict[str, Any], entry: pd.Series) -> str:
    up, down = fields["detectable_up"], fields["detectable_down"]
    if fields["method"] == "points" and not (math.isnan(up) or math.isnan(down)):
        return phrases()["detectable_points"].format(rise=wording.number(up, 1), fall=wording.number(-down, 1))
    if fields["method"] != "ratio" or math.isnan(up):
        return ""
    if _is_small(fields) and entry["unit"] == "count":
        reference = fields["reference"]
        # Smallest whole number that is at least the detectable rise; largest that is at most the detectable fall.
        no_fall = phrases()["detectable_count_no_fall"]
        fall = no_fall if math.isnan(down) else phrases()["detectable_count_fall"].format(fall=math.floor(reference * down))
        return phrases()["detectable_count"].format(rise=math.ceil(reference * up), fall=fall)
    rise = wording.number(100 * (up - 1))
    if math.isnan(down):
        return phrases()["detectable_ratio_rise"].format(rise=rise)
    return phrases()["detectable_ratio"].format(rise=rise, fall=wording.number(100 * (1 - down)))


@cache
def phrases() -> dict[str, str]:
    """Return {key: template} of `phrases.csv`: every sentence that judges figures is one of these.

    >>> phrases()["reason_missing"]
    'There is no figure for one of the two.'
    """
    table = tables.read("phrases")
    return dict(zip(table["id"], table["text"], strict=True))
