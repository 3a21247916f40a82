"""Writing an agency's template for a quarter, with what it said last beside the cells to fill in."""

from __future__ import annotations

import io
from pathlib import Path

from analysis import clean, measures, store
from analysis.catalogue import framework, periods
from analysis.errors import SafeguardingError
from analysis.files import folders
from analysis.returns.consistency import history
from analysis.returns.stored_return import said_in
from analysis.returns.template import Last, as_csv, workbook
from analysis.store import returns_folder


def issue(data: Path, agency: str, period: str, out: Path, made_up: bool = False) -> None:
    """Write the template of an agency for a quarter to `out`, as a workbook (.xlsx) or CSV (.csv).

    It takes the place of a file of that name only when complete. Raises UnknownNameError for an unknown agency or period,
    SafeguardingError for an agency that returns nothing in that quarter, or another ending.
    """
    if framework.asked(agency, period).empty:
        raise SafeguardingError(f"{framework.title(agency)} returns no figures for {periods.label(period)}.")
    if out.suffix not in (".xlsx", ".csv"):
        raise SafeguardingError(f"A template is a workbook or CSV: name the file {out.stem}.xlsx or {out.stem}.csv.")
    last = last_said(data, agency, period)
    out.parent.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    if out.suffix == ".csv":
        content.write(("\ufeff" + as_csv(agency, period, last, made_up)).encode())
    else:
        workbook(agency, period, last, made_up).save(content)
    folders.write_whole(out, content.getvalue(), mode=0o644)


def last_said(data: Path, agency: str, period: str) -> Last:
    """Return what is held of the agency's figures for the period before, and the actions of its last return."""
    clean.clean(data)
    held = history(measures.current(store.load(data).observations))
    asked = framework.asked(agency, period)
    figures = {
        key: held[key][before]
        for key, of in zip(asked["key"], asked["period"], strict=True)
        if (before := periods.previous(of)) in held.get(key, {})
    }
    standing = returns_folder.standing(data, agency, periods.previous(period))
    return Last(figures, said_in(standing[-1]).actions if standing else ())
