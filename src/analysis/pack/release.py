"""Releases a pack: checks its folder, has the gate check it, and enters it in the register before a reader can see it."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import Executor
from pathlib import Path

from analysis.catalogue import tables
from analysis.disclosure import gate, policy
from analysis.pack.results import MANIFEST, Contents
from analysis.store import register


def check_folder(out: Path, audience: str) -> Path:
    """Return the folder of packs if a pack for this audience may lie in it.

    A folder, with the folders of areas in it, holds packs for one audience only: `latest` leads to one of them, and exact figures
    must not lie where others look. Raises HeldBackError when the folder holds a pack for another audience.
    """
    for manifest in sorted((*out.glob(f"*/{MANIFEST}"), *out.glob(f"*/*/{MANIFEST}"))):
        if manifest.parent.is_symlink() or manifest.parents[1].resolve() in _folders_of_audiences(out):
            continue
        try:
            audience_of_pack = json.loads(manifest.read_text(encoding="utf-8"))["parameters"]["audience"]
        except (ValueError, KeyError, TypeError):
            continue  # a manifest that can't be read is replaced, or reported by `safeguarding check`
        if audience_of_pack != audience:
            rule = "internal-pack" if policy.is_exact(audience) else "other-audience"
            raise gate.HeldBackError([gate.Broken(rule, manifest.parent.name, f"a pack for {audience_of_pack}")])
    return out


def _folders_of_audiences(out: Path) -> set[Path]:
    """Return the folders below this one that belong to another audience, such as `reports/public` below `reports`."""
    own = {Path(policy.packs_folder(name)).resolve() for name in tables.read("audiences")["id"]}
    return {folder for folder in own if out.resolve() in folder.parents}


def approve(folder: Path, contents: Contents, data: Path, helpers: Executor) -> None:
    """Have the gate check a pack and enter it in the register; raises HeldBackError with every reason why it is held back.

    The pack is entered before it is put in place, so that everything a reader has seen is in the register. Exact packs are for
    the analyst alone, and are neither checked nor entered. `helpers` are the processes that look through the files.
    """
    scope = contents.scope
    if policy.is_exact(scope.audience):
        return
    cells = gate.cells(scope.unnoted_store, scope.audience)
    # By which `notes_on_unregistered_packs` knows it again, and notices a register that was shortened.
    digest = register.digest_of(cells)
    place = register.position(data, period=scope.period, audience=scope.audience, cells=digest)
    gate.hold_back(folder, data, scope.unnoted_store, helpers.map, {"cells": digest, "register": place})
    content = (folder / MANIFEST).read_bytes()
    made, pack = json.loads(content)["made"], hashlib.sha256(content).hexdigest()
    register.record(data, period=scope.period, audience=scope.audience, made=made, pack=pack, cells=cells)


def notes_on_unregistered_packs(out: Path, data: Path, audience: str) -> list[str]:
    """Return a sentence for each pack in a folder that is not in the register, or after which the register was written anew.

    `data/` is older than what readers have then, or somebody has altered it.
    """
    packs = [path for path in sorted(out.glob(f"[!.]*/{MANIFEST}")) if not path.parent.is_symlink()]
    if not packs or policy.is_exact(audience):
        return []
    registered = {
        (entry["period"], entry["audience"], entry["cells"]) for entry in register.verify(data) if entry["kind"] == "release"
    }
    registered_periods = {key[:2] for key in registered}
    sentences = []
    for path in packs:
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            if manifest["parameters"]["audience"] != audience:
                continue
            key, cells = (manifest["parameters"]["period"], audience), manifest["gate"].get("cells")
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # a manifest that can't be read is reported by `safeguarding check`
        is_registered = key in registered_periods if cells is None else (*key, cells) in registered
        place = manifest["gate"].get("register")  # of packs that were sealed
        if not is_registered or (place is not None and not register.follows(data, place)):
            sentences.append(
                f"The register doesn't know the pack {path.parent.name} that lies in {out.name}, or is another than it was then: "
                "is data/ an older back-up? "
                "What its readers have been shown isn't protected against; restore the newest one."
            )
    return sentences
