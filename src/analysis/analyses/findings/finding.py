"""One judged result: the headline, the chart's point, the table's row and the alt text come from the same object."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from analysis.catalogue import tables

# What an interval or a test supports; every other verdict claims nothing.
SURE = ("up", "down")


@dataclass(frozen=True)
class Finding:
    """What may be said of one comparison, series or place among others, and everything that a page needs to say it.

    `method` names the row of `methods.csv` by which it was judged, empty where nothing was tested. `verdict` and `judgement` are
    those of `findings.judge` (of a series: up, down or no clear trend; of a chart: its icon; of a funnel: up, down or within),
    `stands` whether it is still a change once the number of comparisons is allowed for. `title` names the figure, `headline` is
    the sentence; the `…_words` are the cells of a table's row. `estimate`, `lower` and `upper` are what a chart draws: the change
    in per cent or in percentage points, NaN where no such change may be shown.
    """

    method: str
    verdict: str
    judgement: str
    stands: bool
    indicator: str
    area: str
    category: str
    title: str
    headline: str
    before_words: str = ""
    now_words: str = ""
    change_words: str = ""
    interval_words: str = ""
    estimate: float = math.nan
    lower: float = math.nan
    upper: float = math.nan

    @property
    def sure(self) -> bool:
        """Whether the interval or test excludes no change."""
        return self.verdict in SURE

    @property
    def drawn(self) -> bool:
        """Whether a chart shows the change as a point with its interval."""
        return math.isfinite(self.estimate) and math.isfinite(self.lower) and math.isfinite(self.upper)

    @property
    def spoken(self) -> str:
        """The words of a chart's description: what the figure is and how it changed."""
        return f"{self.title} {self.change_words}"


@dataclass(frozen=True)
class Method:
    """How a kind of finding is judged: in plain words, as a formula, by which function, after whom."""

    title: str
    words: str
    formula: str
    function: str
    source: str

    @property
    def line(self) -> str:
        """The method in one line, as it stands under the exhibits that it judged."""
        return f"{self.words} {self.formula} Function {self.function}. After {self.source}."


@cache
def methods() -> dict[str, Method]:
    """Return {id: method} of `methods.csv`, in its order.

    >>> methods()["ratio"].title
    'Ratio of two numbers or rates'
    """
    return {row.pop("id"): Method(**row) for row in tables.read("methods").to_dict("records")}


def how_judged(findings: Iterable[Finding]) -> tuple[tuple[str, str], ...]:
    """Return (title, line) of each method that judged one of the findings, in the order of `methods.csv`.

    >>> from analysis.analyses import change, findings
    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> judged = change.year_on_year(here.measures, here.period)
    >>> [title for title, line in how_judged(findings.findings(judged))]
    ['Ratio of two numbers or rates']
    """
    used = {each.method for each in findings}
    return tuple((method.title, method.line) for name, method in methods().items() if name in used)
