"""The seal of packs and of the register: with the key, without it, with another one, and of versions that sealed nothing."""

from __future__ import annotations

import doctest
import hashlib
import importlib
import json
import secrets
import shutil
from pathlib import Path
from typing import Any

import made_pack
import pandas as pd
import pytest
from made_pack import PAGE
from test_gate import HEAD

from analysis import exhibits, store
from analysis.catalogue import tables
from analysis.disclosure import gate
from analysis.disclosure.audit.pages import Shown
from analysis.disclosure.gate import forbidden_text, markup, shown_figures, untraced, visible_text
from analysis.errors import DataError, SafeguardingError
from analysis.exhibits.parts.exhibit import Exhibit
from analysis.pack import release
from analysis.scope import Scope, scope
from analysis.store import identity, register

CELLS = pd.DataFrame(
    [("contacts", "E06000017", "2012-13", "all", 40.0, 40.0, 40.0)],
    columns=["series", "area", "period", "category", "value", "low", "high"],
)


@pytest.fixture(scope="module")
def here(data: Path) -> Scope:
    return made_pack.children(data)


@pytest.fixture(scope="module")
def finished(here: Scope, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_pack.make(tmp_path_factory.mktemp("finished") / "pack", here, data)


@pytest.fixture
def own(data: Path, tmp_path: Path) -> Path:
    """A data folder with a key of its own to lose: the figures and the key of the shared one."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("processed", "raw"):
        (folder / name).symlink_to(data / name)
    shutil.copy(data / identity.FILE, folder / identity.FILE)
    return folder


def rules(folder: Path, data: Path, here: Scope) -> set[str]:
    return {each.rule for each in gate.check(folder, data, here.unnoted_store)}


def changed(folder: Path, into: Path, **entries: Any) -> Path:
    """The pack with other entries in its manifest, whose sums are made again."""
    pack = Path(shutil.copytree(folder, into))
    manifest = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))
    entry = manifest.pop("gate")
    manifest |= entries
    entry["record"] = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
    (pack / "manifest.json").write_text(json.dumps(manifest | {"gate": entry}), encoding="utf-8")
    return pack


# The key of a pack


def test_the_seal_is_over_every_entry_of_the_manifest(finished: Path, own: Path, here: Scope, tmp_path: Path) -> None:
    assert rules(finished, own, here) == set()
    assert rules(changed(finished, tmp_path / "pack", own_figures=False), own, here) == {"broken-seal"}


def test_without_the_key_all_but_the_seal_is_verified_and_that_is_said(
    finished: Path, own: Path, here: Scope, tmp_path: Path
) -> None:
    (own / identity.FILE).unlink()
    assert rules(finished, own, here) == set()
    assert not (own / identity.FILE).exists()  # looking makes none
    (said,) = gate.unverified(own)
    assert said.startswith("The seal of the pack is not verified: its key, .identity in the data folder, isn't here.")
    assert rules(changed(finished, tmp_path / "pack", note="3"), own, here) == {"manifest-entry"}


def test_a_key_that_was_replaced_still_tells_what_it_sealed(finished: Path, own: Path, here: Scope) -> None:
    old = (own / identity.FILE).read_text(encoding="ascii")
    (own / identity.FILE).write_text(f"{secrets.token_hex(32)}\n", encoding="ascii")
    assert rules(finished, own, here) == {"broken-seal"}
    (own / identity.FILE).write_text(f"{secrets.token_hex(32)}\n{old}\n", encoding="ascii")
    assert rules(finished, own, here) == set()
    assert gate.unverified(own) == []


def test_a_pack_of_a_version_that_sealed_none_is_named_with_its_version(
    finished: Path, own: Path, here: Scope, tmp_path: Path
) -> None:
    pack = Path(shutil.copytree(finished, tmp_path / "pack"))
    manifest = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))
    manifest["gate"].pop("seal")
    (pack / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (broken,) = gate.check(pack, own, here.unnoted_store)
    assert broken.rule == "not-sealed"
    assert f"made by version {store.version()}, without a seal: its files are verified, its manifest can't be" in str(broken)
    (own / identity.FILE).unlink()
    assert rules(pack, own, here) == set()


def test_a_pack_for_the_analyst_never_passes(finished: Path, own: Path, here: Scope, tmp_path: Path) -> None:
    pack = changed(finished, tmp_path / "pack", parameters={"period": here.period, "audience": "internal"})
    assert {"internal-pack", "manifest-differs", "broken-seal"} <= rules(pack, own, here)


# The register


def entered(data: Path, count: int = 1) -> list[Path]:
    made = [
        register.record(data, period="2012-13-Q4", audience=audience, made="m", pack="p", cells=CELLS.assign(value=40.0 + number))
        for number in range(count)
        for audience in ("seg",)
    ]
    return [path for path in made if path is not None]


def sealed_pack(out: Path, data: Path, **place: Any) -> Path:
    manifest = {
        "parameters": {"period": "2012-13-Q4", "audience": "seg"},
        "gate": {"cells": register.digest_of(CELLS), "register": place},
    }
    (out / "2012-13-Q4").mkdir(parents=True)
    (out / "2012-13-Q4" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return out


def test_a_register_chained_anew_without_the_key_is_not_believed(tmp_path: Path) -> None:
    (file,) = entered(tmp_path)
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    lines[1]["value"] = 3.0
    last = "0" * 64
    for line in lines:
        line.pop("hash")
        last = hashlib.sha256((last + json.dumps(line, sort_keys=True, ensure_ascii=False)).encode()).hexdigest()
        line["hash"] = last
    file.write_text("".join(json.dumps(line, sort_keys=True) + "\n" for line in lines), encoding="utf-8")
    with pytest.raises(DataError, match="sealed by another key, or written anew"):
        register.verify(tmp_path)


def test_a_lost_key_is_replaced_with_a_reason_and_the_register_goes_on(tmp_path: Path) -> None:
    entered(tmp_path)
    (tmp_path / identity.FILE).unlink()
    assert len(register.verify(tmp_path)) == 3  # without a key the chain alone is verified
    (tmp_path / identity.FILE).write_text(secrets.token_hex(32), encoding="ascii")
    with pytest.raises(DataError, match=r"restore \.identity from a back-up"):
        register.verify(tmp_path)
    with pytest.raises(SafeguardingError, match="Say why"):
        register.reseal(tmp_path, " ")
    register.reseal(tmp_path, "the disk was lost")
    assert register.verify(tmp_path)[-2]["reason"] == "the disk was lost"
    assert len(register.known(tmp_path, "seg")) == 1


@pytest.mark.parametrize("how", ["missing", "shortened", "written anew", "written anew without seals"])
def test_packs_tell_what_the_register_lacks(how: str, tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "reports"
    data.mkdir()
    _, last = entered(data, 2)
    cells = register.digest_of(CELLS)
    place = register.position(data, period="2012-13-Q4", audience="seg", cells="another")
    assert place["files"] == 2 and register.follows(data, place)
    assert register.position(data, period="2012-13-Q4", audience="seg", cells=cells)["files"] == 2
    sealed_pack(out, data, **place)
    assert release.notes_on_unregistered_packs(out, data, "seg") == []
    if how == "missing":
        shutil.rmtree(data / register.FOLDER)
    elif how == "shortened":
        last.unlink()
    else:
        shutil.rmtree(data / register.FOLDER)
        for number in (0, 7):
            register.record(
                data, period="2012-13-Q4", audience="seg", made="n", pack="q", cells=CELLS.assign(value=40.0 + number)
            )
        register.record(data, period="2012-13-Q4", audience="seg", made="n", pack="q", cells=CELLS)
    (said,) = release.notes_on_unregistered_packs(out, data, "seg")
    assert said.startswith("The register doesn't know the pack 2012-13-Q4")


def test_a_release_that_is_made_again_has_the_same_place(tmp_path: Path) -> None:
    cells = register.digest_of(CELLS)
    before = register.position(tmp_path, period="2012-13-Q4", audience="seg", cells=cells)
    entered(tmp_path)
    assert register.position(tmp_path, period="2012-13-Q4", audience="seg", cells=cells) == before
    assert before["files"] == 0 and not register.follows(tmp_path, {"files": 9, "digest": ""})
    assert not register.follows(tmp_path, None)


# What can't be recognised


def test_a_table_of_exact_figures_is_no_page_for_readers(here: Scope, data: Path, tmp_path: Path) -> None:
    """Built by whoever goes round the door: a scope made by hand, of the exact figures, with headings of one's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFEGUARDING_DATA", str(data))
        exact = scope(period="2012-13-Q4", domain="children", areas=["Rutland"], audience="internal")
    rows = exact.measures[exact.measures["category"] == "all"].head(4)
    for frame in (
        rows[["title", "area_name", "period", "value"]].rename(columns={"value": "children"}),
        rows[["title", "value"]].rename(columns={"title": "what", "value": "how many"}),
    ):
        shown = exhibits.table(frame.reset_index(drop=True), headline="A table of my own", source=exact)
        assert isinstance(shown, Exhibit)
        folder = tmp_path / str(len(frame.columns))
        with pytest.raises(gate.HeldBackError, match="untraced-figure"):
            made_pack.make(folder, here, data, [shown])


def test_a_column_that_is_declared_needs_no_figure_and_every_other_does() -> None:
    shown = Shown("own-a", columns=["Verdict", "Number of authorities", "Number"], rows=[["Usual", "4", "4"]])
    (broken,) = untraced.within("a.html", [shown])
    assert (broken.rule, broken.place) == ("untraced-figure", "exhibit 'own-a', column 3")
    shown.rows = [["Usual", "4", "[c]"], ["Usual", "", ""]]
    assert list(untraced.within("a.html", [shown])) == []
    shown.rows = [["Usual", "4", "[c]", "3"]]
    assert [each.rule for each in untraced.within("a.html", [shown])] == ["untraced-figure"]


def test_an_analyst_declares_a_column_of_their_own_with_a_reason(own: Path) -> None:
    shown = Shown("own-a", columns=["Verdict", "Chairs"], rows=[["Usual", "4"]])
    assert [each.rule for each in untraced.within("a.html", [shown])] == ["untraced-figure"]
    (own / "tables").mkdir()
    row = "column,kind,reason\nChairs,nobody,It counts chairs.\n"
    (own / "tables" / "own_columns.csv").write_text(row, encoding="utf-8")
    tables.use(own)
    try:
        assert list(untraced.within("a.html", [shown])) == []
        shown.identity = "quarter-contacts"  # a table of the package is not an analyst's to speak of
        assert [each.rule for each in untraced.within("a.html", [shown])] == ["untraced-figure"]
    finally:
        tables.use(None)


def test_the_share_of_a_part_is_known_by_its_label_in_small_letters(here: Scope) -> None:
    """ "Rutland, aged 85 and over" once was read as all ages, and none of its figures was held against anything."""
    from analysis.disclosure.audit.cells import cells_of_row

    shown = Shown("x", caption="Referrals received by age group, share, 2012/13", columns=["Area and category", "Percentage"])
    (cell,) = cells_of_row(shown, ["Rutland, aged 85 and over", "42.9"])
    assert (cell.category, cell.area) == ("85_and_over", "E06000017")


@pytest.mark.parametrize(
    "text",
    [
        "Plans in force fell from 943 to 476, 5,919 contacts",
        "2009/10 2010/11 2011/12 2012/13",
        "1,341 of 12,300 in 2012-13, 0.5%",
        "Source: Figure 3 row 54, column 6 + Figure 3 row 55",
        "E10000018 and E06000017",
        "0 1 2 3 4 5 6 7 8 9",
        "looked at by 12 at most",
        "Section 47 (Children Act 1989)",
    ],
)
def test_figures_of_a_report_are_no_numbers_of_persons(text: str) -> None:
    assert forbidden_text.look("a.html", "x", text) == []
    assert forbidden_text.look_at_page("a.html", f"<p>{text}</p>") == []


def test_a_page_is_read_without_its_tags_line_by_line() -> None:
    markup_text = '<head><title>x</title></head><p>a<b>b</b>&amp;c</p><svg aria-label="said"><text>d</text><text>e</text></svg>'
    assert visible_text.lines(markup_text) == ["ab&c", "d", "e", "said"]


def test_a_number_with_three_decimals_is_a_thousand_too() -> None:
    assert shown_figures.tokens(["1.000"]) == {1, 1000}
    assert shown_figures.tokens(["0.125 and 12.50 and \u2462"]) == {0.125, 12.5, 3}


def test_the_policy_stands_in_its_place() -> None:
    assert markup.look("a.html", f"{HEAD}<style>p {{ color: red }}</style>")[0] == []
    moved = HEAD.partition("<meta")[0] + "<style></style><meta" + HEAD.partition("<meta")[2]
    assert [each.rule for each in markup.look("a.html", moved)[0]] == ["content-policy"]


@pytest.mark.parametrize(
    "module",
    [
        "catalogue.personal_data", "disclosure.gate.pack_files", "disclosure.gate.pack_record", "disclosure.gate.seal",
        "disclosure.gate.shown_figures", "disclosure.gate.untraced", "disclosure.gate.visible_text",
        "disclosure.gate.workbook_front", "store.identity", "store.register",
    ],
)  # fmt: skip
def test_examples_run(module: str) -> None:
    tried = doctest.testmod(importlib.import_module(f"analysis.{module}"))
    assert tried.failed == 0


def test_the_page_is_the_one_that_the_manifest_names(finished: Path) -> None:
    assert made_pack.MADE in (finished / PAGE).read_text(encoding="utf-8")
