"""Releasing a pack: the right folder for its audience, the gate, and the register, before a reader can see it."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import Executor
from pathlib import Path

from analysis.catalogue import tables
from analysis.disclosure import gate, policy
from analysis.pack.results import MANIFEST, Contents
from analysis.store import register


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
            rule = "internal-pack" if policy.is_exact(audience) else "other-audience"
            raise gate.HeldBackError([gate.Broken(rule, manifest.parent.name, f"a pack for {other}")])
    return out


def _folders_of_audiences(out: Path) -> set[Path]:
    """Return the folders below this one that another audience has for its own, such as `reports/public` below `reports`."""
    own = {Path(policy.packs_folder(name)).resolve() for name in tables.read("audiences")["id"]}
    return {folder for folder in own if out.resolve() in folder.parents}


def approve(folder: Path, made: Contents, data: Path, helped: Executor) -> None:
    """Let the gate sign the pack off and enter it in the register; raises HeldBackError with every reason why not.

    It is entered before it is put in place: what a reader has seen is in the register in any case. Exact packs are for nobody but
    the analyst, and are neither gated nor entered. `helped` looks through the files.
    """
    asked = made.asked
    if policy.is_exact(asked.audience):
        return
    gate.hold_back(folder, data, asked.unnoted_store, helped.map)
    cells = gate.cells(asked.unnoted_store, asked.audience)
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["gate"]["cells"] = register.digest_of(cells)  # by which `unregistered` knows it again
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    register.record(data, period=asked.period, audience=asked.audience, made=manifest["made"], pack=digest, cells=cells)


def unregistered(out: Path, data: Path, audience: str) -> list[str]:
    """Return a sentence for each pack in a folder that the register doesn't know: `data/` is older than what readers have."""
    packs = [path for path in sorted(out.glob(f"[!.]*/{MANIFEST}")) if not path.parent.is_symlink()]
    if not packs or policy.is_exact(audience):
        return []
    known = {(line["period"], line["audience"], line["cells"]) for line in register.verify(data) if line["kind"] == "release"}
    shown = {key[:2] for key in known}
    said = []
    for path in packs:
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            key, cells = (manifest["parameters"]["period"], audience), manifest["gate"].get("cells")
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # what can't be read is looked at by `safeguarding check`
        entered = key in shown if cells is None else (*key, cells) in known
        if not entered:
            said.append(
                f"The register doesn't know the pack {path.parent.name} that lies in {out.name}: is data/ an older back-up? "
                "What its readers have been shown isn't protected against; restore the newest one."
            )
    return said
