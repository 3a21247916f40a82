"""Another council's partnership: its Board's name, agencies, statements, targets and comparators, without touching the package."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from conftest import RAW, ROOT
from projects import Project

from analysis import catalogue, clean, store
from analysis.catalogue import areas, framework, tables
from analysis.disclosure import gate, policy
from analysis.returns.issuing import issue
from analysis.returns.receiving import receive

EXAMPLE = ROOT / "examples" / "york-and-north-yorkshire"
QUARTER = "2024-25-Q1"
YORK, PARTNERSHIP = "E06000014", "YNY"
GIVEN = {"contacts": 2100, "referrals": 905, "single_assessments": 705, "single_assessments_45_days": 640,
         "strategy_discussions": 152, "section_47_enquiries": 143, "staff_in_scope": 640, "staff_trained": 590}  # fmt: skip


@pytest.fixture
def partnership(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project of its own: official statistics as they ship, the example's tables and pack.toml, and nothing of Leicestershire's."""
    monkeypatch.setenv("SAFEGUARDING_DATA", "")
    data = tmp_path / "project" / "data"
    shutil.copytree(RAW / "official", data / "raw" / "official")
    shutil.copytree(EXAMPLE / "tables", data / "tables")
    shutil.copytree(ROOT / "notebooks", data.parent / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(EXAMPLE / "pack.toml", data.parent / "notebooks" / "pack.toml")
    tables.use(data)
    yield Project(data.parent)
    tables.use(None)


def returned(project: Project, agency: str) -> None:
    """Let an agency's template be made, filled in and received."""
    path = project.root / f"{agency}.csv"
    issue(project.root / "data", agency, QUARTER, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    header = next(line for line in lines if line[:1] == ["Figure"])
    ref, yours, remark = (header.index(name) for name in ("Ref", "Your figure", "Remark"))
    for line in lines:
        if line[:1] == ["Sent by (role)"]:
            line[1] = "Head of service"
        elif len(line) == len(header) and line is not header:
            figure = GIVEN.get(line[ref].partition(":")[0])
            line[yours], line[remark] = ("x", "Not counted yet.") if figure is None else (str(figure), "")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    (outcome,) = receive(project.root / "data", [path], date(2024, 7, 18))
    assert outcome.state != "refused", [remark.sentence() for remark in outcome.remarks]


def test_its_tables_are_in_use_from_template_to_figure(partnership: Project) -> None:
    assert [each.mistake for each in tables.survey() if each.mistake] == []
    assert catalogue.names()["pack"] == "York and North Yorkshire: safeguarding performance"
    assert policy.banner("seg")[0] == "Restricted circulation: for the Performance and Quality Group"
    assert areas.members(PARTNERSHIP) == [YORK, "E06000065"]
    returning = framework.returning(QUARTER)
    assert {"york-children", "north-yorkshire-adults", "police"} <= set(returning)
    assert not [agency for agency in returning if agency.startswith(("leicestershire", "rutland"))]
    assert "referrals-to-assessment" in set(framework.asked("york-children", QUARTER)["statement"]) | set(
        framework.statements().index
    )
    assert catalogue.indicators().at["single_assessments_45_days_pct", "target"] == "90"
    returned(partnership, "york-children")
    clean.clean(partnership.root / "data")
    held = store.load(partnership.root / "data")
    mine = held.observations.query("area == @YORK and period == @QUARTER").set_index("series")["value"]
    assert mine["contacts"] == 2100
    assert {"tables/agencies.csv", "tables/names.csv"} <= set(held.build["inputs"])


@pytest.mark.slow
def test_its_pack_passes_the_gate_and_says_whose_it_is(partnership: Project) -> None:
    for agency in ("york-children", "north-yorkshire-children"):
        returned(partnership, agency)
    done = partnership.command("run", "--period", QUARTER, "--out", "reports")
    assert done.returncode == 0, done.stderr
    pack = partnership.root / "reports" / QUARTER
    assert gate.check(pack, partnership.root / "data") == []
    index = (pack / "index.html").read_text(encoding="utf-8")
    assert "<h1>York and North Yorkshire: safeguarding performance</h1>" in index
    assert "Restricted circulation: for the Performance and Quality Group" in index
    card = (pack / "scorecard.html").read_text(encoding="utf-8")
    assert "Single assessments as a percentage of referrals" in card
    assert "Leicestershire" not in index + card
    own = {f"tables/{path.name}" for path in (EXAMPLE / "tables").iterdir()}
    inputs = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    assert {name for name in inputs if name.startswith("tables/")} == own
    assert "Nothing has changed" in partnership.command("run", "--period", QUARTER, "--out", "reports").stdout
    with (partnership.root / "data" / "tables" / "names.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    again = partnership.command("run", "--period", QUARTER, "--out", "reports", "--dry-run")
    assert "cleaned first" in again.stdout
