"""A page of a pack as a Word document, by pandoc where it is installed: for who has to write in it."""

from __future__ import annotations

import os
import shutil
import subprocess
from html.parser import HTMLParser
from itertools import accumulate
from pathlib import Path

from analysis.errors import SafeguardingError

# What has a use on a screen only, by its name, or its name and class: how to get about the page, and downloads.
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


class _Screen(HTMLParser):
    """Finds the elements that have a use on a screen only: `found` has where each begins and ends."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, int]] = []
        self._html = html
        self._lines = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]
        self._within, self._from, self._open = "", 0, 0  # the element, where it begins, how many of its name are open

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._within and tag == "link":
            self.found.append((self._here(), self._here() + len(self.get_starttag_text() or "")))
        if not self._within and _SCREEN_ONLY & {tag, f"{tag}.{dict(attrs).get('class')}"}:
            self._within, self._from = tag, self._here()
        self._open += tag == self._within

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        self._open -= tag == self._within
        if self._within and not self._open:
            self.found.append((self._from, self._html.index(">", self._here()) + 1))
            self._within = ""


def _on_paper(html: str) -> str:
    """Return the page without what has a use on a screen only."""
    reader = _Screen(html)
    reader.feed(html)
    reader.close()
    ends = [0, *(end for _, end in reader.found)]
    begins = [*(begin for begin, _ in reader.found), len(html)]
    return "".join(html[end:begin] for end, begin in zip(ends, begins, strict=True))
