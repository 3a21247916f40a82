"""Nobody is found by a reader of all packs of the made-up year, as files, in whatever order they were published.

The proof in full: four quarters, two audiences, from returns to pages. `test_joint_readers.py` tries the same without pages.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from attack_packs import attack, small_returned
from returned import example

from analysis.catalogue import periods

QUARTERS = periods.quarters(example.YEAR)
ORDERS = {
    "the group first": {quarter: [(quarter, "seg"), (quarter, "public")] for quarter in QUARTERS},
    "the public first": {quarter: [(quarter, "public"), (quarter, "seg")] for quarter in QUARTERS},
    "the group at the end": {quarter: [(quarter, "public")] for quarter in QUARTERS[:-1]}
    | {QUARTERS[-1]: [(QUARTERS[-1], "public"), *((quarter, "seg") for quarter in QUARTERS)]},
}


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS)
def test_nobody_is_found_in_the_packs_of_a_year(order: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[Path] = []

    def publish(out: Path, quarter: str) -> None:
        for period, audience in ORDERS[order][quarter]:
            packs = out / audience
            example.command("run", "--period", period, "--audience", audience, "--out", str(packs), "--data", str(out / "data"))
            published.append(packs / period)
            example.command("check", str(published[-1]), "--data", str(out / "data"))

    monkeypatch.setattr(example, "publish", publish)
    monkeypatch.setattr(sys, "argv", ["make_returns.py", str(tmp_path / "year")])
    example.main()
    assert len(published) == 8
    outcome = attack(published, *small_returned(tmp_path / "year" / "data"))
    assert outcome.tried > 50
    assert not outcome.exact and not outcome.narrowed and not outcome.leaks
