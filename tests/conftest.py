"""What the tests share: the repository's raw data cleaned once, and private copies of it to break."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from hypothesis import settings

from analysis import store
from analysis.clean import clean
from analysis.measures import measure

# A shared machine is slow now and then, and no property here is about speed.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
CHROMIUM = shutil.which("chromium")

PROCESSED = str(ROOT / "data" / "processed") + os.sep


def _refuse_what_a_clone_has_not(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise when a test opens what was processed here: a clean clone has none, and the test would fail there alone."""
    if event == "open" and str(arguments[0]).startswith(PROCESSED) and not str(arguments[0]).endswith("README.md"):
        raise AssertionError(f"a test reads {arguments[0]}, which a clean clone has not: take the fixture `data`")


sys.addaudithook(_refuse_what_a_clone_has_not)


# The files that take longest, which begin first: what is short fills the workers to the end.
LONGEST = (
    "test_soak", "test_whole_pack", "test_run_safety", "test_each_area", "test_windows", "test_pack", "test_omitted_reports",
    "test_own_report", "test_demo", "test_notebooks", "test_claims", "test_release", "test_kept_returns", "test_workspace",
    "test_reuse", "test_joint_readers", "test_tamperings",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first, in this order; `make test` tells the workers to keep it."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


# Programs that tests use and a machine may lack, with what is tested by them and how Debian's package is called.
PROGRAMS = {
    "chromium": ("pages in a browser", "chromium"),
    "soffice": ("returns saved by LibreOffice", "libreoffice-calc-nogui"),
    "pandoc": ("Word documents", "pandoc"),
    "cron": ("a run by cron", "cron"),
    "pdftotext": ("what stands on each printed sheet", "poppler-utils"),
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what was not tested here for want of a program, and what to install."""
    skipped = len(terminalreporter.stats.get("skipped", []))
    missing = [(tested, package) for name, (tested, package) in PROGRAMS.items() if shutil.which(name) is None]
    if not skipped or not missing:
        return
    terminalreporter.section("not tested on this machine")
    terminalreporter.line(f"{skipped} tests were skipped. Not tested: {'; '.join(tested for tested, _ in missing)}.")
    terminalreporter.line(f"To test it, install {' '.join(package for _, package in missing)}.")


@dataclass(frozen=True)
class RawCopy:
    """A copy of the data folder that a test may break: its raw files, and what was processed from them before."""

    data: Path

    def path(self, file: str) -> Path:
        """The file of that name among printed tables; official files of one name lie in many releases and are named in full."""
        return next(path for path in sorted((self.data / "raw").rglob(file)) if "official" not in path.parts)

    def name(self, file: str) -> str:
        """The file as messages name it: `annual-report/2012-13/figure-1.csv`."""
        path = self.path(file)
        folder = "census-2011/2011" if path.parent.name == "census-2011" else "annual-report/2012-13"
        return f"{folder}/{file}"

    def rows(self, file: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self.path(file).read_text(encoding="utf-8"), newline="")))

    def edit(self, file: str, change: Callable[[list[list[str]]], object]) -> None:
        """Let `change` alter the rows in place, write them, and mend the checksum."""
        rows = self.rows(file)
        change(rows)
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        self.write(file, text.getvalue().encode())

    def write(self, file: str, content: bytes) -> None:
        """Write the file as it is given, and mend the checksum."""
        self.path(file).write_bytes(content)
        self.seal(file)

    def seal(self, file: str) -> None:
        path = self.path(file)
        origin = path.with_name("origin.toml")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        text = origin.read_text(encoding="utf-8")
        origin.write_text(re.sub(rf'(?m)^"{re.escape(file)}" = ".*"$', f'"{file}" = "{digest}"', text), encoding="utf-8")

    def processed(self) -> dict[str, bytes]:
        """The bytes of every file processed, by name."""
        return {path.name: path.read_bytes() for path in sorted((self.data / "processed").iterdir())}


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository's raw data, cleaned; not to be changed."""
    folder = tmp_path_factory.mktemp("cleaned") / "data"
    shutil.copytree(RAW, folder / "raw")
    assert clean(folder)
    return folder


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The printed figures and the census alone, cleaned: for runs of which many are made. Not to be changed."""
    folder = tmp_path_factory.mktemp("printed") / "data"
    shutil.copytree(RAW, folder / "raw", ignore=shutil.ignore_patterns("official"))
    assert clean(folder)
    return folder


def copied(data: Path, to: Path) -> Path:
    """A copy of a data folder that a test may change."""
    return Path(shutil.copytree(data, to))


@pytest.fixture(scope="session")
def held(data: Path) -> store.Store:
    return store.load(data)


@pytest.fixture
def raw_copy(data: Path, tmp_path: Path) -> Callable[[], RawCopy]:
    """Give a private copy of the cleaned data folder with each call."""
    made = 0

    def copy() -> RawCopy:
        nonlocal made
        made += 1
        folder = tmp_path / f"copy-{made}" / "data"
        shutil.copytree(data, folder)
        return RawCopy(folder)

    return copy


@pytest.fixture(scope="session")
def measured(held: store.Store) -> pd.DataFrame:
    """The measures of every indicator; not to be changed."""
    return measure(held.observations)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Callable[..., Any]]:
    """What starts Debian's Chromium, with more in its environment; a module's own: Playwright keeps an event loop running."""
    playwright = pytest.importorskip("playwright.sync_api")
    started = []
    with playwright.sync_playwright() as driver:

        def start(**more: str) -> Any:
            launched = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], env=dict(os.environ) | more)
            started.append(launched)
            return launched

        yield start
        for each in started:
            each.close()


@pytest.fixture(scope="module")
def browser(chromium: Callable[..., Any]) -> Any:
    """Chromium with the fonts of this machine."""
    return chromium()


# Folders of fonts, of which Chromium is given one at a time: pages have to hold together in any.
FONTS = {"DejaVu": Path(mpl.get_data_path()) / "fonts" / "ttf", "Liberation": Path("/usr/share/fonts/truetype/liberation")}
_FONTS_CONF = "<fontconfig><dir>{}</dir><cachedir>{}</cachedir></fontconfig>"


@pytest.fixture(scope="module", params=["of the machine", *FONTS])
def typeset(
    request: pytest.FixtureRequest, browser: Any, chromium: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Any:
    """Chromium with one set of fonts and no other."""
    folder = FONTS.get(request.param)
    if folder is None:
        return browser
    if not folder.is_dir():
        pytest.skip(f"The fonts {request.param} are not installed")
    own = tmp_path_factory.mktemp("fonts")
    (own / "fonts.conf").write_text(_FONTS_CONF.format(folder, own / "cache"), encoding="utf-8")
    return chromium(FONTCONFIG_FILE=str(own / "fonts.conf"))


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    """An empty page of a laptop's size."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()
