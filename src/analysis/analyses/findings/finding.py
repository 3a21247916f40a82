"""One judged result: the headline, the chart's point, the table's row and the alt text come from the same object."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from analysis.analyses.findings.verdicts import STANDS_OUT
from analysis.catalogue import tables


@dataclass(frozen=True)
class Finding:
    """What may be said of one comparison, series or place among others, and everything that a page needs to say it.

    `method` names the row of `methods.csv` by which it was judged, empty where nothing was. `verdict` and `judgement` are those
    of `findings.judge` (of a chart: its icon; of a place among others: "unlike" or "among"), `direction` is up, down, level or
    empty. `stands` says whether an unusual change is still one once the number of rows on the score card is allowed for, None
    where it isn't on the card. `title` names the figure, `headline` is the sentence; the `…_words` are the cells of a table's
    row. `estimate` is the change as a chart draws it, in per cent or in percentage points, and `lower` and `upper` are where it
    would have been usual; NaN where none may be shown.
    """

    method: str
    verdict: str
    judgement: str
    indicator: str
    area: str
    category: str
    title: str
    headline: str
    direction: str = ""
    stands: bool | None = None
    rarity: float = math.nan
    before_words: str = ""
    now_words: str = ""
    change_words: str = ""
    usual_words: str = ""
    rarity_words: str = ""
    verdict_words: str = ""
    next_words: str = ""
    estimate: float = math.nan
    lower: float = math.nan
    upper: float = math.nan

    @property
    def unusual(self) -> bool:
        """Whether it is more than the usual ups and downs, or outside the usual spread."""
        return self.verdict in (*STANDS_OUT, "unlike")

    @property
    def drawn(self) -> bool:
        """Whether a chart shows the change as a point beside its usual range."""
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

    >>> methods()["movement"].title
    'Usual movement of a number'
    """
    return {row.pop("id"): Method(**row) for row in tables.read("methods").to_dict("records")}


def how_judged(findings: Iterable[Finding]) -> tuple[tuple[str, str], ...]:
    """Return (title, line) of each method that judged one of the findings, in the order of `methods.csv`.

    >>> from analysis.analyses import change, findings
    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> judged = change.year_on_year(here.measures, here.period)
    >>> [title for title, line in how_judged(findings.findings(judged))]
    ['Usual movement of a number', 'Usual movement of a share']
    """
    used = {each.method for each in findings}
    return tuple((method.title, method.line) for name, method in methods().items() if name in used)
