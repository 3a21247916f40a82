"""Scope: a notebook's parameters, checked; what is refused says what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.disclosure import DisclosureError
from analysis.errors import SafeguardingError, UnknownNameError
from analysis.raw import data_folder
from analysis.scope import scope


@pytest.fixture(autouse=True)
def _data(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))


def test_what_is_known_is_resolved() -> None:
    here = scope(period="2012/13 Q4", domain="dols", areas=["rutland", "Leicestershire", "Rutland"], audience="seg")
    assert (here.period, here.year, here.areas) == ("2012-13-Q4", "2012-13", ("E06000017", "E10000018"))
    assert here.measures["area"].drop_duplicates().tolist() == ["E06000017", "E10000018"]
    assert set(here.everywhere["area"]) > set(here.areas)
    assert scope(period="2012-13", areas='["Rutland"]').areas == ("E06000017",)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"domain": "childern"}, r"no domain 'childern': there is census, children, adults.*Did you mean"),
        ({"areas": ["Rutlnad"]}, r"No area is called 'Rutlnad': did you mean Rutland"),
        ({"areas": "Rutland"}, r"given as a list, such as \[\"Leicestershire\", \"Rutland\"\]"),
        ({"period": "2031-32"}, r"No figure is held for the period '2031-32': there are figures for .*2012-13"),
        ({"period": "soon"}, r"No period is spelled 'soon'"),
        ({"audience": "press"}, r"no audience 'press': there is internal, seg, public"),
        ({"comparators": "all"}, r"no comparator set 'all': there is report"),
    ],
)
def test_what_is_unknown_is_one_sentence_that_names_what_there_is(parameters: dict[str, object], said: str) -> None:
    with pytest.raises(UnknownNameError, match=said) as caught:
        scope(**({"period": "2012-13-Q4"} | parameters))  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_the_public_gets_nothing_that_is_not_protected() -> None:
    with pytest.raises(DisclosureError, match="small numbers in it would have to be protected first"):
        scope(period="2012-13-Q4", audience="public")


def test_without_data_the_sentence_says_where_to_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAFEGUARDING_DATA")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SafeguardingError, match="start inside the project"):
        data_folder()
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    assert data_folder() == tmp_path / "data"
