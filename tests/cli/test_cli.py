"""The command `safeguarding`: what it prints, how it ends, and that it never shows a traceback."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from projects import PERIOD, Project, make_project

from analysis import catalogue, cli
from analysis.catalogue import tables
from analysis.errors import SafeguardingError

COMMANDS = ("clean", "run", "check", "sign-off", "published", "withheld", "indicators", "areas")


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.out)))


Call = Callable[..., Ended]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """The command run in this process, as its entry point runs it."""
    monkeypatch.setenv("SAFEGUARDING_DATA", "")
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str) -> Ended:
        monkeypatch.setattr("sys.argv", ["safeguarding", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        status = 0 if ended.value.code is None else ended.value.code
        assert isinstance(status, int)
        assert "Traceback" not in said.err
        return Ended(status, said.out, said.err)

    return run


@pytest.fixture
def project(tmp_path: Path, printed: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project, and its folder the one to work in."""
    made = make_project(tmp_path / "project", printed)
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What `run` asks of `publish`, which only takes note."""
    calls: list[dict[str, Any]] = []

    def publish(data: Path, out: Path, **more: Any) -> Path:
        calls.append({"data": data, "out": out} | more)
        return out / PERIOD / "index.html"

    monkeypatch.setattr("analysis.pack.run.publish.publish", publish)
    return calls


# Help


def test_help_lists_the_commands(call: Call) -> None:
    done = call("--help")
    assert done.status == 0 and all(re.search(rf"^ *{name} ", done.out, re.MULTILINE) for name in COMMANDS)
    assert "Usage: safeguarding" in done.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(call: Call, name: str) -> None:
    done = call(name, "--help")
    assert done.status == 0
    words = (cli.app.registered_commands[COMMANDS.index(name)].callback.__doc__ or "").strip()  # type: ignore[union-attr]
    assert words in done.out and f"safeguarding {name}" in done.out


def test_help_says_what_stands_when_nothing_is_given(call: Call) -> None:
    words = " ".join(call("run", "--help").out.split())
    for option in ("--period", "--area", "--audience", "--jobs", "--out", "--data"):
        assert option in words
    assert "seg|public|internal" in words and "default: (reports)" in words and "SAFEGUARDING_DATA" in words


def test_no_command_shows_the_help_and_is_wrong_usage(call: Call) -> None:
    done = call()
    assert done.status == 2 and "Usage: safeguarding" in done.out + done.err


# Listings


def test_indicators_can_be_listed_as_csv(call: Call) -> None:
    done = call("indicators", "--format", "csv")
    assert done.status == 0 and done.err == ""
    assert [row["id"] for row in done.rows] == list(catalogue.indicators().index)
    assert set(done.rows[0]) == {"id", "title", "domain", "kind", "unit", "ni_code"}


def test_indicators_of_one_domain(call: Call) -> None:
    assert {row["domain"] for row in call("indicators", "--domain", "dols", "--format", "csv").rows} == {"dols"}
    table = call("indicators", "--domain", "dols")
    assert table.status == 0 and "dols_referrals" in table.out and "…" not in table.out


def test_areas_can_be_listed(call: Call) -> None:
    done = call("areas", "--format", "csv")
    known = tables.read("areas")
    assert [row["code"] for row in done.rows] == known["code"].tolist()
    assert call("areas").out.count("\n") == len(known) + 1


# Wrong usage


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--colour"), "--colour"),
        (("cleen",), "cleen"),
        (("run", "--audience", "all"), "'all'"),
        (("run", "--jobs", "0"), "--jobs"),
        (("run", "--period", "last year"), "'last year'"),
        (("run", "--period", "2012-14"), "'2012-14'"),
        (("run", "--period", "2031-32-Q1"), "2012-13"),
        (("run", "--area", "Rutlnd"), "did you mean Rutland"),
        (("indicators", "--domain", "adult"), "Did you mean 'adults'?"),
        (("indicators", "--format", "xml"), "'xml'"),
    ],
)
def test_wrong_usage_is_status_2_and_says_why(project: Project, call: Call, words: tuple[str, ...], said: str) -> None:
    done = call(*words)
    assert done.status == 2 and said in done.err and done.out == ""
    assert not (project.root / "reports").exists()


def test_unknown_names_are_one_sentence(project: Project, call: Call) -> None:
    for words in (("run", "--area", "Rutlnd"), ("indicators", "--domain", "adult"), ("run", "--period", "2031-32-Q1")):
        assert re.fullmatch(r"Error: [^\n]+[.?]\n", call(*words).err)


# Cleaning


def test_clean_says_what_it_did_and_then_that_there_is_nothing_to_do(project: Project, call: Call) -> None:
    shutil.rmtree(project.root / "data" / "processed")
    first, second = call("clean"), call("clean")
    assert (first.status, first.out) == (0, "Cleaned the raw figures.\n")
    assert (second.status, second.out) == (0, "Nothing to do: the processed figures are up to date.\n")
    frames = [f"{name}.parquet" for name in ("actions", "cells", "checks", "commentary", "observations", "receipts")]
    assert sorted(project.raw.processed()) == sorted(["build.json", *frames])


def test_data_folder_is_the_option_then_the_variable_then_the_nearest(
    project: Project, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "figures"
    shutil.copytree(project.root / "data" / "raw", other / "raw")
    done = call("clean", "--data", str(other))
    assert done.out == "Cleaned the raw figures.\n" and (other / "processed").is_dir()
    shutil.rmtree(other / "processed")
    monkeypatch.setenv("SAFEGUARDING_DATA", str(other))
    assert call("clean").out == "Cleaned the raw figures.\n" and (other / "processed").is_dir()
    assert call("clean", "--data", str(project.root / "data")).out.startswith("Nothing to do")
    monkeypatch.delenv("SAFEGUARDING_DATA")
    (project.root / "deep").mkdir()
    monkeypatch.chdir(project.root / "deep")
    assert call("clean").out.startswith("Nothing to do")


def test_no_data_is_one_sentence(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (("clean",), ("run",), ("clean", "--data", "nowhere"), ("run", "--data", "nowhere")):
        done = call(*words)
        assert done.status == 1 and done.out == ""
        assert re.fullmatch(r"Error: [^\n]+\.\n", done.err)


# Running


def test_run_asks_for_what_was_typed(call: Call, asked: list[dict[str, Any]], project: Project) -> None:
    typed = ["--period", "2012/13 Q4", "--area", "Rutland", "--area", "E10000018", "--audience", "internal", "--jobs", "3"]
    done = call("run", *typed, "--out", "elsewhere", "--data", "data")
    assert done.status == 0 and done.out == f"The pack is ready: {Path('elsewhere') / PERIOD / 'index.html'}\n"
    (given,) = asked
    assert given["data"] == Path("data") and given["out"] == Path("elsewhere")
    assert given["period"] == PERIOD and given["audience"] == "internal" and given["jobs"] == 3
    assert given["requested_areas"] == ["Rutland", "E10000018"]


def test_run_has_a_default_for_everything(call: Call, asked: list[dict[str, Any]], project: Project) -> None:
    assert call("run").status == 0
    (given,) = asked
    assert given["data"] == project.root / "data" and given["out"] == Path("reports")
    assert (given["period"], given["audience"], given["requested_areas"]) == (None, "seg", ())
    assert given["jobs"] == (os.cpu_count() or 1) and given["progress"] is False


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SafeguardingError("It can't be done."), "Error: It can't be done.\n"),
        (PermissionError(13, "Permission denied", "reports"), "Error: reports: Permission denied.\n"),
        (OSError("odd"), "Error: The system: OSError.\n"),
    ],
)
def test_what_fails_is_status_1_and_one_sentence(
    call: Call, project: Project, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def publish(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("analysis.pack.run.publish.publish", publish)
    done = call("run")
    assert (done.status, done.out, done.err) == (1, "", said)


def test_folder_that_cannot_be_written_is_one_sentence(call: Call, project: Project) -> None:
    project.notebook("empty", "period;")
    project.plan('[reports.empty]\nnotebook = "empty"\ntitle = "T"\nsection = "S"\nsummary = "W"\n')
    (project.root / "taken").write_text("a file")
    done = call("run", "--out", "taken/deeper")
    assert done.status == 1 and re.fullmatch(r"Error: [^\n]+\.\n", done.err)


# As it is typed


def test_the_installed_command_ends_as_it_should(project: Project) -> None:
    for words, status in (
        (("--help",), 0),
        (("areas",), 0),
        (("clean",), 0),
        (("run", "--colour"), 2),
        (("run", "--period", "x"), 2),
    ):
        done = project.command(*words)
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr


def test_the_installed_command_honours_the_variable(project: Project, tmp_path: Path) -> None:
    elsewhere = Project(tmp_path / "elsewhere")
    elsewhere.root.mkdir()
    done = elsewhere.command("clean", env={"SAFEGUARDING_DATA": str(project.root / "data")})
    assert (done.returncode, done.stdout) == (0, "Nothing to do: the processed figures are up to date.\n")


def test_help_is_there_before_pandas(project: Project) -> None:
    done = project.command("--help", env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert done.returncode == 0 and re.search(r"\| +typer$", done.stderr, re.MULTILINE)
    assert not re.search(r"\| +(pandas|matplotlib)$", done.stderr, re.MULTILINE)


def test_what_protection_costs_is_listed_table_by_table(call: Call, data: Path) -> None:
    done = call("withheld", "--audience", "public", "--format", "csv", "--data", str(data))
    assert done.status == 0 and len(done.rows) > 5
    assert all(int(row["small"]) + int(row["besides"]) == int(row["withheld"]) <= int(row["cells"]) for row in done.rows)
    assert all(int(row["besides"]) >= 0 and row["method"] in ("optimal", "built") for row in done.rows)
    # The optimiser loses little: of a hundred counts of people not two are withheld only because they would give another away.
    assert sum(int(row["besides"]) for row in done.rows) < sum(int(row["cells"]) for row in done.rows) * 0.02
