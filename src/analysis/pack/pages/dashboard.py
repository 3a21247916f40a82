"""What stands on the index: what matters this quarter, how each domain and area stands, and the quality of the data in a line."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from markupsafe import Markup

from analysis import catalogue, exhibits
from analysis.analyses import reconcile, scorecard
from analysis.analyses.findings import JUDGED, Finding, findings
from analysis.catalogue import areas, periods, wording
from analysis.pack.pages.front_page import Dashboard, Headline, StatusRow
from analysis.pack.plan import Report
from analysis.scope import Scope

MOST_SENTENCES = 5
_FLAGGED = ("indicator", "category", "area", "period")
_COUNTS = {
    "resolve": ("red", "■ {} to resolve"),
    "missed": ("red", "■ {} off target"),
    "explain": ("amber", "◆ {} to explain"),
    "watch": ("", "◇ {} to watch"),
    "usual": ("", "{} as usual"),
    "not_judged": ("", "{} not judged"),
}
_RESOLVE = "Two sources disagree on {figures} of the score card: which is right has to be known first."
_NONE_UNUSUAL = "No indicator that can be judged moved more than authorities usually do."
_NONE_JUDGED = "No indicator can be set against the year before, so nothing is said to have changed."


def dashboard(scope: Scope, reports: Iterable[Report]) -> Dashboard:
    """Return the dashboard of a pack: its score card in a few sentences and a row for each domain and area."""
    pages = list(reports)
    comparators = next((page.parameters["comparators"] for page in pages if "comparators" in page.parameters), "report")
    card = scorecard.card(scope, comparators)
    rows = scorecard.dashboard(card, scope.measures, scope.period)
    quality = _quality(scope)
    return Dashboard(
        headlines=tuple(_headlines(card, pages)),
        rows=tuple(_row(row, pages) for row in rows.itertuples(index=False)),
        quality=Headline(quality, *_place("data_quality", pages, "What can't be trusted, and why")) if quality else Headline(""),
    )


def _quality(scope: Scope) -> str:
    """Return how many checks of the areas asked for, or of all, do not come out; empty where none applies to them."""
    checks = scope.store.checks
    summary = reconcile.summary(checks[checks["area"].isin(scope.areas)] if scope.areas else checks)
    differ, checked = summary["differs"].sum(), summary["checked"].sum()
    if not checked:
        return ""
    if not differ:
        return f"All {wording.number(checked)} checks of the printed arithmetic come out."
    return f"{wording.number(differ)} of {wording.number(checked)} checks of the printed arithmetic do not come out."


def _headlines(card: pd.DataFrame, pages: list[Report]) -> list[Headline]:
    """Return at most five sentences: on how many figures sources disagree, and what moved unusually (the worse first) or that
    nothing did."""
    flags = dict(zip(zip(*(card[column] for column in _FLAGGED), strict=True), card["stands"].astype(bool), strict=True))
    all_findings = findings(card, flags)
    framework = dict(zip(zip(card["indicator"], card["category"], strict=True), card["framework"], strict=True))
    unusual = sorted((each for each in all_findings if each.unusual), key=lambda each: (each.judgement != "worse", each.rarity))
    headlines = [_headline(each, framework[each.indicator, each.category], pages) for each in unusual]
    if count := int((card["result"] == "resolve").sum()):
        figures = "one figure" if count == 1 else f"{wording.number(count)} figures"
        headlines.insert(0, Headline(_RESOLVE.format(figures=figures), *_place("scorecard", pages, "What has to be passed on")))
    if not unusual:
        judged = any(each.verdict in JUDGED for each in all_findings)
        headlines += [Headline(_NONE_UNUSUAL if judged else _NONE_JUDGED, *_place("scorecard", pages, "The score card"))]
    return headlines[:MOST_SENTENCES]


def _headline(finding: Finding, category: str, pages: list[Report]) -> Headline:
    href, _ = _place("scorecard", pages, "")
    return Headline(finding.headline, f"{href}#card-{category}" if href else "", f"Score card, category {category}")


def _place(notebook: str, pages: list[Report], words: str) -> tuple[str, str]:
    found = next((f"{page.id}.html" for page in pages if page.notebook.stem == notebook), "")
    return found, words if found else ""


def _row(row: object, pages: list[Report]) -> StatusRow:
    domain, code, points = row.domain, row.area, row.points  # type: ignore[attr-defined]
    counts = tuple(
        (colour, words.format(wording.number(getattr(row, kind))))
        for kind, (colour, words) in _COUNTS.items()
        if getattr(row, kind)
    )
    mine = [page for page in pages if page.parameters.get("domain") == domain]
    href = next((f"{page.id}.html" for page in mine if page.notebook.stem == "year_on_year"), "")
    href = href or next((f"{page.id}.html" for page in mine), "")
    return StatusRow(
        heading=f"{catalogue.domains()[domain]}, {areas.label(code)}",
        href=href,
        counts=counts,
        series=_latest(row.indicator, points) if points else "",  # type: ignore[attr-defined]
        sparkline=_sparkline(row.indicator, code, points),  # type: ignore[attr-defined]
    )


def _latest(indicator: str, points: list[tuple[str, float]]) -> str:
    period, value = points[-1]
    return f"{catalogue.indicators().at[indicator, 'title']}: {_figure(indicator, value)} {periods.phrase(period)}"


def _sparkline(indicator: str, code: str, points: list[tuple[str, float]]) -> Markup:
    if len(points) < 2:
        return Markup()
    spoken = [f"{periods.label(period)} {_figure(indicator, value)}" for period, value in points]
    title = catalogue.indicators().at[indicator, "title"]
    return exhibits.sparkline([value for _, value in points], f"{title}, {areas.label(code)}: {wording.listing(spoken)}.")


def _figure(indicator: str, value: float) -> str:
    entry = catalogue.indicators().loc[indicator]
    return wording.value(value, entry["unit"], int(entry["decimals"]))
