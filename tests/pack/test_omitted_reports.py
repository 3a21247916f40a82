"""A pack without some of its reports, or without figures of its period: it says so, and the gate says how to publish the rest."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT
from projects import PERIOD, QUICK, Project, make_project

from analysis import store
from analysis.disclosure import gate
from analysis.disclosure.gate import Broken
from analysis.errors import SafeguardingError, UnknownNameError
from analysis.pack.plan import Report
from analysis.pack.results import Contents, ExecutedReport
from analysis.pack.run.omitted_reports import advice_on_omitting, omit
from analysis.pack.run.previous_pack import packs_with_own_figures
from analysis.scope import Scope

LOUD = """
[reports.loud-one]
notebook = "loud"
title = "Loud one"
section = "Quality"
summary = "Says a figure that it does not show."
"""
SAYS = (
    "from analysis.exhibits import Exhibit, Table\n"
    "Exhibit('said', 'There were 77', 'Number', Table('What there was', ('What', 'Number'), (('Some', '5'),)), 'None.')"
)
EMPTY = "2010-11-Q2"  # years around it are held, and nothing of the quarter itself


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, printed: Path) -> Project:
    """A project whose pack was made; not to be changed."""
    project = make_project(tmp_path_factory.mktemp("made") / "project", printed)
    done = project.command("run", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def project(made: Project, tmp_path: Path) -> Project:
    """A copy of it with one more report, which the gate holds back."""
    copy = Project(Path(shutil.copytree(made.root, tmp_path / "project", symlinks=True)))
    copy.notebook("loud", SAYS)
    copy.plan(QUICK + LOUD)
    return copy


def manifest(pack: Path) -> dict:
    return dict(json.loads((pack / "manifest.json").read_text(encoding="utf-8")))


def test_a_pack_held_back_says_which_report_and_what_publishes_the_rest(project: Project) -> None:
    before = project.files()
    held = project.command("run", "--period", PERIOD)
    assert held.returncode == 3 and project.files() == before
    assert "figure-in-words: loud-one.html, exhibit 'said'." in held.stderr
    assert "This concerns one report: Loud one. The others can be published without:" in held.stderr
    said = held.stderr.strip().splitlines()[-1].strip()
    assert said == f"safeguarding run --period {PERIOD} --without loud-one"

    words = said.split()[1:]
    would = project.command(*words, "--dry-run")
    assert "Loud one: would be left out." in would.stdout and "would be replaced" in would.stdout
    done = project.command(*words)
    assert done.returncode == 0, done.stderr
    assert "Left out of this pack: Loud one." in (project.pack / "index.html").read_text(encoding="utf-8")
    assert manifest(project.pack)["left_out"] == ["loud-one"] and not (project.pack / "loud-one.html").exists()
    assert project.command("check", str(project.pack)).returncode == 0
    assert "Nothing has changed" in project.command(*words).stdout
    assert "would stay as it is" in project.command(*words, "--dry-run").stdout

    # What the plan had before is another pack: it says nothing of a report left out.
    project.plan(QUICK)
    assert "Nothing has changed" not in project.command("run", "--period", PERIOD).stdout
    assert manifest(project.pack)["left_out"] == []


def test_packs_of_many_areas_leave_the_same_reports_out(project: Project) -> None:
    words = ("run", "--each", "--area", "Rutland", "--period", PERIOD)
    held = project.command(*words)
    assert held.returncode == 3
    assert f"safeguarding run --period {PERIOD} --area Rutland --without loud-one --out reports/rutland" in held.stdout
    assert "Rutland: Loud one: would be left out." in project.command(*words, "--without", "loud-one", "--dry-run").stdout
    done = project.command(*words, "--without", "loud-one", "--without", "quality")
    assert done.returncode == 0, done.stderr
    pack = project.root / "reports" / "rutland" / PERIOD
    assert "Left out of this pack: Data quality; Loud one." in (pack / "index.html").read_text(encoding="utf-8")


def test_a_report_that_is_not_in_the_plan_is_named_with_one_that_is(project: Project) -> None:
    done = project.command("run", "--without", "loud-on")
    assert done.returncode == 2 and "There is no report 'loud-on'" in done.stderr and "Did you mean 'loud-one'?" in done.stderr


def report(name: str, title: str) -> Report:
    return Report(name, Path(f"{name}.ipynb"), title, "S", "W", {})


TREND, CARD = report("children-trend", "Children: trend"), report("scorecard", "Score card")


def test_what_is_left_out_is_known_and_something_stays() -> None:
    known = ["children-trend", "scorecard", "learning"]
    assert omit([TREND, CARD], ["scorecard"], known) == ([TREND], [CARD])
    assert omit([TREND, CARD], ["learning"], known) == ([TREND, CARD], [])  # not of this pack anyway
    with pytest.raises(UnknownNameError, match="There is no report 'card'"):
        omit([TREND, CARD], ["card"], known)
    with pytest.raises(SafeguardingError, match="Every report of this pack is left out"):
        omit([CARD], ["scorecard"], known)


def rest(held: store.Store, data: Path, *broken: Broken, audience: str = "seg") -> str:
    """The way out of a pack of two reports for two areas, a third one left out already."""
    here = Scope("", PERIOD, (), audience, held)
    given = {"areas": ["Rutland", "Leicestershire and Rutland"]}
    executed = [ExecutedReport.of(each, "{}", 1.0) for each in (TREND, CARD)]
    made = Contents(here, given, executed, omitted=[report("learning", "Learning")])
    return advice_on_omitting(list(broken), made, Path("reports"), data)


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("children-trend.html", "line 5"),
        ("data/children-trend--quarter-contacts.csv", "row 5"),
        (gate.NOTEBOOKS, "children-trend.ipynb, cell 3"),
    ],
)
def test_a_file_leads_to_its_report(held: store.Store, data: Path, file: str, place: str) -> None:
    broken = (Broken("machine-path", file, place), Broken("figure-in-file", "figures.xlsx", "Table 5"))
    said = rest(held, data, *broken, audience="public")
    assert said.startswith("This concerns one report: Children: trend.")
    assert (
        f'safeguarding run --period {PERIOD} --audience public --area Rutland --area "Leicestershire and Rutland" '
        "--without learning --without children-trend --out reports --data "
    ) in said


@pytest.mark.parametrize(
    "broken",
    [
        (Broken("file-type", "notes.exe", "its kind"),),  # no report's file
        (Broken("other-figures", "manifest.json", "its inputs"), Broken("frame", "scorecard.html", "line 2")),
        (Broken("figure-in-file", "figures.xlsx", "Table 5"),),  # nobody knows which report
        (Broken("frame", "scorecard.html", "line 2"), Broken("frame", "children-trend.html", "line 2")),  # nothing would stay
    ],
)
def test_no_way_out_is_offered_that_leads_nowhere(held: store.Store, data: Path, broken: tuple[Broken, ...]) -> None:
    assert rest(held, data, *broken) == ""


def test_every_rule_says_what_an_analyst_can_do() -> None:
    for name, rule in gate.rules().items():
        assert rule["leave_out"] in ("", "yes"), name
        assert re.match(r"(Run|Leave|Make|Move|Name|Give) ", rule["do"]) and rule["do"].endswith("."), name
        assert (rule["leave_out"] == "yes") == ("eave " in rule["do"] or name == "notebook-metadata"), name


def test_no_text_of_the_library_sends_an_analyst_to_the_code() -> None:
    texts = [path for kind in ("py", "csv", "j2") for path in (ROOT / "src").rglob(f"*.{kind}")]
    assert len(texts) > 200
    sent = re.compile("CONTRIBUTING|change the code|changing the code|ask a developer", re.IGNORECASE)
    assert [path.name for path in texts if sent.search(path.read_text(encoding="utf-8"))] == []


# A period without a figure of its own


def test_a_pack_without_a_figure_of_its_period_says_so_and_is_not_the_latest(project: Project) -> None:
    project.plan(QUICK)
    latest = project.root / "reports" / "latest"
    assert manifest(project.pack)["own_figures"] is True and latest.resolve() == project.pack
    done = project.command("run", "--period", EMPTY)
    assert done.returncode == 0, done.stderr
    assert "No figure of Q2 2010/11 itself is held: 'latest' doesn't lead to this pack." in done.stdout
    pack = project.root / "reports" / EMPTY
    assert manifest(pack)["own_figures"] is False and latest.resolve() == project.pack
    sentence = "No figure of Q2 2010/11 itself is held for these areas."
    assert all(sentence in (pack / name).read_text(encoding="utf-8") for name in ("index.html", "dols.html"))
    assert sentence.partition(" of ")[0] not in (project.pack / "index.html").read_text(encoding="utf-8")
    # The latest by its name, and without figures of its own.
    pack.rename(pack.with_name("2014-15-Q1"))
    latest.unlink()
    assert project.command("run", "--period", PERIOD, "--force").returncode == 0
    assert latest.resolve() == project.pack


def test_a_pack_of_the_version_before_counts_as_one_with_figures(tmp_path: Path) -> None:
    for name, entries in (("2012-13-Q4", {}), ("2013-14-Q1", {"own_figures": True}), ("2013-14-Q2", {"own_figures": False})):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(json.dumps(entries), encoding="utf-8")
    assert {pack.name for pack in packs_with_own_figures(tmp_path)} == {"2012-13-Q4", "2013-14-Q1"}
