"""JupyterLab itself, started and driven as an analyst does it: change a parameter and run, turn a widget and see."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import CHROMIUM, ROOT
from projects import environment

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BIN = Path(sys.executable).parent
PATIENCE = 90_000  # milliseconds: a kernel has to start on a machine that does other things too

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Iterator[str]:
    """The address of a JupyterLab on copies of the notebooks, with `{}` for what is opened."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"SAFEGUARDING_DATA": str(data), "HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / "config")}
    line = [BIN / "jupyter-lab", "--no-browser", "--allow-root", f"--port={port}", "--ip=127.0.0.1", "--IdentityProvider.token=t"]
    line += [
        f"--notebook-dir={home / 'notebooks'}",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(line, cwd=home, env=environment(settings), stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(240):
                try:
                    urllib.request.urlopen(f"{address}/api?token=t", timeout=5).close()  # noqa: S310 (our own server)
                    break
                except OSError:
                    assert server.poll() is None, (home / "log").read_text()
                    time.sleep(0.25)
            yield address + "/lab/tree/{}?token=t&reset"
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(PATIENCE)
    yield page
    page.close()


def run_all(tab: Page) -> None:
    tab.get_by_role("menuitem", name="Run", exact=True).click()
    tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def open_notebook(tab: Page, lab: str, name: str) -> None:
    tab.goto(lab.format(name))
    tab.locator(".jp-Notebook .jp-Cell").first.wait_for()
    tab.locator("#jp-main-statusbar", has_text="| Idle").wait_for()
    tab.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').first.wait_for()


def test_parameter_is_changed_all_is_run_and_the_chart_is_seen(tab: Page, lab: str) -> None:
    open_notebook(tab, lab, "trend.ipynb")
    parameters = tab.locator(".jp-CodeCell .cm-content").first
    parameters.click()
    tab.keyboard.press("Control+a")
    tab.keyboard.insert_text('period = "2012-13-Q4"\ndomain = "dols"\nareas = ["Rutland"]\naudience = "internal"')
    run_all(tab)
    chart = tab.locator(".jp-OutputArea figure.exhibit svg").first
    chart.wait_for()
    tab.locator(".jp-OutputArea figure.exhibit", has_text="DoLS").first.wait_for()  # JupyterLab fills what it shows bit by bit
    box = chart.bounding_box()
    assert box is not None and 200 < box["width"] < 700 and box["height"] > 100  # drawn at a size to be read
    assert tab.locator(".jp-OutputArea", has_text="Leicestershire,").count() == 0
    assert tab.locator('[data-mime-type*="stderr"], .jp-RenderedText[data-mime-type*="error"]').count() == 0


def test_widgets_show_other_exhibits_when_turned_and_say_what_cannot_be_compared(tab: Page, lab: str) -> None:
    open_notebook(tab, lab, "explore.ipynb")
    run_all(tab)
    shown = tab.locator(".jp-OutputArea .widget-output").first
    shown.locator("figure.exhibit svg").first.wait_for()
    choose = {name: tab.locator(".widget-dropdown", has_text=name).locator("select") for name in ("Domain", "Indicator", "View")}
    choose["Domain"].select_option(label="Deprivation of Liberty Safeguards")
    shown.get_by_text("DoLS referrals").first.wait_for()
    assert '"dols"' in tab.locator(".widget-html pre").inner_text().replace("'", '"')
    choose["View"].select_option(label="Beside other areas")
    shown.get_by_text("It is a raw number, and areas differ in size: choose a rate or a share.").wait_for()
    choose["Indicator"].select_option(label="DoLS referrals per 100,000 adults")
    shown.locator("figure.exhibit", has_text="Buckinghamshire").wait_for()
    assert tab.locator('.jp-RenderedText[data-mime-type*="error"]').count() == 0


def test_the_menu_has_the_page_under_the_name_that_the_readme_says(tab: Page, lab: str) -> None:
    with tab.expect_response(lambda response: "/api/nbconvert" in response.url):  # what there is; the menu is filled with it
        open_notebook(tab, lab, "trend.ipynb")
    tab.get_by_role("menuitem", name="File", exact=True).click()
    tab.locator(".lm-Menu-item", has_text="Save and Export Notebook As").hover()
    formats = tab.locator(".lm-Menu").last.locator(".lm-Menu-itemLabel")
    formats.get_by_text("Markdown", exact=True).wait_for()
    assert "Safeguarding" in formats.all_inner_texts()
