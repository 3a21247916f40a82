"""The page above the packs of a folder: each of them, the newest period first, with what matters in it."""

from __future__ import annotations

import json
from pathlib import Path

from analysis import catalogue, store
from analysis.catalogue import periods
from analysis.disclosure import gate
from analysis.files import folders
from analysis.pack.pages.page import PackEntry, PageContext, render_shelf
from analysis.pack.results import MANIFEST

_READABLE = 0o644  # by whoever reads the packs beside it


def write(out: Path, audience: str) -> None:
    """Write `index.html` into a folder of packs: what it says of each stands on that pack's own index."""
    entries = [_entry(path.parent) for path in out.glob(f"[!.]*/{MANIFEST}") if not path.parent.is_symlink()]
    known = sorted((entry for entry in entries if entry), key=lambda pair: periods.order(pair[0]), reverse=True)
    if not known:
        return
    shelf = [entry for _, entry in known]
    context = PageContext(catalogue.names()["pack"], "Every period", audience, shelf[0].made, store.version(), (), ())
    folders.write_whole(out / gate.front.INDEX, render_shelf(context, shelf).encode(), _READABLE)


def _entry(pack: Path) -> tuple[str, PackEntry] | None:
    """Return a pack's period and entry; none of a folder that holds no whole pack."""
    try:
        manifest = json.loads((pack / MANIFEST).read_text(encoding="utf-8"))
        index = (pack / gate.front.INDEX).read_text(encoding="utf-8")
        period, made = str(manifest["parameters"]["period"]), str(manifest["made"])
        return period, PackEntry(periods.label(period), f"{pack.name}/{gate.front.INDEX}", made, tuple(gate.front.matters(index)))
    except (OSError, ValueError, KeyError, TypeError):
        return None
