"""The packs of ten authorities of all kinds, made from the published files: each count on their pages is the cell of a file.

The cells are found here by the columns' names alone, with nothing of the package. It is one of the full proofs.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from conftest import RAW
from official_files import OPEN, real_data
from typer.testing import CliRunner

from analysis.cli import app

pytestmark = [*real_data, pytest.mark.slow]

YEAR = "2023-24"
# Metropolitan and London boroughs, counties, unitaries, those whose county was divided, and two of one trust.
TEN = {
    "Barnsley": "E08000016", "Rutland": "E06000017", "Kent": "E10000016", "Barnet": "E09000003", "Leicester": "E06000016",
    "North Northamptonshire": "E06000061", "West Northamptonshire": "E06000062", "Dorset": "E06000059",
    "Kingston upon Thames": "E09000021", "Richmond upon Thames": "E09000027",
}  # fmt: skip
POPULATION = ("ons", "population")
# What an indicator's page gives: the file's first letters, and the columns that add up to numerator and base.
CELLS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "referrals-per-10k": ("c1", ("Referrals",), POPULATION),
    "re-referrals-pct": ("c1", ("Re_referrals",), ("Referrals",)),
    "referrals-no-further-action-pct": ("c1", ("No_Further_Action",), ("Referrals",)),
    "section-47-enquiries-per-10k": ("c4", ("Section47",), POPULATION),
    "conferences-15-days-pct": ("c4", ("Duration_0-10_days", "Duration_11-15_days"), ("ICPC",)),
    "plans-started-per-10k": ("d1", ("CPP_start",), POPULATION),
    "plans-in-force-per-10k": ("d1", ("CPP_At31",), POPULATION),
    "plans-repeat-pct": ("d3", ("CPP_subsequent",), ("CPP_start",)),
    "plans-reviewed-on-time-pct": ("d6", ("Reviewed_within_timescales",), ("CPP_At31_3Months",)),
    "plans-ended-2-years-pct": ("d7", ("2_years_or_more",), ("CPP_End",)),
    "children-in-need-per-10k": ("b1", ("At31_episodes",), POPULATION),
}


def published(letters: str) -> dict[tuple[str, str], dict[str, str]]:
    """Return {(code, year): row} of the rows of authorities in the file that begins so."""
    (path,) = (OPEN or Path()).glob(f"dfe-cin/{letters}_*.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            (row["new_la_code"], row["time_period"]): row
            for row in csv.DictReader(file)
            if row["geographic_level"] == "Local authority"
        }


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ten")
    shutil.copytree(RAW, folder / "data" / "raw", ignore=shutil.ignore_patterns("dfe-cin", "dfe-cla"))
    files = map(str, sorted((OPEN or Path()).glob("dfe-cin/[a-do]*.csv")))
    done = CliRunner().invoke(app, ["import", "dfe-cin", *files, "--data", str(folder / "data")])
    assert done.exit_code == 0, done.output
    areas = [word for name in TEN for word in ("--area", name)]
    asked = ["--period", YEAR, "--each", *areas, "--data", str(folder / "data"), "--out", str(folder / "packs")]
    done = CliRunner().invoke(app, ["run", *asked])
    assert done.exit_code == 0, done.output
    return folder / "packs"


def test_each_count_of_ten_packs_is_the_cell_of_a_published_file(packs: Path) -> None:
    files = {letters: published(letters) for letters, _, _ in CELLS.values()}
    walked = dict.fromkeys(TEN, 0)
    for name, code in TEN.items():
        pack = packs / name.lower().replace(" ", "-") / YEAR
        for indicator, (letters, numerator, base) in CELLS.items():
            with (pack / "data" / f"children--year-{indicator}.csv").open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file))
            for row in rows:
                if not row["Area and period"].startswith(f"{name},"):
                    continue
                year = row["Area and period"].split()[-1]
                year = f"20{year[-2:]}" if "/" in year else year
                cells = files[letters].get((code, year))
                if cells is None:
                    assert not row["Numerator"].isdigit(), (name, indicator, year)
                    continue
                for columns, shown in ((numerator, row["Numerator"]), (base, row["Base"])):
                    if columns == POPULATION or not shown.isdigit():
                        continue
                    assert int(shown) == sum(int(cells[column]) for column in columns), (name, indicator, year)
                    walked[name] += 1
    assert min(walked.values()) >= 20, walked
