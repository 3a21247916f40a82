"""What an analyst sees with `dir`, `help` and Tab: public names, each with words that say what it is."""

from __future__ import annotations

import inspect
import io
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType

import pytest

import analysis
from analysis import scope


@pytest.mark.parametrize("name", dir(analysis))
def test_a_room_shows_its_public_names_only(name: str) -> None:
    room = getattr(analysis, name)
    assert dir(room) == sorted(room.__all__)
    assert room.__doc__
    for each in dir(room):
        public = getattr(room, each)
        assert not each.startswith("_") and not isinstance(public, ModuleType)
        assert not (inspect.isfunction(public) or inspect.isclass(public)) or public.__doc__


def test_help_on_scope_says_how_to_ask() -> None:
    text = io.StringIO()
    with redirect_stdout(text):
        help(scope)
    assert "Return the checked scope of a notebook's parameters" in text.getvalue()
    assert "lru_cache" not in text.getvalue() and "_as_at" not in text.getvalue()


def test_tab_on_a_scope_shows_what_it_holds(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    here = scope.scope(period="2012-13-Q4", domain="dols", areas=["Rutland"])
    assert {"measures", "everywhere", "official", "contents", "period", "areas"} <= set(dir(here))
