"""Releasing a pack: the right folder for its audience, the gate, and the register, before a reader can see it."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import Executor
from pathlib import Path

from analysis import disclosure, gate, register, tables
from analysis.pack.made import MANIFEST, Contents


def check_place(out: Path, audience: str) -> Path:
    """Return the folder of packs if a pack for this audience may lie in it.

    One folder holds packs of one audience, itself or in folders of areas: `latest` leads to one of them, and exact figures never
    lie where others look. Raises HeldBackError where it holds a pack of another audience.
    """
    for manifest in sorted((*out.glob(f"*/{MANIFEST}"), *out.glob(f"*/*/{MANIFEST}"))):
        if manifest.parent.is_symlink() or manifest.parents[1].resolve() in _folders_of_audiences(out):
            continue
        try:
            other = json.loads(manifest.read_text(encoding="utf-8"))["parameters"]["audience"]
        except (ValueError, KeyError, TypeError):
            continue  # what can't be read is replaced, or looked at by `safeguarding check`
        if other != audience:
            rule = "internal-pack" if disclosure.is_exact(audience) else "other-audience"
            raise gate.HeldBackError([gate.Broken(rule, manifest.parent.name, f"a pack for {other}")])
    return out


def _folders_of_audiences(out: Path) -> set[Path]:
    """Return the folders below this one that another audience has for its own, such as `reports/public` below `reports`."""
    own = {Path(disclosure.packs_folder(name)).resolve() for name in tables.read("audiences")["id"]}
    return {folder for folder in own if out.resolve() in folder.parents}


def approve(folder: Path, made: Contents, data: Path, helped: Executor) -> None:
    """Let the gate sign the pack off and enter it in the register; raises HeldBackError with every reason why not.

    It is entered before it is put in place: what a reader has seen is in the register in any case. Exact packs are for nobody but
    the analyst, and are neither gated nor entered. `helped` looks through the files.
    """
    asked = made.asked
    if disclosure.is_exact(asked.audience):
        return
    gate.hold_back(folder, data, asked.held, helped.map)
    manifest = (folder / MANIFEST).read_bytes()
    stamp = json.loads(manifest)["made"]
    digest = hashlib.sha256(manifest).hexdigest()
    cells = gate.cells(asked.held, asked.audience)
    register.record(data, period=asked.period, audience=asked.audience, made=stamp, pack=digest, cells=cells)
