"""Targets: what meets one, what misses it, and what a page says of one and of none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import copied
from notebook_cells import shown_by

from analysis import catalogue, clean
from analysis.analyses import learning, targets
from analysis.catalogue import tables
from analysis.errors import SafeguardingError

SHARE, NEUTRAL = "core_assessments_35_days_pct", "contacts"
SOURCE = "Made up for this test, minute 12"


@pytest.fixture
def with_target(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    def set_target(name: str, target: str) -> None:
        known = catalogue.indicators().copy()
        known.loc[name, ["target", "target_source"]] = [target, SOURCE]
        monkeypatch.setattr(catalogue, "indicators", lambda: known)

    return set_target


def judged(name: str, value: float, lower: float = np.nan, upper: float = np.nan) -> str:
    (result,) = targets.against(*(pd.Series([each]) for each in (name, value, lower, upper)))
    return str(result)


@pytest.mark.parametrize(
    ("target", "figure", "result"),
    [
        ("80", (80.0, 70.0, 90.0), targets.MET),
        ("90", (80.0, 70.0, 90.0), targets.NEAR),
        ("90.1", (80.0, 70.0, 90.0), targets.MISSED),
        ("80.1", (80.0,), targets.MISSED),
        ("60 to 79.9", (80.0, 70.0, 90.0), targets.NEAR),
        ("60 to 69.9", (80.0, 70.0, 90.0), targets.MISSED),
        ("80", (np.nan,), targets.NO_TARGET),
        ("", (80.0, 70.0, 90.0), targets.NO_TARGET),
    ],
)
def test_a_figure_against_its_target(
    with_target: Callable[[str, str], None], target: str, figure: tuple[float, ...], result: str
) -> None:
    with_target(SHARE, target)
    assert judged(SHARE, *figure) == result


def test_a_number_without_a_good_side_is_no_target(with_target: Callable[[str, str], None]) -> None:
    with_target(NEUTRAL, "15000")
    with pytest.raises(SafeguardingError, match=r"^The target 15000 of contacts in indicators\.csv has no good side"):
        judged(NEUTRAL, 14741.0)


def test_a_share_of_fewer_than_four_is_not_held_against_a_target(with_target: Callable[[str, str], None]) -> None:
    with_target("lscb_attendance_pct", "75")
    figure = {"indicator": "lscb_attendance_pct", "area": "LR", "period": "2013-14-Q1", "category": ["police", "schools"]}
    figure |= {"numerator": [1.0, 2.0], "denominator": [3.0, 4.0], "value": [33.3, 50.0], "lower": np.nan, "upper": np.nan}
    nobody_asked = pd.DataFrame({"series": [], "area": [], "period": [], "value": []})
    rows = learning.latest(pd.DataFrame(figure), nobody_asked, "2013-14-Q1").set_index("category")
    assert rows["against"].to_dict() == {"police": targets.NO_TARGET, "schools": targets.MISSED}


# What a page says

# The title of a category of the framework, and the mean that a funnel is drawn around.
_OTHERWISE = re.compile("Target particular groups for themed work|limits target ±")
PAGES = ("scorecard", "learning", "methods", "trend")


@pytest.fixture(scope="module")
def of_a_board(printed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The printed figures with two targets of a Board's own."""
    data = copied(printed, tmp_path_factory.mktemp("board") / "data")
    rows = tables.read("indicators").set_index("id").loc[[SHARE, "plans_repeat_pct"]]
    (data / "tables").mkdir()
    rows = rows.assign(target=["90", "10 to 15"], target_source=SOURCE)
    rows.reset_index().to_csv(data / "tables" / "indicators.csv", index=False)
    clean.clean(data)
    yield data
    tables.use(None)


def words(notebook: str, data: Path) -> str:
    """What a reader sees of a notebook's exhibits."""
    domain = {"domain": "children"} if notebook == "trend" else {}
    shown = shown_by(notebook, data, audience="internal", **domain)
    html = " ".join(each._repr_html_() for cell in shown for each in cell if hasattr(each, "_repr_html_"))
    return re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)


@pytest.mark.parametrize("notebook", PAGES)
def test_a_page_says_nothing_of_targets_where_none_is_set(printed: Path, notebook: str) -> None:
    tables.use(printed)
    text = words(notebook, printed)
    assert len(text) > 500
    assert re.findall(r".{40}\btargets?\b.{40}", _OTHERWISE.sub("", text), flags=re.IGNORECASE | re.DOTALL) == []
    tables.use(None)


@pytest.mark.parametrize("notebook", ["scorecard", "methods"])
def test_a_page_with_a_target_says_who_set_it(of_a_board: Path, notebook: str) -> None:
    tables.use(of_a_board)
    text = words(notebook, of_a_board)
    assert SOURCE in text and "90%" in text and re.search(r"10 to 15(?!\d)", text)


def test_the_card_judges_by_the_targets_and_names_them(of_a_board: Path) -> None:
    tables.use(of_a_board)
    text = words("scorecard", of_a_board)
    assert "■ Off target" in text and "● On target" in text
    assert re.search(r"Targets: .*core assessments.* 90% \(Made up for this test, minute 12\)", text)
