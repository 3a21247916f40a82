"""What an executed notebook of a pack may hold: text, code, and the exhibits that its page shows; no trace of the machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from analysis.gate import words
from analysis.gate.rules import Broken

_METADATA = frozenset(("kernelspec", "language_info", "tags", "nbformat", "orig_nbformat", "title"))
_CELL = frozenset(("tags", "trusted", "editable", "slideshow", "jupyter"))
_OUTPUT = frozenset(("text/html", "text/markdown", "text/plain"))


def look(file: str, content: bytes) -> tuple[list[Broken], list[str]]:
    """Return the rules that an executed notebook breaks, and the HTML of its outputs in order."""
    try:
        notebook = json.loads(content)
        broken = list(_look(file, notebook))
        outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
        return broken, [_text(output["data"]["text/html"]) for output in outputs if "text/html" in output.get("data", {})]
    except (ValueError, KeyError, TypeError, AttributeError):
        return [Broken("unreadable", file, "the notebook")], []


def _look(file: str, notebook: dict[str, Any]) -> Iterator[Broken]:
    if set(notebook["metadata"]) - _METADATA:
        yield Broken("notebook-metadata", file, "the notebook's metadata")
    yield from words.look(file, "the notebook's metadata", json.dumps(notebook["metadata"]))
    for number, cell in enumerate(notebook["cells"], start=1):
        place = f"cell {number}"
        if set(cell.get("metadata", {})) - _CELL or cell.get("attachments"):
            yield Broken("notebook-metadata", file, place)
        yield from words.look(file, place, _text(cell["source"]))
        for output in cell.get("outputs", []):
            if output["output_type"] not in ("display_data", "execute_result") or set(output["data"]) - _OUTPUT:
                yield Broken("notebook-output", file, place)
            if output.get("metadata"):
                yield Broken("notebook-metadata", file, f"{place}, an output")
            for text in output.get("data", {}).values():
                yield from words.look(file, f"{place}, an output", _text(text))


def _text(held: str | list[str]) -> str:
    return held if isinstance(held, str) else "".join(held)
