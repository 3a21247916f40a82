"""A page of a pack as a Word document, by pandoc where it is installed: for who has to write in it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from analysis.errors import SafeguardingError

# What has a use on a screen only: how to get about the page, and downloads.
_SCREEN_ONLY = re.compile(
    r'<nav\b.*?</nav>|<a class="skip".*?</a>|<p class="(?:back|download)">.*?</p>|<style>.*?</style>|<link[^>]*>|'
    r'<span class="visually-hidden">.*?</span>',
    re.DOTALL,
)


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
    shown = _SCREEN_ONLY.sub("", html)
    done = subprocess.run(line, input=shown, env=environment, capture_output=True, encoding="utf-8", check=False)  # noqa: S603
    if done.returncode:
        raise SafeguardingError(f"pandoc could not turn {page.name} into a Word document: {' '.join(done.stderr.split())}")
    return out
