"""The page above the packs: each pack that is there, the newest first, with what its own index says matters."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

import pytest
from html_outline import outline

from analysis.disclosure.gate import front
from analysis.pack.pages import shelf

INDEX = """<!DOCTYPE html><div class="matters"><ol>
<li><p class="figure">{figure}</p><div class="what"><h3><a href="children.html">{heading}</a></h3><p>More.</p></div></li>
<li><p class="figure">57% → 97%</p><div class="what"><h3>Core assessments rose</h3><p>1 in 100</p></div></li></ol></div>
<h3>Not a matter</h3>"""


def pack(out: Path, period: str, figure: str = "23 or 35", heading: str = "Plans in force in Rutland") -> Path:
    folder = out / period
    folder.mkdir(parents=True)
    manifest = {"made": f"2 May 2014, {period}", "parameters": {"period": period, "audience": "seg"}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "index.html").write_text(INDEX.format(figure=figure, heading=heading))
    return folder


def test_packs_stand_newest_first_with_what_matters(tmp_path: Path) -> None:
    for period in ("2012-13-Q4", "2013-14-Q2", "2013-14-Q1"):
        pack(tmp_path, period)
    (tmp_path / "latest").symlink_to(tmp_path / "2013-14-Q2")
    (tmp_path / ".earlier").mkdir()
    shelf.write(tmp_path, "seg")
    html = (tmp_path / "index.html").read_text(encoding="utf-8")
    found = [href for href in outline(html).values("href") if href.endswith("/index.html")]
    assert found == ["2013-14-Q2/index.html", "2013-14-Q1/index.html", "2012-13-Q4/index.html"]
    assert (
        html.count("<li>Plans in force in Rutland: 23 or 35</li>") == 3
        and html.count("<li>Core assessments rose: 57% → 97%</li>") == 3
    )
    assert "Restricted circulation" in html and "Not a matter" not in html


@pytest.mark.parametrize("file", ["manifest.json", "index.html"])
def test_what_is_no_whole_pack_is_left_out(tmp_path: Path, file: str) -> None:
    pack(tmp_path, "2012-13-Q4")
    (pack(tmp_path, "2013-14-Q1") / file).unlink()
    shelf.write(tmp_path, "seg")
    assert "2013-14-Q1" not in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_folder_without_packs_has_no_page(tmp_path: Path) -> None:
    shelf.write(tmp_path, "seg")
    assert list(tmp_path.iterdir()) == []


def test_what_a_pack_says_is_text(tmp_path: Path) -> None:
    said = "<b onclick=x>&amp;"
    assert front.matters(INDEX.format(figure=escape(said), heading="A")) == [f"A: {said}", "Core assessments rose: 57% → 97%"]
    pack(tmp_path, "2012-13-Q4", figure=escape(said))
    shelf.write(tmp_path, "seg")
    assert escape(said) in (tmp_path / "index.html").read_text(encoding="utf-8")
