"""The examples in docstrings: each runs on plain numbers or on the shipped figures, and every public function has one."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOMS = ("scope", "measures", "analyses", "exhibits", "statistics")
# Whose public functions all have one.
EXPLAINED = ("scope", "measures", "analyses", "statistics")


def modules_of(room: str) -> list[ModuleType]:
    package = importlib.import_module(f"analysis.{room}")
    names = [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    return [package, *map(importlib.import_module, names)]


MODULES = {module.__name__: module for room in ROOMS for module in modules_of(room)}


def public_functions() -> Iterator[tuple[str, object]]:
    """What a room or one of its packages lists in `__all__`; of a module beside them, its functions without an underscore."""
    for room in EXPLAINED:
        for module in modules_of(room):
            facade = hasattr(module, "__path__")
            # Inside a package that lists its names nothing else is public.
            if not facade and hasattr(importlib.import_module(module.__name__.rpartition(".")[0]), "__all__"):
                continue
            names = getattr(module, "__all__", [name for name in vars(module) if not name.startswith("_")])
            for name in names:
                function = getattr(module, name)
                # A function whose answers are kept is wrapped.
                plain = inspect.unwrap(function) if callable(function) else function
                if inspect.isfunction(plain) and (facade or plain.__module__ == module.__name__):
                    yield f"{module.__name__}.{name}", plain


def with_example(function: object) -> bool:
    return ">>> " in (inspect.getdoc(function) or "")


def test_every_public_function_has_an_example() -> None:
    functions = dict(public_functions())
    assert len(functions) > 60
    assert [name for name, function in functions.items() if not with_example(function)] == []


def test_a_function_without_an_example_is_noticed() -> None:
    def bare() -> None:
        """Return nothing."""

    assert not with_example(bare)
    assert not with_example(lambda: None)


@pytest.mark.parametrize(
    "name", sorted(name for name, module in MODULES.items() if ">>> " in Path(str(module.__file__)).read_text(encoding="utf-8"))
)
def test_the_examples_run(name: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    wrong: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for test in doctest.DocTestFinder().find(MODULES[name]):
        runner.run(test, out=wrong.append)
    assert runner.tries
    assert "".join(wrong) == ""
