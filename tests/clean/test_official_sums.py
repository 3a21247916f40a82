"""A published total is held against the parts that its own file gives, in every source, on the way in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from official_files import AUTHORITIES, Rows, made_up, read, text_of

from analysis.catalogue import areas, tables
from analysis.clean import official
from analysis.clean.official.file_import import receive
from analysis.store import COLUMNS

AGES = tables.read("official_layouts").query("source == 'ons-population' and layout == 'utla20' and role == 'sum'")["column"]


def population(total: str) -> Rows:
    there = [code for kind in AUTHORITIES for code in areas.of_kind(kind, "2021-03-31") if code != "E10000021"]
    return [["utla20_code", "utla20_name", *AGES], *([code, areas.label(code), total, *["10"] * 91] for code in there)]


@pytest.mark.parametrize(("total", "differing"), [("910", 0), ("999", 150)])
def test_a_population_is_the_sum_of_its_ages(tmp_path: Path, total: str, differing: int) -> None:
    (tmp_path / "population.csv").write_bytes(text_of(population(total)))
    done = receive(tmp_path / "data", "ons-population", [tmp_path / "population.csv"])
    assert (done.differing, done.areas_differing) == (differing, differing)


@pytest.mark.parametrize(("whole", "outcome"), [(60, "agrees"), (61, "differs")])
def test_a_total_in_one_row_is_held_against_parts_in_others(whole: float, outcome: str) -> None:
    parts = [("plans_in_force", "all", whole), ("plans_in_force_age", "under_1", 20), ("plans_in_force_age", "1_4", 40)]
    rows = [
        (
            series,
            "E10000018",
            "2024-03-31",
            category,
            float(value),
            "final",
            "dfe-cin/2024",
            f"dfe-cin/2024/a.csv#cell={row},9",
            "",
        )
        for row, (series, category, value) in enumerate(parts, start=2)
    ]
    checks = official.check(pd.DataFrame(rows, columns=list(COLUMNS)), pd.DataFrame())
    assert checks[["check", "series", "outcome"]].to_numpy().tolist() == [["breakdown", "plans_in_force", outcome]]


def test_a_breakdown_of_an_authority_that_does_not_add_up_differs(tmp_path: Path) -> None:
    layout = tables.read("official_layouts").query("source == 'dfe-cin' and layout == 'plans-in-force-duration' and column != ''")
    columns = layout["column"].tolist()[11:]
    words = layout[layout["column"] == "category"]["reference"].iloc[0]
    counts = set(layout[(layout["role"] == "figure")]["column"])
    parts = len(counts) - 1

    def cells(number: int, _: int) -> list[str]:
        whole = 10 * parts + (number == 3)
        return [str(whole) if at == 0 else "10" if name in counts else "x" for at, name in enumerate(columns)]

    (tmp_path / "d5.csv").write_bytes(text_of(made_up(columns, [2013], words, cells)))
    reading = read("dfe-cin", tmp_path / "d5.csv")
    checks = official.check(reading.observations, reading.published).query("check == 'breakdown'")
    assert checks["outcome"].value_counts().to_dict() == {"agrees": 151, "differs": 1}


def test_a_total_without_its_parts_is_not_checked() -> None:
    row = (
        "population_mid_year",
        "E10000018",
        "2024-06-30",
        "all",
        9.0,
        "final",
        "ons-population/2024",
        "ons-population/2024/a.csv#cell=2,3",
        "",
    )
    assert official.check(pd.DataFrame([row], columns=list(COLUMNS)), pd.DataFrame()).empty
