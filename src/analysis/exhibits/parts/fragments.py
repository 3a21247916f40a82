"""HTML of exhibits, made by the macros that lie beside the style sheet."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

FOLDER = Path(__file__).with_name("macros")


def fragment(macro: str, *arguments: object) -> Markup:
    """Return what a macro of `exhibit.html.j2` makes of these: HTML in which everything from outside is escaped."""
    made: Markup = getattr(_MACROS, macro)(*arguments)
    return made


def _read(name: str) -> str:
    """Return a template without the breaks and indents that it has for who reads it: none reaches a page."""
    return "".join(line.strip() for line in (FOLDER / name).read_text(encoding="utf-8").splitlines())


_ENVIRONMENT = Environment(autoescape=True, undefined=StrictUndefined, loader=FunctionLoader(_read))
# Read when this is imported, and not when the first exhibit is shown: the kernels of a run are forked from a process that has it.
_MACROS = _ENVIRONMENT.get_template("exhibit.html.j2").module
