"""The page in real Chromium: accessibility, silence on the network, narrow screens, paper, the download."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import CHROMIUM
from page_sample import AUDIENCES, CSV, write_pages

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_pages(tmp_path_factory.mktemp("pages"))


KINDS = [f"{kind}-{audience}" for kind in ("page", "index") for audience in AUDIENCES]


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_on_screen_or_paper_with_all_open(tab: Page, pages: dict[str, Path], kind: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tab.goto(pages[kind].as_uri())
    tab.evaluate(OPEN_ALL)
    for media in ("screen", "print"):
        tab.emulate_media(media=media)
        found = axe.run(tab, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
        assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == []


@pytest.mark.parametrize("kind", KINDS)
def test_page_fetches_nothing_and_says_nothing_on_the_console(tab: Page, pages: dict[str, Path], kind: str) -> None:
    requests: list[str] = []
    console: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: console.append(message.text))
    tab.on("pageerror", lambda error: console.append(str(error)))
    tab.goto(pages[kind].as_uri())
    tab.evaluate(OPEN_ALL)
    tab.wait_for_load_state("networkidle")
    assert [url for url in requests if not url.startswith("data:")] == [pages[kind].as_uri()]
    assert console == []


@pytest.mark.parametrize("width", [320, 360, 768, 1024, 1280])
@pytest.mark.parametrize("kind", ["page-internal", "index-internal"])
def test_page_never_scrolls_sideways(tab: Page, pages: dict[str, Path], kind: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 640})
    tab.goto(pages[kind].as_uri())
    tab.evaluate(OPEN_ALL)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tables = tab.evaluate("[...document.querySelectorAll('.table-scroll')].map(t => t.getBoundingClientRect().right)")
    assert all(right <= width for right in tables)


def test_paper_leaves_out_what_is_closed_and_cuts_no_table(tab: Page, pages: dict[str, Path]) -> None:
    tab.set_viewport_size({"width": 672, "height": 1000})  # A4 less its margins: 178 mm at 96 dots an inch
    tab.goto(pages["page-seg"].as_uri())
    tab.emulate_media(media="print")
    seen = "[...document.querySelectorAll('details table')].map(t => t.checkVisibility())"
    assert tab.evaluate(seen) == [False, False]
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert tab.evaluate(seen) == [True, True]
    assert tab.evaluate("Math.max(...[...document.querySelectorAll('table')].map(t => t.getBoundingClientRect().right))") <= 672


def test_download_gives_the_exhibits_csv(tab: Page, pages: dict[str, Path]) -> None:
    tab.goto(pages["page-seg"].as_uri())
    tab.locator("#referrals summary").click()
    with tab.expect_download() as waiting:
        tab.locator("#referrals .download a").click()
    assert waiting.value.suggested_filename == "referrals.csv"
    assert Path(waiting.value.path()).read_text() == CSV


def test_keyboard_reaches_the_skip_link_first_and_focus_is_seen(tab: Page, pages: dict[str, Path]) -> None:
    tab.goto(pages["page-seg"].as_uri())
    tab.keyboard.press("Tab")
    skip = tab.locator(":focus")
    assert skip.inner_text() == "Skip to main content"
    assert skip.evaluate("e => e.getBoundingClientRect().left >= 0 && getComputedStyle(e).outlineWidth") == "3px"
    tab.keyboard.press("Enter")
    assert tab.locator(":focus").get_attribute("id") == "main"


def test_no_script_runs_even_if_one_came_through(tab: Page, pages: dict[str, Path], tmp_path: Path) -> None:
    html = pages["page-seg"].read_text(encoding="utf-8")
    hostile = tmp_path / "hostile.html"
    hostile.write_text(html.replace("</main>", "<script>document.title = 'ran'</script></main>"), encoding="utf-8")
    tab.goto(hostile.as_uri())
    assert tab.title().startswith("Children")
