"""The sign-off of a pack: a role is entered once in the manifest, on the index and in the register, and the gate checks again."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from analysis.disclosure import gate
from analysis.errors import SafeguardingError
from analysis.files import folders, locks
from analysis.pack.pages.front_page import Front
from analysis.pack.results import MANIFEST
from analysis.store import register

_MAX_LETTERS = 80  # letters of a role
# Letters and the signs of a title such as "Chair, Children's Board (Leicestershire & Rutland)": no address and no number.
_ROLE = re.compile(r"[^\W\d_][^\W\d_ ,'’()&/.-]*(?:[ ,'’()&/.-]+[^\W\d_]*)*")
_TITLE_OF_PERSON = re.compile(r"\b(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|lord|lady|cllr|rev)\b\.?", re.IGNORECASE)


def sign_off(data: Path, folder: Path, role: str) -> str:
    """Enter that a role has signed a pack off, and return the new line of its index.

    The gate checks the pack before and after the entry; the register is written before readers see the signed pack. Raises
    HeldBackError for a pack that the gate holds back, and SafeguardingError for a role that names a person or has signed already.
    """
    folder, role = folder.resolve(), " ".join(role.split())
    check_role(role)
    with locks.holding(folder.parent / ".run"):
        folders.recover(folder)
        violations = gate.check(folder, data)
        if violations:
            raise gate.HeldBackError(violations)
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if "signed_off" not in manifest:
            raise SafeguardingError(
                "An earlier version has made this pack: make it anew with `safeguarding run`, then sign it off."
            )
        for earlier in manifest["signed_off"]:
            if earlier["role"].casefold() == role.casefold():
                raise SafeguardingError(f"{earlier['role']} has signed this pack off already, on {earlier['on']}.")
        entry = {"role": role, "on": f"{datetime.now(UTC):%d %B %Y}".lstrip("0")}
        with folders.replacing(folder) as new:
            shutil.copytree(folder, new, dirs_exist_ok=True)
            _write_entry(new, manifest, entry)
            gate.hold_back(new, data)
            digest = hashlib.sha256((new / MANIFEST).read_bytes()).hexdigest()
            period, audience = (manifest["parameters"][name] for name in ("period", "audience"))
            register.sign_off(data, period=period, audience=audience, pack=digest, **entry)
    return gate.front.signed_lines({"signed_off": [entry]})[0]


def check_role(role: str) -> None:
    """Raise SafeguardingError for a role that is empty, too long, or has a number, an address or the title of a person in it."""
    if not role or len(role) > _MAX_LETTERS:
        raise SafeguardingError(f"A role has 1 to {_MAX_LETTERS} letters, such as Independent Chair.")
    if not _ROLE.fullmatch(role) or _TITLE_OF_PERSON.search(role):
        raise SafeguardingError("A role names no person, number or address: write the office, such as Independent Chair.")


def front_from_manifest(manifest: Mapping[str, Any], pages: Collection[str]) -> Front:
    """Return the sign-offs and corrections of a manifest as the index shows them, with links to those pages that exist."""
    days = []
    for day in manifest["corrections"]:
        heading, *_ = gate.front.corrected_lines({"corrections": [day]})
        figures = day["figures"][: gate.front.MOST]
        rows = ((gate.front.sentence(figure), figure["page"] if figure["page"] in pages else "") for figure in figures)
        days.append((heading, tuple(rows)))
    return Front(tuple(gate.front.signed_lines(manifest)), tuple(days))


def _write_entry(folder: Path, manifest: dict[str, Any], entry: dict[str, str]) -> None:
    """Write the entry into the manifest of a folder and onto its index, at the one place that says who has signed."""
    before = _signed_lines(manifest)
    manifest["signed_off"] = [*manifest["signed_off"], entry]
    index = folder / gate.front.INDEX
    html = index.read_text(encoding="utf-8")
    if html.count(before) != 1:
        raise SafeguardingError("The index has no place for a sign-off: make the pack anew with `safeguarding run`.")
    index.write_text(html.replace(before, _signed_lines(manifest)), encoding="utf-8", newline="\n")
    manifest["files"][gate.front.INDEX] = hashlib.sha256(index.read_bytes()).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _signed_lines(manifest: Mapping[str, Any]) -> str:
    """Return the lines of the index that say who has signed, as they stand there."""
    return "".join(f'<p class="{gate.front.SIGNED}">{escape(line)}</p>\n' for line in gate.front.signed_lines(manifest))
