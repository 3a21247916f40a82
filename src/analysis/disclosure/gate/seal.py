"""The seal of a pack: a keyed digest over its whole manifest, which only who has the data folder's key can make.

The sums beside it are anybody's to make: they show what was changed by mistake, and are all that a reader's machine can verify.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis import store
from analysis.disclosure.gate.rules import Broken, rules
from analysis.store import identity

MANIFEST = "manifest.json"
ENTRY, SEAL = "gate", "seal"
_REGISTERED = ("cells", "register")  # the digest of the release's cells, and where the register stood before it
_VERSION = re.compile(r"[\w.+-]{1,60}")
_LABEL = "the manifest of a pack\n"  # what is digested elsewhere by this key begins with other words


def entry(manifest: Mapping[str, Any], data: Path, registered: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the entry of the gate in a manifest: the rules that it kept, its sums, and the seal over all of it.

    `registered` is what the register holds of the release (`_REGISTERED`); without it what the manifest has already is kept.
    """
    earlier = {name: value for name, value in manifest.get(ENTRY, {}).items() if name in _REGISTERED}
    sealed = {"rules": list(rules()), "version": store.version(), **_sums(manifest), **(registered or earlier)}
    return sealed | {SEAL: identity.digest(data, _text(dict(manifest) | {ENTRY: sealed}))}


def broken(manifest: Mapping[str, Any], data: Path) -> Iterator[Broken]:
    """Yield what shows that a manifest is not the one that was signed off; its seal where the key is there to tell.

    A pack of a version that sealed none is named with its version: its files are verified, its manifest can't be.
    """
    own = manifest.get(ENTRY)
    own = own if isinstance(own, Mapping) else {}
    # Version 0.1 signed the files alone, and had nothing else in its manifest that is read as the word of the Board.
    whole = "record" in own or "signed_off" in manifest or "corrections" in manifest
    if any(own.get(name) != value for name, value in _sums(manifest).items() if name == "files" or whole):
        yield Broken("not-signed", MANIFEST, "the entry of the gate")
    if not identity.keys(data):
        return
    if SEAL not in own:
        made = str(manifest.get("version", ""))
        by = f"version {made}" if _VERSION.fullmatch(made) else "a version that it doesn't name"
        yield Broken("not-sealed", MANIFEST, f"made by {by}, without a seal: its files are verified, its manifest can't be")
    elif not identity.is_digest(data, _unsealed(manifest), str(own[SEAL])):
        yield Broken("broken-seal", MANIFEST, "the seal")


def unverified(data: Path) -> list[str]:
    """Return a sentence for what can't be verified here, for lack of the key; none where it can.

    >>> import tempfile
    >>> unverified(Path(tempfile.mkdtemp()))[0][:37]
    'The seal of the pack is not verified:'
    """
    if identity.keys(data):
        return []
    return [
        f"The seal of the pack is not verified: its key, {identity.FILE} in the data folder, isn't here. "
        "Everything else was looked through."
    ]


def _sums(manifest: Mapping[str, Any]) -> dict[str, str]:
    record = {name: value for name, value in manifest.items() if name != ENTRY}
    return {"files": _sum(manifest.get("files", {})), "record": _sum(record)}


def _unsealed(manifest: Mapping[str, Any]) -> str:
    own = {name: value for name, value in manifest[ENTRY].items() if name != SEAL}
    return _text(dict(manifest) | {ENTRY: own})


def _text(manifest: Mapping[str, Any]) -> str:
    return _LABEL + json.dumps(manifest, sort_keys=True, ensure_ascii=True)


def _sum(record: object) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
