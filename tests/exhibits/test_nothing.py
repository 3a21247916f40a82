"""What is shown where there is nothing to show: a sentence of the exhibit's own, unless the notebook has a truer one."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import IPython.display
import pytest

from analysis import exhibits
from analysis.analyses import change, trend
from analysis.exhibits.parts.exhibit import Sentences
from analysis.exhibits.parts.nothing import Listed, otherwise
from analysis.scope import Scope, scope


@pytest.fixture
def here(data: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    return scope(period="2012-13-Q4", domain="children", areas=["Rutland"])


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    shown: list[Any] = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    return shown


def test_an_exhibit_without_figures_says_so_in_its_own_words(here: Scope, displayed: list[Any]) -> None:
    nothing = here.measures.iloc[:0]
    exhibits.show(exhibits.by_quarter(trend.by_quarter(nothing, here.period), here))
    exhibits.show(exhibits.changes(change.year_on_year(nothing, here.period), here))
    assert [repr(each) for each in displayed] == [
        "No figure in this report is given by quarter.",
        "There is no pair of years to show.",
    ]
    assert all(isinstance(each, Sentences) and each.statement for each in displayed)


def test_a_notebook_may_say_it_in_truer_words(here: Scope, displayed: list[Any]) -> None:
    exhibits.show(exhibits.by_quarter(here.measures.iloc[:0], here), otherwise="None, for a reason.")
    assert repr(displayed[0]) == "None, for a reason."


def test_where_there_is_something_it_is_shown_and_the_sentence_is_not(here: Scope, displayed: list[Any]) -> None:
    quarters = exhibits.by_quarter(trend.by_quarter(here.measures, here.period), here)
    exhibits.show(quarters[:1])
    assert displayed == [quarters[0]]


def test_a_part_of_nothing_keeps_the_sentence(here: Scope, displayed: list[Any]) -> None:
    exhibits.show(exhibits.by_quarter(here.measures.iloc[:0], here)[:1])
    assert repr(displayed[0]) == "No figure in this report is given by quarter."


def test_any_list_and_any_single_exhibit_is_shown_too(displayed: list[Any]) -> None:
    one = Sentences(("A sentence.",), statement=True)
    exhibits.show(one)
    exhibits.show([])
    assert displayed[0] is one and repr(displayed[1]) == "No figure is held for this question."


def test_a_decorated_function_keeps_its_name_and_its_docstring() -> None:
    @otherwise("Nothing.")
    def made(several: int) -> list[int]:
        """Return so many."""
        return list(range(several))

    assert (made.__name__, made.__doc__) == ("made", "Return so many.")
    assert made(2) == [0, 1] and isinstance(made(0), Listed) and made(0).otherwise == "Nothing."


def test_every_function_that_returns_exhibits_has_its_sentence() -> None:
    listing = [
        function
        for name in exhibits.__all__
        if inspect.isfunction(function := getattr(exhibits, name))
        and str(inspect.signature(function).return_annotation).startswith("list[")
    ]
    assert len(listing) > 20
    assert [function.__name__ for function in listing if not hasattr(function, "__wrapped__")] == []
