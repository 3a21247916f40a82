"""The statements that findings make: each sentence with what it asserts, so that a draft can be judged like a report."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import JUDGED, STANDS_OUT, findings
from analysis.catalogue import areas, wording
from analysis.claims.ledger import COLUMNS as LEDGER
from analysis.claims.ledger import CONFIRMED
from analysis.clean.printed.statements import HEADER

# {direction of a finding: (the words of its headline, what they assert of the later and the earlier figure)}
_DIRECTIONS = {"up": ("rose", ">"), "down": ("fell", "<"), "level": ("stayed at", "=")}
_NO_DIRECTION = ("no events", "not comparable", "values only")
# The verdict as the headline begins it.
_VERDICTS = {"chance": "No more than chance", "usual": "Usual", "unusual": "Unusual", "very unusual": "Very unusual"}


def from_findings(judged: pd.DataFrame) -> pd.DataFrame:
    """Return the statements that the headlines of a judged frame make (`change.year_on_year`), to be put to `review_draft`.

    One row an assertion, in the columns of a draft: the figure, the earlier figure, the direction, and whether the change is
    unusual. Nothing is typed: the words come from the finding, the formula from the indicator. Rates are left out, and so are
    levels that are given as a range. Whether a change is unusual is asserted of indicators whose figures are one series:
    where repeats or a second return leave it open, nothing is said.
    """
    rows: list[dict[str, str]] = []
    kept = judged[judged["verdict"] != "missing"]
    for row, finding in zip(kept.itertuples(index=False), findings(judged), strict=True):
        entry = catalogue.indicators().loc[row.indicator]
        if entry["kind"] == "rate":
            continue
        base = {
            "section": "draft",
            "domain": entry["domain"],
            "area": areas.label(row.area),
            "period": row.period,
            "quote": finding.headline,
            "unit": "word",
            "series": "",
            "category": "",
        }
        rows += [base | assertion for assertion in _assertions(row._asdict(), entry)]
    for number, each in enumerate(rows, start=1):
        each |= {"id": f"f{number}", "source": f"draft#cell={number + 1},{HEADER.index('stated') + 1}", CONFIRMED: "yes"}
    return pd.DataFrame(rows, columns=[*LEDGER, CONFIRMED])


def _assertions(fields: dict[str, Any], entry: pd.Series) -> Iterator[dict[str, str]]:
    later = _formula(fields["category"], entry, fields["numerator"], fields["denominator"], "")
    place = f"@{fields['reference_period']}"
    earlier = _formula(fields["category"], entry, fields["reference_numerator"], fields["reference_denominator"], place)
    unit = {"rate": "count"}.get(entry["unit"], entry["unit"])
    now, before = (
        "none" if fields["verdict"] == "no events" else wording.value(fields[side], entry["unit"], entry["decimals"])
        for side in ("value", "reference")
    )
    yield {"stated": now, "unit": unit, "asserts": later}
    if math.isnan(fields["reference"]):
        return  # a range of which no single figure is told
    yield {"stated": before, "unit": unit, "asserts": earlier}
    if fields["verdict"] not in _NO_DIRECTION:
        word, sign = _DIRECTIONS[fields["direction"]]
        yield {"stated": word, "asserts": f"{later} {sign} {earlier}"}
    if fields["verdict"] in JUDGED and (series := _one_series(entry)):
        own = _at(series, f":{fields['category']}", "")
        unusual = f"clear_change({own}, {own}{place})"
        stands_out = fields["verdict"] in STANDS_OUT
        yield {"stated": _VERDICTS[fields["verdict"]], "asserts": unusual if stands_out else f"not({unusual})"}


def _one_series(entry: pd.Series) -> str:
    """Return the series whose figures an indicator's are: its count, or its percentage as printed; empty where it is made of two."""
    reference = str(entry["printed" if entry["kind"] == "percentage" else "numerator"])
    return reference if reference and len(catalogue.terms(reference)) == 1 else ""


def _formula(category: str, entry: pd.Series, numerator: float, denominator: float, place: str) -> str:
    """Return the indicator as a formula of figures at a place; as printed where its counts are not held."""
    own = f":{category}"
    if entry["kind"] != "percentage":
        return _at(entry["numerator"], own, place)
    if math.isnan(numerator) or math.isnan(denominator):
        return _at(entry["printed"], own, place)
    return f"share({_at(entry['numerator'], own, place)}, {_at(entry['denominator'], own, place)})"


def _at(reference: str, own: str, place: str) -> str:
    terms = [
        f"{'-' if term.sign < 0 else '+'}{term.series}"
        + (own if term.category == catalogue.SAME_CATEGORY else "" if term.category == catalogue.TOTAL else f":{term.category}")
        + place
        for term in catalogue.terms(reference)
    ]
    return " ".join(terms).replace("+", "", 1) if terms[0].startswith("+") else " ".join(terms)
