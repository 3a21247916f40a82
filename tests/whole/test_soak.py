"""Quarter after quarter with everything that goes otherwise than planned: no pack is held back, none fails, nothing grows too fast."""

from __future__ import annotations

import csv
import io
import itertools
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from projects import environment

# What the short run does without: pages of the same kinds as those that it makes.
LEFT_OUT = ("adults", "dols")


def soaked(folder: Path, quarters: int, *without: str) -> list[dict[str, float]]:
    words = [word for name in without for word in ("--without", name)]
    command = [sys.executable, ROOT / "tests" / "soak.py", folder, "--quarters", str(quarters), *words]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    print(done.stdout)  # noqa: T201
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == quarters and {path.name for path in (folder / "reports").iterdir() if path.name[0] == "2"} == {
        row["quarter"] for row in rows
    }
    return [{name: float(value) for name, value in row.items() if name != "quarter"} for row in rows]


def test_five_quarters_with_corrections_withdrawals_late_returns_and_a_printed_report(tmp_path: Path) -> None:
    soaked(tmp_path / "soak", 5, *LEFT_OUT)


@pytest.mark.slow
def test_three_years_grow_no_faster_than_their_quarters(tmp_path: Path) -> None:
    rows = soaked(tmp_path / "soak", 12)
    for what in ("data_kb", "register_kb"):
        grown = [later[what] - earlier[what] for earlier, later in itertools.pairwise(rows)]
        assert max(grown[-4:]) <= 2 * max(grown[:4]), (what, grown)
    # The second year against the third: what a pack takes grows with the quarters that it shows, not with their square.
    second, third = (sum(row["pack"] for row in rows[n : n + 4]) for n in (4, 8))
    assert third <= 1.5 * second, (second, third)
