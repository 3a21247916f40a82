"""Writes an agency's template for a quarter, with its previous figures beside the cells to fill in."""

from __future__ import annotations

import io
from pathlib import Path

from analysis import clean, measures, store
from analysis.catalogue import framework, periods
from analysis.errors import SafeguardingError
from analysis.files import folders
from analysis.returns.consistency import history
from analysis.returns.stored_return import content_of_version
from analysis.returns.template import PreviousReturn, as_csv, workbook
from analysis.store import returns_folder


def issue(data: Path, agency: str, period: str, out: Path, made_up: bool = False) -> None:
    """Write the template of an agency for a quarter to `out`, as a workbook (.xlsx) or CSV (.csv).

    An existing file is replaced only when the new one is complete. Raises UnknownNameError for an unknown agency or period, and
    SafeguardingError for an agency that returns nothing in that quarter, or another ending.
    """
    if framework.asked(agency, period).empty:
        raise SafeguardingError(f"{framework.title(agency)} returns no figures for {periods.label(period)}.")
    if out.suffix not in (".xlsx", ".csv"):
        raise SafeguardingError(f"A template is a workbook or CSV: name the file {out.stem}.xlsx or {out.stem}.csv.")
    previous = previous_return(data, agency, period)
    out.parent.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    if out.suffix == ".csv":
        content.write(("\ufeff" + as_csv(agency, period, previous, made_up)).encode())
    else:
        workbook(agency, period, previous, made_up).save(content)
    folders.write_whole(out, content.getvalue(), mode=0o644)


def previous_return(data: Path, agency: str, period: str) -> PreviousReturn:
    """Return the agency's figures for the period before, and the actions of its last return."""
    clean.clean(data)
    earlier = history(measures.current(store.load(data).observations))
    requested = framework.asked(agency, period)
    figures = {
        key: earlier[key][period_before]
        for key, period_of_figure in zip(requested["key"], requested["period"], strict=True)
        if (period_before := periods.previous(period_of_figure)) in earlier.get(key, {})
    }
    standing_versions = returns_folder.standing(data, agency, periods.previous(period))
    return PreviousReturn(figures, content_of_version(standing_versions[-1]).actions if standing_versions else ())
