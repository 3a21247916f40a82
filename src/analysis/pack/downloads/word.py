"""A page of a pack as a Word document, by pandoc where it is installed: for who has to write in it."""

from __future__ import annotations

import os
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

from analysis.errors import SafeguardingError

# What has a use on a screen only: how to get about the page, and downloads. An element by its name, or by its name and class.
_SCREEN_ONLY = frozenset(("nav", "style", "a.skip", "p.back", "p.download", "span.visually-hidden"))


def write_word(page: Path, out: Path) -> Path:
    """Write the page as a Word document to `out` and return it; the same page gives the same bytes.

    Raises SafeguardingError, in one sentence, where pandoc is not installed, the page can't be read or pandoc refuses it.
    """
    pandoc = shutil.which("pandoc")
    if pandoc is None:
        raise SafeguardingError("A Word document needs pandoc, which is not installed here; the HTML page holds the same.")
    try:
        html = page.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise SafeguardingError(f"{page.name} is no page of a pack: it is not UTF-8 text.") from None
    if 'class="provenance"' not in html:
        raise SafeguardingError(f"{page.name} is no page of a pack.")
    line = [pandoc, "--from", "html", "--to", "docx", "--quiet", "--output", str(out)]
    # pandoc writes the time of this variable into the document, and of its making otherwise.
    environment = os.environ | {"SOURCE_DATE_EPOCH": "315532800"}
    shown = _on_paper(html)
    done = subprocess.run(line, input=shown, env=environment, capture_output=True, encoding="utf-8", check=False)  # noqa: S603
    if done.returncode:
        raise SafeguardingError(f"pandoc could not turn {page.name} into a Word document: {' '.join(done.stderr.split())}")
    return out


class _Paper(HTMLParser):
    """Collects a page as it is written, but for the elements that have a use on a screen only."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.kept: list[str] = []
        self._within = ""  # the element that is being left out
        self._depth = 0  # how many of its name are open

    def _keep(self, text: str | None) -> None:
        if not self._within and text:
            self.kept.append(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._within and _SCREEN_ONLY & {tag, f"{tag}.{dict(attrs).get('class')}"}:
            self._within = tag
        self._depth += tag == self._within
        self._keep(self.get_starttag_text() if tag != "link" else "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._keep(self.get_starttag_text())

    def handle_endtag(self, tag: str) -> None:
        self._keep(f"</{tag}>")
        self._depth -= tag == self._within
        self._within = self._within if self._depth else ""

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._keep(f"<!{decl}>")


def _on_paper(html: str) -> str:
    reader = _Paper()
    reader.feed(html)
    reader.close()
    return "".join(reader.kept)
