"""What is said of learning and partnership: whom to ask about a target, and nobody about what chance alone accounts for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis import catalogue, store
from analysis.analyses import learning, targets
from analysis.catalogue import tables
from analysis.exhibits.learning import against_targets, training
from analysis.scope import Scope


@pytest.fixture(autouse=True)
def with_a_target(tmp_path: Path) -> Iterator[None]:
    """A Board's own target of 90 % of staff trained."""
    row = tables.read("indicators").set_index("id").loc[["staff_trained_pct"]]
    (tmp_path / "tables").mkdir()
    row.assign(target="90", target_source="Made up").reset_index().to_csv(tmp_path / "tables" / "indicators.csv", index=False)
    tables.use(tmp_path)
    yield
    tables.use(None)


def rows(*of: tuple[str, float, str]) -> pd.DataFrame:
    made = pd.DataFrame(of, columns=["category", "value", "against"])
    return made.assign(indicator="staff_trained_pct", area="E10000018")


def said(*of: tuple[str, float, str]) -> tuple[str, ...]:
    return tuple(sentence for each in against_targets(rows(*of)) for sentence in each.items)


def test_agencies_that_miss_one_target_stand_in_one_sentence() -> None:
    sentence, count = said(("police", 71.0, targets.MISSED), ("schools", 65.5, targets.MISSED), ("probation", 95.0, targets.MET))
    title = catalogue.indicators().at["staff_trained_pct", "title"]
    assert sentence == f"{title}, below the 90% aimed at: Police 71.0% and Schools 65.5%."
    assert count == "1 of 3 figures with a target meet it; 2 miss it."


def test_a_miss_that_chance_accounts_for_is_counted_and_nobody_is_named() -> None:
    (count,) = said(("police", 88.0, targets.NEAR), ("schools", 91.0, targets.MET))
    assert count == "1 of 2 figures with a target meet it; 1 miss it, 1 of them by no more than chance alone can move them."


def test_without_targets_nothing_is_said() -> None:
    assert said(("police", 88.0, targets.NO_TARGET)) == ()


def test_a_share_that_is_withheld_or_was_not_given_is_a_sign_and_no_number(data: Path) -> None:
    def answered(agency: str, when: str, value: float, status: str = "final") -> dict[str, object]:
        base = 40.0 if status == "final" else float("nan")
        return {"indicator": f"training_confident_{when}_pct", "category": agency, "value": value, "denominator": base,
                "status": status, "source": ""}  # fmt: skip

    nothing = float("nan")
    made = [answered("police", "before", 50.0), answered("police", "after", 80.0),
            answered("schools", "before", nothing, "suppressed"), answered("schools", "after", nothing, "suppressed"),
            answered("probation", "after", 60.0)]  # fmt: skip
    rows = pd.DataFrame(made)
    (exhibit,) = training(learning.training_effect(rows), rows, Scope("", "2013-14-Q1", (), "seg", store.read(data)))
    assert exhibit.headline == "After training more people were confident in 1 of 1 agencies"
    assert {row[0]: row[1:] for row in exhibit.table.rows} == {
        "Police": ("50.0%", "80.0%", "+30.0 points", "40"),
        "Schools": ("[c]", "[c]", "[c]", "[c]"),
        "Probation service": ("[x]", "60.0%", "[x]", "40"),
    }
