"""What stands on the index: what matters, whether the figures can be relied on, how each area stands, who has not answered."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis import catalogue
from analysis.analyses import reconcile, scorecard
from analysis.analyses.findings import JUDGED
from analysis.catalogue import areas, wording
from analysis.disclosure import policy
from analysis.pack.pages import journey, matrix
from analysis.pack.pages.front_page import Dashboard, Reliance
from analysis.pack.pages.matter_words import short, things_that_matter
from analysis.pack.plan import Report
from analysis.scope import Scope

_NONE_UNUSUAL = "No indicator that can be judged moved more than authorities usually do."
_NONE_JUDGED = "No indicator can be set against the year before, so nothing is said to have changed."
_MOST_AREAS = 2  # side by side in the matrix
_OVERVIEW = "at_a_glance"  # the notebook with a row for each subject


def dashboard(scope: Scope, reports: Iterable[Report]) -> Dashboard:
    """Return the dashboard of a pack: what its score card and its place among all authorities say, in the order that matters."""
    pages = list(reports)
    comparators = next((page.parameters["comparators"] for page in pages if "comparators" in page.parameters), "report")
    card = scorecard.card(scope, comparators)
    leads_to = _places(card, pages)
    ranked = scorecard.matters(card, scope)
    found = things_that_matter(ranked, leads_to, scorecard.MOST)
    codes = _shown(card, scope)
    groups = matrix.groups(card, scope.over_time, scope.period, codes, leads_to)
    spines = any(each.spine for _, rows in groups for row in rows for each in row.standings)
    return Dashboard(
        matters=found,
        nothing="" if found else _NONE_UNUSUAL if card["verdict"].isin(JUDGED).any() else _NONE_JUDGED,
        reliance=_reliance(scope, card, ranked, _page("data_quality", pages)),
        areas=tuple(areas.label(code) for code in codes),
        groups=groups,
        has_spines=spines,
        has_rings=bool(card["other_latest"].ne("").any()),
        journey=journey.panels(card, scope.over_time, scope.period, codes),
        unanswered=_unanswered(card, scope),
    )


def _places(card: pd.DataFrame, pages: list[Report]) -> dict[str, str]:
    """Return {subject: where more of it stands}: its row on the page of its domain, else its category on the score card."""
    domains = {str(page.parameters.get("domain", "")): page.page for page in pages if page.notebook.stem == _OVERVIEW}
    in_rows = {catalogue.subject(name) for name in card.loc[card["category"] == catalogue.TOTAL, "indicator"]}
    of_domain = catalogue.indicators()["domain"]
    scorecard_page = _page("scorecard", pages)
    places = {}
    for name, framework in zip(card["indicator"], card["framework"], strict=True):
        subject, domain = catalogue.subject(name), of_domain[name]
        if domain in domains and subject in in_rows:
            places[subject] = f"{domains[domain]}.html#row-{subject}"
        elif scorecard_page:
            places[subject] = f"{scorecard_page}#card-{framework}"
    return places


def _page(notebook: str, pages: list[Report]) -> str:
    return next((f"{page.page}.html" for page in pages if page.notebook.stem == notebook), "")


def _shown(card: pd.DataFrame, scope: Scope) -> tuple[str, ...]:
    """Return the areas of the matrix: those that have most rows on the card, in the order of the scope."""
    counts = card["area"].value_counts()
    largest = set(counts.sort_values(ascending=False, kind="stable").index[:_MOST_AREAS])
    return tuple(code for code in scope.areas if code in largest)


def _reliance(scope: Scope, card: pd.DataFrame, ranked: pd.DataFrame, page: str) -> Reliance:
    """Return whether the figures can be relied on: where two returns disagree, and how many sums of the areas fail."""
    checks = scope.store.checks
    summary = reconcile.summary(checks[checks["area"].isin(scope.areas)] if scope.areas else checks)
    fail, checked = int(summary["differs"].sum()), int(summary["checked"].sum())
    disagree = int((card["other_latest"] != "").sum())
    apart = ranked[ranked["kind"] == "disagree"]
    named = [f"{areas.label(row.area)}’s {wording.lower_first(short(row.indicator, row.category))}" for row in apart.itertuples()]
    if not checked and not disagree:
        return Reliance()
    if named:
        answer = f"Mostly, but not on {wording.listing(named)}."
    elif disagree or fail:
        answer = "Mostly: what differs changes no answer on this page."
    else:
        answer = "Yes, as far as sums can tell."
    basis = []
    if disagree:
        basis.append(f"Two returns disagree on {wording.number(disagree)} figure{'' if disagree == 1 else 's'}.")
    if checked:
        failing = f"{wording.number(fail)} fail{'' if fail > 1 else 's'}" if fail else "none fails"
        basis.append(f"Of {wording.number(checked)} sums checked, {failing}.")
    return Reliance(answer, " ".join(basis), page)


def _unanswered(card: pd.DataFrame, scope: Scope) -> str:
    """Return how many explanations were asked for and not received, by agency; empty where all were, or nobody may know."""
    if not policy.shows_commentary(scope.audience):
        return ""
    exceptions = scorecard.exceptions(card)
    silent = scorecard.without_comment(exceptions, scope.store.commentary, scope.period)
    if silent.empty:
        return ""
    asked = exceptions["indicator"].nunique()
    by_agency = silent["agency"].str.partition(" (")[0].value_counts(sort=False)
    agencies = [(wording.lower_first(str(agency).removeprefix("Council ")), count) for agency, count in by_agency.items()]
    named = wording.listing([f"{agency} {count}" for agency, count in agencies])
    received = wording.number(asked - len(silent)) if asked > len(silent) else "none"
    explanations = "explanation" if asked == 1 else "explanations"
    return f"{wording.number(asked)} {explanations} asked for, {received} received: {named}."
