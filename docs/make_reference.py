"""Write `docs/reference.md`: what an analyst can import, each name with its signature and the first lines of its docstring.

`python docs/make_reference.py` writes the page anew; a test holds it current.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import analysis

PAGE = Path(__file__).with_name("reference.md")
HEAD = """# Reference

What an analyst can import, made from the docstrings by `python docs/make_reference.py`. `help(name)` in Python shows all of it,
with what it raises, the source of its method and an example.
"""


def page() -> str:
    """Return the page: a section for each name of `analysis`, in the order of the alphabet."""
    return "\n".join([HEAD, *(_section(name, getattr(analysis, name)) for name in dir(analysis))])


def _section(name: str, module: ModuleType) -> str:
    public = [(each, getattr(module, each)) for each in getattr(module, "__all__", _own(module))]
    entries = [_entry(each, value) for each, value in public if inspect.isroutine(value) or inspect.isclass(value)]
    return f"## {name}\n\n{_first(module)}\n\n" + "".join(entries)


def _own(module: ModuleType) -> list[str]:
    defined = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    return [name for name, value in defined.items() if getattr(value, "__module__", "") == module.__name__]


def _entry(name: str, value: object) -> str:
    kind = "class " if inspect.isclass(value) else ""
    arguments = "" if inspect.isclass(value) or not callable(value) else _arguments(value)
    return f"- **{kind}`{name}{arguments}`** {_first(value)}\n"


def _arguments(function: Callable[..., object]) -> str:
    """Return the names of the arguments with what they are when they aren't given."""
    signature = inspect.signature(function)
    plain = [each.replace(annotation=inspect.Parameter.empty) for each in signature.parameters.values()]
    return str(signature.replace(parameters=plain, return_annotation=inspect.Signature.empty))


def _first(value: object) -> str:
    return " ".join((inspect.getdoc(value) or "").partition("\n\n")[0].split())


if __name__ == "__main__":
    if sys.argv[1:] == ["--print"]:
        sys.stdout.write(page())
    else:
        PAGE.write_text(page(), encoding="utf-8", newline="\n")
