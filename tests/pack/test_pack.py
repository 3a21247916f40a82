"""The pack: planned, run, exported and put in place whole, or not at all."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from conftest import ROOT
from html_outline import outline
from projects import BIN, PERIOD, QUICK, Project, environment, make_project, notebooks_in

from analysis.disclosure.gate.notebooks import without_links
from analysis.errors import SafeguardingError, UnknownNameError
from analysis.files import folders
from analysis.pack import pack_folder
from analysis.pack.plan import Report, declared_parameters, notebooks_folder, read_plan
from analysis.pack.results import ReportError
from analysis.pack.run import execute as executing
from analysis.pack.run.publish import latest_quarter, publish
from analysis.scope import scope

REPORT = 'title = "T"\nsection = "S"\nsummary = "W"\n'


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """`publish` of a project, without its messages, the environment put back afterwards."""
    monkeypatch.delenv("SAFEGUARDING_DATA", raising=False)
    monkeypatch.setenv("SAFEGUARDING_DATA", "")

    def run(project: Project, **more: Any) -> Path:
        return publish(project.root / "data", project.root / "reports", **({"report_event": lambda event: None} | more))

    return run


@pytest.fixture
def project(tmp_path: Path, printed: Path) -> Project:
    return make_project(tmp_path / "project", printed)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, printed: Path) -> Project:
    """A quick project whose pack was made by the command; not to be changed."""
    quick = make_project(tmp_path_factory.mktemp("made") / "project", printed)
    done = quick.command("run", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    return quick


@pytest.fixture
def again(made: Project, tmp_path: Path) -> Project:
    """A copy of the quick project with its pack, to be changed."""
    return Project(Path(shutil.copytree(made.root, tmp_path / "project", symlinks=True)))


# The plan


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[reports.a]\nnotebook = "trend"\ntitle = "T"\nsection = "S"\n', ("[reports.a]", "summary missing")),
        (f'[reports.a]\nnotebook = "trend"\n{REPORT}colour = "red"\n', ("[reports.a]", "colour")),
        (f'[reports.a]\nnotebook = "trendy"\n{REPORT}', ("[reports.a]", "no notebook trendy.ipynb")),
        (
            f'[reports.a]\nnotebook = "trend"\n{REPORT}parameters = {{ domian = "adults" }}\n',
            ("trend.ipynb has no parameter 'domian'", "period, domain, areas, audience"),
        ),
        ("[reports.a\n", ("pack.toml", "can't be read")),
        (b"[reports.a]\ntitle = '\xff'\n", ("pack.toml", "can't be read")),
        ("", ("pack.toml", "a [reports.…] table a report")),
        ("[reports]\n", ("pack.toml", "a [reports.…] table a report")),
        ("reports = 3\n", ("pack.toml", "a [reports.…] table a report")),
        ("[reports]\na = 3\n", ("pack.toml", "a [reports.…] table a report")),
        (f'[reports."../a"]\nnotebook = "trend"\n{REPORT}', ("[reports.../a]", "small letters")),
        (f'[reports.index]\nnotebook = "trend"\n{REPORT}', ("[reports.index]", "not index")),
    ],
)
def test_plan_that_cannot_be_carried_out_is_refused(tmp_path: Path, text: str | bytes, words: tuple[str, ...]) -> None:
    shutil.copy(ROOT / "notebooks" / "trend.ipynb", tmp_path)
    (tmp_path / "pack.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SafeguardingError) as refused:
        read_plan(tmp_path, {})
    said = str(refused.value)
    assert all(word in said for word in words), said
    assert "\n" not in said


def test_plan_gives_each_notebook_the_parameters_that_it_declares() -> None:
    reports = read_plan(ROOT / "notebooks", {"period": "2011-12-Q4", "audience": "internal", "areas": ["Rutland"]})
    assert len(reports) >= 12 and len({report.id for report in reports}) == len(reports)
    by_id = {report.id: report for report in reports}
    assert by_id["data-quality"].parameters == {"period": "2011-12-Q4", "audience": "internal"}
    trend = by_id["adults--trend"].parameters
    assert trend == {"period": "2011-12-Q4", "domain": "adults", "areas": ["Rutland"], "audience": "internal"}
    assert by_id["dols--benchmarking"].parameters["comparators"] == "report"
    own = {report.id: report for report in read_plan(ROOT / "notebooks", {})}["adults--trend"]
    assert own.parameters["areas"] == ["Leicestershire", "Rutland"]


def test_notebook_must_declare_its_parameters_as_plain_values(project: Project) -> None:
    nowhere = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("period = ''")])
    path = project.root / "notebooks" / "other.ipynb"
    nbformat.write(nowhere, path)
    with pytest.raises(SafeguardingError, match=r"other\.ipynb has no cell tagged 'parameters'"):
        declared_parameters(path)
    for source in ("period = str(2012)", "period = "):
        cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
        with pytest.raises(SafeguardingError, match=r"other\.ipynb can't be read.*plain values"):
            declared_parameters(path)
    path.write_text("no notebook", encoding="utf-8")
    with pytest.raises(SafeguardingError, match=r"other\.ipynb can't be read"):
        declared_parameters(path)


@pytest.mark.parametrize("missing", ["period", "audience"])
def test_a_notebook_of_a_pack_is_asked_for_its_period_and_its_audience(tmp_path: Path, missing: str) -> None:
    other = {"period": "audience", "audience": "period"}[missing]
    cell = nbformat.v4.new_code_cell(f'{other} = ""', metadata={"tags": ["parameters"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "own.ipynb")
    keys = ["notebook", "title", "section", "summary"]
    (tmp_path / "pack.toml").write_text("[reports.own]\n" + "\n".join(f'{key} = "own"' for key in keys), encoding="utf-8")
    with pytest.raises(SafeguardingError, match=rf"\[reports\.own\]: own\.ipynb has no parameter '{missing}'.*: add it\."):
        read_plan(tmp_path, {})


def test_notebooks_lie_beside_the_data_or_here_or_above(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert notebooks_folder(project.root / "data") == project.root / "notebooks"
    (project.root / "deep" / "deeper").mkdir(parents=True)
    monkeypatch.chdir(project.root / "deep" / "deeper")
    assert notebooks_folder(tmp_path / "figures") == project.root / "notebooks"
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SafeguardingError, match="start inside the project"):
        notebooks_folder(tmp_path / "figures")


# The whole pack, made once


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Iterator[tuple[Project, list[str]]]:
    """The pack as pack.toml has it, and what was said while it was made."""
    full = make_project(tmp_path_factory.mktemp("whole") / "project", data, plan=None)
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFEGUARDING_DATA", "")
        index = publish(full.root / "data", full.root / "reports", jobs=2, report_event=lambda event: said.append(str(event)))
    assert index == full.pack / "index.html"
    yield full, said


def planned(project: Project, given: dict[str, Any] | None = None) -> list[Report]:
    """The reports that there are figures for: of learning and partnership no return is held."""
    return [report for report in read_plan(project.root / "notebooks", given or {}) if report.id != "learning"]


def pages(project: Project) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(project.pack.glob("*.html"))}


def shown(project: Project, report: str) -> list[str]:
    """The HTML of every output of a report's executed notebook."""
    notebook = nbformat.reads(notebooks_in(project.pack)[report], as_version=4)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return [output.data["text/html"] for output in outputs]


def test_pack_has_a_page_for_each_report_and_says_so(whole: tuple[Project, list[str]]) -> None:
    project, said = whole
    plan = planned(project)
    assert {path.name for path in project.pack.iterdir()} == {
        "index.html", "manifest.json", "notebooks.zip", "figures.xlsx", "data", *(f"{report.page}.html" for report in plan)
    }  # fmt: skip
    assert len(plan) >= 12
    assert list(notebooks_in(project.pack)) == [report.id for report in plan]
    assert len(said) == len(plan) + 1 and said[-2].startswith(f"[{len(plan)}/{len(plan)}] ")
    assert said[-1] == f"Published {len({report.page for report in plan})} pages and the index."
    assert project.packs() == [PERIOD] and project.hidden() == []
    assert (project.root / "reports" / "latest").resolve() == project.pack.resolve()
    assert project.pack.stat().st_mode & 0o777 == 0o755


def test_every_page_is_sound_and_every_link_leads_somewhere(whole: tuple[Project, list[str]]) -> None:
    project, _ = whole
    every = pages(project)
    for name, html in every.items():
        document = outline(html)
        assert document.values("lang")[0] == "en-GB"
        for href in document.values("href"):
            target, _, place = href.partition("#")
            assert href.startswith(("data:text/csv;", "data:,")) or not target or (project.pack / target).is_file(), (name, href)
            assert not place or f'id="{place}"' in every[target or name], (name, href)
    linked = {href.partition("#")[0] for href in outline(every["index.html"]).values("href") if ".html" in href}
    assert linked == set(every) - {"index.html"}
    index = every["index.html"].partition('id="read-on"')[2]  # the findings link them too
    places = [index.index(f'href="{page}.html"') for page in dict.fromkeys(report.page for report in planned(project))]
    assert places == sorted(places)


def test_pages_show_no_code_and_ask_nobody_for_anything(whole: tuple[Project, list[str]]) -> None:
    project, _ = whole
    for name, html in pages(project).items():
        document = outline(html)
        attributes = {attribute for attribute, _ in document.attributes}
        assert not attributes & {"src", "srcset", "background", "action", "formaction", "poster", "ping", "integrity"}, name
        assert not [attribute for attribute in attributes if attribute.startswith("on")]
        assert not set(document.tags) & {"script", "iframe", "form", "object", "embed", "pre", "base", "img"}
        addresses = set(re.findall(r"https?://[^\s\"'<>]+", html))
        assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
        assert "@import" not in html and not re.search(r"url\((?!#)", html)
        assert "exhibits.show" not in html and "from analysis" not in html
        assert "No description has been provided" not in html


def zipped(path: Path) -> str:
    """The text of every part of a workbook."""
    with zipfile.ZipFile(path) as parts:
        return "\n".join([*parts.namelist(), *(parts.read(name).decode("utf-8") for name in parts.namelist())])


def test_no_page_notebook_or_manifest_names_this_machine(whole: tuple[Project, list[str]]) -> None:
    project, _ = whole
    names = {socket.gethostname(), Path.home().name, getpass.getuser(), "/home/", "/tmp/", "/usr/", "\\Users\\", "site-packages"}  # noqa: S108
    names |= {str(project.root), str(ROOT), str(Path.home()), sys.prefix}
    for path in project.pack.rglob("*"):
        if path.is_file():
            content = zipped(path) if path.suffix in (".xlsx", ".zip") else path.read_text(encoding="utf-8")
            text = re.sub(r"base64,[\w+/=]+|<style>.*?</style>", "", content, flags=re.DOTALL)
            for name in names:
                pattern = rf"(?<!\w){re.escape(name)}" + (r"(?!\w)" if name.isalnum() else "")
                assert not re.search(pattern, text), (path.name, name)


def test_every_page_explains_its_symbols_and_how_it_was_made(whole: tuple[Project, list[str]]) -> None:
    project, _ = whole
    for name, html in pages(project).items():
        assert "How this page was made</h2></summary>" in html and "annual-report/2012-13/figure-1.csv" in html
        assert "Restricted circulation" in html
        if name != "index.html":
            before, _, foot = html[html.index("<main") :].partition("How this page was made</h2>")
            body, _, key = before.partition('<h2 id="symbols"')  # a page without symbols has no such part
            used = [symbol for symbol in ("[c]", "[x]", "[z]", "[i]", "[p]", "[r]") if symbol in body]
            assert all(f"<dt>{symbol}</dt>" in key for symbol in (*used, *(["0"] if used else []))), name
            assert key.count("<dt>[") == len(used) and "<dt>[" not in foot, name
            assert "page-sources" in html, name


def test_page_holds_every_exhibit_of_its_notebook(whole: tuple[Project, list[str]]) -> None:
    project, _ = whole
    plan = planned(project)
    for page in dict.fromkeys(report.page for report in plan):
        html = without_links((project.pack / f"{page}.html").read_text(encoding="utf-8"))  # a row leads to its subject's page
        outputs = [output for report in plan if report.page == page for output in shown(project, report.id)]
        assert outputs
        for output in outputs:  # what later notebooks of a page say is not held stays in these
            assert output.strip() in html or output.startswith('<p class="statement"')
        for tag in ("<figure", "<table", "<svg"):
            assert html.count(tag) == sum(output.count(tag) for output in outputs)


def test_each_report_gives_exhibits_or_says_what_is_not_held(whole: tuple[Project, list[str]]) -> None:
    project, _ = whole
    for report in planned(project):
        outputs = "".join(shown(project, report.id))
        assert 'class="exhibit"' in outputs or 'class="statement"' in outputs, report.id


def test_executed_notebooks_keep_their_code_and_no_trace_of_time(whole: tuple[Project, list[str]]) -> None:
    project, _ = whole
    for text in notebooks_in(project.pack).values():
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
        assert "papermill" not in notebook.metadata
        assert not any({"papermill", "execution"} & set(cell.metadata) for cell in notebook.cells)
        assert "exhibits.show" in text
        assert [cell.id for cell in notebook.cells].count("injected-parameters") == 1


def test_manifest_lists_what_went_in_and_what_came_out(whole: tuple[Project, list[str]]) -> None:
    project, _ = whole
    manifest = json.loads((project.pack / "manifest.json").read_text(encoding="utf-8"))
    files = {path.relative_to(project.pack).as_posix(): path for path in project.pack.rglob("*") if path.is_file()}
    assert set(manifest["files"]) == set(files) - {"manifest.json"}
    assert all(hashlib.sha256(files[name].read_bytes()).hexdigest() == digest for name, digest in manifest["files"].items())
    raw = project.root / "data" / "raw"
    received = {hashlib.sha256(path.read_bytes()).hexdigest() for path in raw.rglob("*") if path.is_file()}
    assert {each.removeprefix("sha256:") for each in manifest["inputs"].values()} == received  # all of them are published
    assert manifest["parameters"] == {"period": PERIOD, "audience": "seg"}
    reports = planned(project, manifest["parameters"])
    assert list(manifest["reports"]) == list(dict.fromkeys(report.page for report in reports))
    assert [f"{stem}.ipynb" for stem in ("at_a_glance", "year_on_year", "trend", "benchmarking")] == manifest["reports"]["dols"][
        "notebooks"
    ]
    for report in reports:
        entry = manifest["reports"][report.page]
        assert set(report.parameters) <= set(entry["parameters"]) and entry["seconds"][report.id] > 0
    assert {"python", "pandas", "papermill", "nbconvert"} <= set(manifest["versions"])


def test_index_says_what_changed_and_what_does_not_come_out(whole: tuple[Project, list[str]]) -> None:
    project, _ = whole
    index = pages(project)["index.html"]
    figures = re.findall(r'<p class="figure">(.*?)</p>', index)
    assert 3 <= len(figures) <= 5 and figures[0] == "23 or 35"
    assert len(re.findall(r'<p class="ask">', index)) == len(figures)
    reliance = index[index.index('id="reliance"') :]
    assert re.search(r"sums checked, \d+ fail\. <a href=\"data-quality\.html\">See which", reliance)
    assert "figures.xlsx" in outline(index).values("href")


# Made again


def test_same_figures_give_the_same_bytes_but_for_stamp_and_durations(again: Project) -> None:
    before = again.files()
    assert again.command("run", "--force", "--jobs", "1").returncode == 0
    after = again.files()
    assert set(before) == set(after)

    def plain(name: str, content: bytes) -> Any:
        if name.endswith("manifest.json"):
            manifest = json.loads(content)
            seconds = [entry.pop("seconds") for entry in manifest["reports"].values()]
            assert manifest.pop("made") and all(seconds)
            for part in ("files", "record", "seal"):  # of all files, stamps and all, and of the manifest itself
                assert re.fullmatch("[0-9a-f]{64}", manifest["gate"].pop(part))
            manifest["files"] = [name for name in manifest["files"] if name.endswith(".html")]
            return manifest
        return re.sub(rb"<dt>Made</dt><dd>[^<]+</dd>", b"", content) if name.endswith(".html") else content

    for name in before:
        assert plain(name, before[name]) == plain(name, after[name]), name


def test_changed_raw_figure_arrives_in_page_and_manifest(again: Project) -> None:
    def restate(rows: list[list[str]]) -> None:
        assert rows[5][:2] == ["Essex", "259"]
        rows[5][1] = "958"

    again.raw.edit("figure-7.csv", restate)
    digest = hashlib.sha256(again.raw.path("figure-7.csv").read_bytes()).hexdigest()
    again.plan(QUICK.split("[reports.quality]")[0].replace("year_on_year", "benchmarking"))
    done = again.command("run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Cleaned the raw figures.\n")
    assert f"The pack is ready: {Path('reports') / PERIOD / 'index.html'}" in done.stdout
    manifest = json.loads((again.pack / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["inputs"]["annual-report/2012-13/figure-7.csv"] == f"sha256:{digest}"
    html = (again.pack / "dols.html").read_text(encoding="utf-8")
    assert ">958<" in html and digest in html


def test_areas_and_period_given_take_the_place_of_the_plans(project: Project, quiet: Callable[..., Path]) -> None:
    project.plan(QUICK.split("[reports.quality]")[0])
    shutil.rmtree(project.root / "data" / "processed")
    said: list[str] = []
    index = quiet(
        project, period="2011-12", requested_areas=["E06000017"], jobs=1, report_event=lambda event: said.append(str(event))
    )
    assert said[0] == "Cleaned the raw figures." and said[1].startswith("[1/1] DoLS: year on year (")
    assert index == project.root / "reports" / "2011-12" / "index.html"
    manifest = json.loads(index.with_name("manifest.json").read_text(encoding="utf-8"))
    assert manifest["parameters"] == {"period": "2011-12", "audience": "seg", "areas": ["Rutland"]}
    html = index.with_name("dols.html").read_text(encoding="utf-8")
    assert "2011/12" in html and "Rutland" in html
    assert "<h1>Safeguarding performance: Rutland</h1>" in index.read_text(encoding="utf-8")


# What fails


def test_failing_report_leaves_the_last_pack_and_names_notebook_cell_and_error(again: Project) -> None:
    before = again.files()
    again.notebook("broken", "period", "1 / 0")
    again.plan(QUICK + f'\n[reports.broken]\nnotebook = "broken"\n{REPORT}')
    done = again.command("run", "--jobs", "2")
    assert done.returncode == 1
    said = "Error: The report 'broken' failed: broken.ipynb, cell 3: ZeroDivisionError: division by zero"
    assert done.stderr.strip() == said
    assert again.files() == before


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("raise ValueError('first\\nsecond')", "broken.ipynb, cell 2: ValueError: first second"),
        ("import os; os._exit(1)", "broken.ipynb: DeadKernelError"),
    ],
)
def test_errors_of_a_report_are_one_line(project: Project, source: str, words: str) -> None:
    project.notebook("broken", source)
    project.plan(f'[reports.broken]\nnotebook = "broken"\n{REPORT}')
    done = project.command("run")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: The report 'broken' failed: ") and words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (project.root / "reports").exists()


def test_error_in_a_cell_is_named(project: Project, quiet: Callable[..., Path]) -> None:
    project.notebook("broken", "period", "undefined")
    project.plan(f'[reports.broken]\nnotebook = "broken"\n{REPORT}')
    with pytest.raises(ReportError, match=r"broken\.ipynb, cell 3: NameError: name 'undefined' is not defined"):
        quiet(project, jobs=1)


def test_page_that_would_lose_something_stops_the_pack(project: Project, quiet: Callable[..., Path]) -> None:
    project.notebook("loose", "print(period)")
    project.plan(f'[reports.loose]\nnotebook = "loose"\n{REPORT}')
    with pytest.raises(SafeguardingError, match=r"writes to stdout, which no page shows"):
        quiet(project)
    assert not (project.root / "reports").exists()


def test_what_every_notebook_would_refuse_is_refused_before_any_is_run(
    project: Project, quiet: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.pack.run.execute.execute", lambda *_: pytest.fail("a report was run"))
    with pytest.raises(UnknownNameError, match="2031-32"):
        quiet(project, period="2031-32-Q1")
    with pytest.raises(UnknownNameError, match="Rutlnd"):
        quiet(project, requested_areas=["Rutlnd"])
    with pytest.raises(UnknownNameError, match="press"):
        quiet(project, audience="press")
    assert not (project.root / "reports").exists()


def test_progress_bar_is_shown_where_someone_looks(
    project: Project, quiet: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    bars: list[object] = []

    def execute_notebook(*_: object, progress_bar: object, **__: object) -> None:
        bars.append(progress_bar)
        raise RuntimeError("enough")

    monkeypatch.setattr(executing.papermill, "execute_notebook", execute_notebook)
    for progress in (True, False):
        with pytest.raises(ReportError, match="RuntimeError: enough"):
            quiet(project, jobs=1, progress=progress)
    assert bars[0] == {"desc": "dols", "leave": False} and bars[-1] is False


def test_kernels_are_reached_through_ports_only_where_there_is_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert executing._kernel_manager_in(tmp_path, warm=True)().transport == "ipc"
    monkeypatch.setattr(executing, "POSIX", False)
    assert executing._kernel_manager_in(tmp_path, warm=True)().transport == "tcp"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (["Leicestershire", "Rutland", "Leicestershire and Rutland"], "Leicestershire and Rutland"),  # the two, not three
        (["Leicestershire", "Leicestershire and Rutland"], "Leicestershire and Leicestershire and Rutland"),
        (["Leicestershire and Rutland"], "Leicestershire and Rutland"),
        (["Rutland"], "Rutland"),
        ([], ""),
    ],
)
def test_a_page_names_a_partnership_only_if_it_does_not_name_all_its_authorities(
    named: list[str], said: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    assert pack_folder.context(scope(period=PERIOD), "Trends", {"areas": named}, "1 May 2013").areas == said


def test_latest_quarter_is_the_latest_and_must_be_there() -> None:
    assert latest_quarter(pd.DataFrame({"period": ["2012-13-Q3", "2013-03-31", "2011-12-Q4", "2013-14"]})) == "2012-13-Q3"
    with pytest.raises(SafeguardingError, match="name the period"):
        latest_quarter(pd.DataFrame({"period": ["2012-13", "2013-03-31"]}))


# Killed in the middle


def test_killed_while_a_report_runs_leaves_the_last_pack(again: Project) -> None:
    before = again.files()
    started = again.root / "started"
    source = f"import os, pathlib, time\npathlib.Path({str(started)!r}).write_text(str(os.getpid()))\ntime.sleep(60)"
    again.notebook("slow", source)
    again.plan(f'[reports.slow]\nnotebook = "slow"\n{REPORT}')
    run = subprocess.Popen(
        [BIN / "safeguarding", "run"], cwd=again.root, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    try:
        while not (started.exists() and started.read_text()) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert started.exists()
    finally:
        run.kill()
        run.wait()
    kernel = int(started.read_text())
    try:
        assert again.files() == before
        assert again.packs() == [PERIOD] and again.hidden() == []
    finally:
        if Path(f"/proc/{kernel}").exists():
            os.kill(kernel, signal.SIGKILL)


def test_killed_while_the_pack_is_written_leaves_the_last_one_and_the_next_run_makes_it(again: Project) -> None:
    before = again.files()
    again.notebook("empty", "period;")
    again.plan(f'[reports.empty]\nnotebook = "empty"\n{REPORT}')
    code = (
        "import os; from pathlib import Path; from analysis.pack import pack_folder as write; from analysis.pack.run import publish as p;"
        "write.write_manifest = lambda *_: os._exit(9);"
        "p.publish(Path('data'), Path('reports'))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=again.root, env=environment(), capture_output=True, check=False)
    assert done.returncode == 9, done.stderr
    assert again.files() == before
    (left,) = again.hidden()
    assert left.startswith(f".{PERIOD}-")  # the next run holds the lock, so nobody is making it any more
    assert again.command("run").returncode == 0
    assert again.packs() == [PERIOD] and again.hidden() == [".earlier"]
    assert (again.pack / "empty.html").exists() and not (again.pack / "dols.html").exists()


def test_abandoned_folder_is_swept_and_one_in_the_making_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "pack"
    abandoned = tmp_path / ".pack-abandoned"
    abandoned.mkdir()
    os.utime(abandoned, (0, 0))
    with folders.replacing(target) as first:
        assert not abandoned.exists()
        (first / "a").write_text("first")
        with folders.replacing(target) as second:
            (second / "a").write_text("second")
        assert first.exists()
    assert (target / "a").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]


def test_folder_set_aside_by_an_interrupted_replacement_is_put_back_or_removed(tmp_path: Path) -> None:
    target, aside = tmp_path / "pack", tmp_path / ".pack.previous"
    aside.mkdir()
    (aside / "a").write_text("old")
    folders.recover(target)
    assert (target / "a").read_text() == "old" and not aside.exists()
    aside.mkdir()
    folders.recover(target)
    assert (target / "a").read_text() == "old" and not aside.exists()
    with pytest.raises(RuntimeError), folders.replacing(target) as new:
        (new / "a").write_text("new")
        raise RuntimeError
    assert (target / "a").read_text() == "old" and [path.name for path in tmp_path.iterdir()] == ["pack"]


# Raw files that can't be read for what they are


def drop_row(project: Project) -> None:
    project.raw.edit("figure-1.csv", lambda rows: rows.pop(3))


def add_column(project: Project) -> None:
    project.raw.edit("figure-1.csv", lambda rows: [row.append("1") for row in rows])


def swap_headers(project: Project) -> None:
    def swap(rows: list[list[str]]) -> None:
        rows[1][1], rows[1][2] = rows[1][2], rows[1][1]

    project.raw.edit("figure-1.csv", swap)


def put_words(project: Project) -> None:
    def put(rows: list[list[str]]) -> None:
        rows[2][3] = "n/a"

    project.raw.edit("figure-1.csv", put)


def save_as_utf16(project: Project) -> None:
    project.raw.write("figure-1.csv", project.raw.path("figure-1.csv").read_text(encoding="utf-8").encode("utf-16"))


def make_empty(project: Project) -> None:
    project.raw.write("figure-1.csv", b"")


def change_a_digit(project: Project) -> None:
    path = project.raw.path("figure-1.csv")
    path.write_bytes(path.read_bytes().replace(b"3819", b"3810"))


@pytest.mark.parametrize(
    ("harm", "place", "words"),
    [
        (drop_row, None, ("Number of referrals",)),
        (add_column, "row 1", ("8", "7")),
        (swap_headers, "row 2", ("Q2", "Q1")),
        (put_words, "row 3, column 4", ("'n/a'",)),
        (save_as_utf16, "row 1", ("UTF-16", "UTF-8")),
        (make_empty, None, ("an empty file", "a table")),
        (change_a_digit, None, ("sha256", "origin.toml")),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_broken_raw_file_stops_the_command_with_one_sentence(
    project: Project, harm: Callable[[Project], None], place: str | None, words: tuple[str, ...]
) -> None:
    project.pack.mkdir(parents=True)
    (project.pack / "index.html").write_text("the last pack", encoding="utf-8")
    before, processed = project.files(), project.raw.processed()
    harm(project)
    done = project.command("run")
    assert done.returncode == 1 and done.stdout == ""
    sentence = done.stderr.strip()
    assert re.fullmatch(r"Error: annual-report/2012-13/figure-1\.csv.*: found .+, expected .+\.", sentence), sentence
    assert place is None or f"figure-1.csv, {place}" in sentence, sentence
    assert all(word in sentence for word in words), sentence
    assert project.files() == before and project.raw.processed() == processed
