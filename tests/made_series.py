"""Made-up measures: one indicator over time or over areas, as `measures.measure` would give them."""

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import PAIR_COLUMNS
from analysis.catalogue import periods, tables

LEICESTERSHIRE, RUTLAND = "E10000018", "E06000017"


def made(name, spans, counts, area=LEICESTERSHIRE, base=np.nan, category="all"):
    """Measures of one indicator; counts are numerators (NaN is a figure that is missing), the value follows from the base."""
    entry = catalogue.indicators().loc[name]
    count, base = np.array(counts, dtype=float), np.broadcast_to(np.array(base, dtype=float), len(spans))
    per = 100.0 if entry["unit"] == "percent" else float(entry["per"])
    value = count if not entry["denominator"] else per * count / base
    return pd.DataFrame({"period": spans, "value": value, "numerator": count, "denominator": base}).assign(
        indicator=name, area=area, category=category, lower=np.nan, upper=np.nan, denominator_period="", status="final",
        origin="counted", source="annual-report/made-up/figure-1.csv#cell=2,2", note="", england_numerator=np.nan,
        england_denominator=np.nan, repeat_share=np.nan, other_values="", low=np.nan, high=np.nan,
    )  # fmt: skip


def quarters(count, last="2012-13-Q4"):
    found = [last]
    while len(found) < count:
        found.append(periods.previous(found[-1]))
    return found[::-1]


def years(count, last=2012):
    return [f"{year}-{(year + 1) % 100:02d}" for year in range(last - count + 1, last + 1)]


def marches(count, last=2013):
    return [f"{year}-03-31" for year in range(last - count + 1, last + 1)]


def councils(count):
    table = tables.read("areas")
    return table.loc[table["type"].isin(("county", "unitary authority")), "code"].tolist()[:count]


def pairs(name, now, then, *, period="2012-13", reference_period="2011-12", area=LEICESTERSHIRE, bases=None, **more):
    """A frame of pairs for `findings.judge`: arrays of numerators now and then, with bases (now, then) for a share.

    `more` are other columns of the pairs, such as England's figures.
    """
    now, then = np.atleast_1d(np.array(now, dtype=float)), np.atleast_1d(np.array(then, dtype=float))
    base_now, base_then = np.broadcast_arrays(*(np.array(each, float) for each in bases)) if bases else (np.nan, np.nan)
    per = 100.0 if catalogue.indicators().at[name, "unit"] == "percent" else float(catalogue.indicators().at[name, "per"])
    frame = pd.DataFrame({"value": now, "numerator": now, "reference": then, "reference_numerator": then})
    frame = frame.assign(denominator=base_now, reference_denominator=base_then)
    if bases:
        frame = frame.assign(value=per * now / base_now, reference=per * then / base_then)
    where = {"indicator": name, "area": area, "category": "all", "period": period}
    frame = frame.assign(**where, reference_period=reference_period, other_values="").assign(**more)
    return frame.reindex(columns=list(PAIR_COLUMNS))
