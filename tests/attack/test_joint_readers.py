"""Nobody is found by a reader of every pack, in whatever order they were published, and though figures were restated or came late."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from attack_packs import solve
from identities import Count
from knowledge import Knowledge
from random_releases import run
from releases import Office, found
from returned import example

from analysis.catalogue import framework, periods
from analysis.disclosure import policy
from analysis.store import register

QUARTERS = periods.quarters("2013-14")
ORDERS = {
    "the group first": [(quarter, audience) for quarter in QUARTERS for audience in ("seg", "public")],
    "the public first": [(quarter, audience) for quarter in QUARTERS for audience in ("public", "seg")],
    "the group at the end": [*((quarter, "public") for quarter in QUARTERS), (QUARTERS[-1], "seg"), (QUARTERS[-1], "public")],
}


def printed_and_returned(data: Path) -> tuple[dict[Count, float], dict[str, dict[str, dict[Count, float]]]]:
    """(what the printed report gives, {quarter: {agency: what it returns}}), as the example draws them."""
    from analysis import store

    example.start(data)
    usual, drawn = example.means(data), example.Drawn()
    held = store.load(data).observations
    counted = held[held["value"].notna() & held["release"].str.startswith("annual-report")]
    printed = {
        tuple(row[:4]): row[4]
        for row in counted[["series", "area", "period", "category", "value"]].itertuples(index=False, name=None)
    }
    returned = {
        quarter: {
            agency: as_counts(example.draw(agency, quarter, usual, drawn), quarter) for agency in framework.returning(quarter)
        }
        for quarter in QUARTERS
    }
    returned["again"] = {"leicestershire-adults": as_counts(example._more(drawn), QUARTERS[0])}
    return printed, returned


def as_counts(figures: dict[str, int], quarter: str) -> dict[Count, float]:
    counts = {}
    for key, value in figures.items():
        series, _, place = key.partition(":")
        category, _, area = place.partition("@")
        counts[series, area, quarter, category] = float(value)
    return counts


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[Count, float], dict[str, dict[str, dict[Count, float]]]]:
    return printed_and_returned(tmp_path_factory.mktemp("attack") / "data")


@pytest.mark.parametrize(
    "order", [next(iter(ORDERS)), *(pytest.param(name, marks=pytest.mark.slow) for name in list(ORDERS)[1:])]
)
def test_nobody_is_found_in_the_made_up_year_in_any_order(
    order: str, demo: tuple[dict[Count, float], dict[str, dict[str, dict[Count, float]]]], tmp_path: Path
) -> None:
    """An agency is late in the second quarter and restated the first; one release is made again, and one withdrawn."""
    printed, returned = demo
    office = Office(tmp_path, published=printed)
    late = dict[Count, float]()
    for number, quarter in enumerate(QUARTERS):
        for agency, figures in returned[quarter].items():
            if agency == "schools" and number == 1:
                late = figures
            else:
                office.receive(figures, agency)
        if number == 1:
            office.receive(returned["again"]["leicestershire-adults"], "leicestershire-adults", version=2)
        for audience in (audience for when, audience in ORDERS[order] if when == quarter):
            office.publish(audience)
        if number == 1:
            register.withdraw(tmp_path, sorted((tmp_path / register.FOLDER).glob("*.jsonl"))[-1].name, "a wrong figure")
            office.receive(late, "schools")
            office.publish("public")
    after = found(office)
    assert after.tried > 80
    assert not after.narrowed and not after.before


def test_the_public_pack_gives_the_group_nothing_that_its_own_withholds(
    demo: tuple[dict[Count, float], dict[str, dict[str, dict[Count, float]]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """28 = 11 + [c] + [c] + 9, and the public was told 5 of the one: the other was 1 to 3."""
    printed, returned = demo
    for number, (joint, audiences) in enumerate(
        [(True, ("seg", "public")), (True, ("public", "seg")), (False, ("seg", "public"))]
    ):
        office = Office(tmp_path / f"{number}", published=printed, joint=joint)
        if not joint:
            monkeypatch.setattr(policy, "above", lambda audience: ())
        for agency, figures in returned[QUARTERS[0]].items():
            office.receive(figures, agency)
        for audience in audiences:
            office.publish(audience)
        after = found(office)
        assert (not after.narrowed) == joint
        shown = [
            made.observations.set_index(["series", "area", "period", "category", "release"])["value"]
            for made in office.protections
        ]
        if joint:  # what is withheld from the group is withheld from the public
            group, public = (shown[audiences.index(name)] for name in ("seg", "public"))
            assert public[group.isna()].isna().all()


@pytest.mark.parametrize("count", [4, pytest.param(500, marks=pytest.mark.slow)])
def test_nobody_is_found_in_random_releases_and_without_joint_protection_many_are(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = before = 0
    for seed in range(count):
        after = found(run(seed, tmp_path / f"{seed}"))
        assert not after.narrowed, seed
        tried, before = tried + after.tried, before + len(after.before)
    assert tried > 5 * count
    # Restatements can give a figure away whatever is withheld: 7 + 9 = 16 was shown, 1 + 9 = 10 is what it must be.
    assert before <= tried / 50
    monkeypatch.setattr(policy, "above", lambda audience: ())
    apart = [found(run(seed, tmp_path / f"apart-{seed}", joint=False)) for seed in range(min(count, 20))]
    assert sum(len(each.narrowed) for each in apart) > sum(each.tried for each in apart) / 4


def test_a_register_that_gave_a_figure_away_stops_nothing_and_the_rest_is_protected(tmp_path: Path) -> None:
    """The public was told of 5 to 7 beside a withheld figure, as packs of before did: 28 = 11 + [c] + [c] + 9 in the group's."""
    whole = ("adult_completed", "E06000017", "2013-14-Q1", "all")
    ages = dict(zip(("18_64", "65_74", "75_84", "85_and_over"), (11.0, 2.0, 6.0, 9.0), strict=True))
    counts: dict[Count, float] = {whole: 28.0} | {("adult_completed_age", *whole[1:3], age): value for age, value in ages.items()}
    office = Office(tmp_path)
    office.receive(counts, "rutland-adults")
    rows = [(*count, *((None,) * 3 if value < 5 else (value, value - 1, value + 1))) for count, value in counts.items()]
    cells = pd.DataFrame(rows, columns=["series", "area", "period", "category", "value", "low", "high"]).astype(
        {"value": float, "low": float, "high": float}
    )
    register.record(tmp_path, period="2013-14-Q1", audience="public", made="m", pack="p", cells=cells)
    office.publish("seg")
    (made,) = office.protections
    assert made.families["given_away"].sum() == 0  # the group's own is wide enough when more is withheld
    assert made.families["withheld"].sum() > 2
    exact = cells.assign(low=cells["value"], high=cells["value"])
    register.record(tmp_path, period="2013-14-Q2", audience="seg", made="n", pack="q", cells=exact)
    office.publish("seg")
    assert office.protections[-1].families["given_away"].sum() == 1


def test_the_attacker_uses_whole_numbers_and_leaves_out_what_contradicts() -> None:
    known = Knowledge()
    known.see(("a",), 0, 9)
    known.see(("b",), 0, 9)
    known.see(("d",), 1, 2)
    known.tie({("a",): 2.0, ("b",): 2.0}, 7, 9)
    known.tie({("d",): 1.0}, 5, 5)
    assert known.worked_out([("a",), ("b",), ("d",)]) == {("a",): (0, 4), ("b",): (0, 4), ("d",): (1, 2)}
    assert solve(known, {}).tried == 0
