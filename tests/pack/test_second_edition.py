"""A pack that is made again says what it corrects, and a pack that is signed off says by whom; the gate holds it to both."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from editions import PLAN, put
from projects import PERIOD, Project, make_project

from analysis.disclosure import gate
from analysis.errors import SafeguardingError
from analysis.pack.pages.corrections import Compared, corrections
from analysis.pack.signing import check_role, sign_off
from analysis.store import register

CHAIR = "Independent Chair"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, printed: Path) -> Project:
    """A quick project with its pack; not to be changed."""
    quick = make_project(tmp_path_factory.mktemp("editions") / "project", printed, PLAN)
    done = quick.command("run", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    return quick


@pytest.fixture
def project(made: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of the quick project with its pack, to be changed."""
    monkeypatch.setenv("SAFEGUARDING_DATA", "")
    return Project(Path(shutil.copytree(made.root, tmp_path / "project", symlinks=True)))


def run(project: Project) -> dict[str, Any]:
    """Make the pack again, and return its manifest."""
    done = project.command("run", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert gate.check(project.pack, project.root / "data") == []
    return manifest(project)


def manifest(project: Project) -> dict[str, Any]:
    return dict(json.loads((project.pack / "manifest.json").read_text(encoding="utf-8")))


def index(project: Project) -> str:
    return (project.pack / "index.html").read_text(encoding="utf-8")


# What was corrected


def test_a_first_pack_corrects_nothing(made: Project) -> None:
    assert manifest(made)["corrections"] == []
    assert gate.front.lines(index(made))["corrected"] == []
    assert "What was corrected" not in index(made)


def test_a_pack_made_again_of_the_same_corrects_nothing(project: Project) -> None:
    done = project.command("run", "--force", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert manifest(project)["corrections"] == []


def test_what_changed_is_listed_with_its_page_and_stays_listed(project: Project) -> None:
    project.raw.edit("figure-6.csv", put(3, "105", "120", "127", "139", "491"))
    first = run(project)
    (day,) = first["corrections"]
    assert day["on"] == first["made"].partition(",")[0]
    told = [gate.front.sentence(figure) for figure in day["figures"]]
    assert "DoLS referrals, Leicestershire, Q4 2012/13: was 136, now 139" in told
    assert all("Leicestershire" in sentence for sentence in told)
    assert len(set(told)) == len(told)
    said = gate.front.lines(index(project))["corrected"]
    assert said == [f"Corrected on {day['on']}: {len(told)} figure{'s' * (len(told) != 1)}", *told]
    assert f'<a class="corrected" href="{day["figures"][0]["page"]}">' in index(project)
    # A second correction stands before the first, which stays.
    project.raw.edit("figure-6.csv", put(4, "12", "14", "10", "9", "45"))
    second = run(project)
    assert len(second["corrections"]) == 2
    assert all("Rutland" in gate.front.sentence(figure) for figure in second["corrections"][0]["figures"])
    assert second["corrections"][1] == day
    # And so it does when nothing more has changed.
    done = project.command("run", "--force", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert manifest(project)["corrections"] == second["corrections"]


def test_a_pack_of_other_areas_is_another_pack(project: Project) -> None:
    project.raw.edit("figure-6.csv", put(3, "105", "120", "127", "139", "491"))
    done = project.command("run", "--jobs", "2", "--area", "Leicestershire")
    assert done.returncode == 0, done.stderr
    assert manifest(project)["corrections"] == []


def test_what_readers_were_not_shown_is_not_corrected(project: Project) -> None:
    for name in ("dols.html", "trend.html"):
        page = project.pack / name
        page.write_text(page.read_text(encoding="utf-8").replace("136", "943"), encoding="utf-8")
    project.raw.edit("figure-6.csv", put(3, "105", "120", "127", "139", "491"))
    assert run(project)["corrections"] == []


PLACE = {"indicator": "contacts", "area": "E06000017", "period": "2012-13", "category": "all"}
KEY = ("contacts", "E06000017", "2012-13", "all")
NONE = pd.DataFrame(columns=["series", "area", "period", "category", "value", "status", "release", "source", "note"])


def row(was: str, now: str) -> dict[str, str]:
    return PLACE | {"was": was, "now": now, "page": "children.html"}


def test_a_figure_that_is_withheld_now_keeps_no_number_in_any_entry() -> None:
    earlier = [{"on": "1 May 2014", "figures": [row("120", "125")]}]
    found = corrections(Compared(earlier, [], [row("", "")], {}), "3 May 2014", NONE)
    assert found == [
        {"on": "3 May 2014", "figures": [row("", "")]},
        {"on": "1 May 2014", "figures": [row("", "")]},
    ]
    assert gate.front.sentence(found[0]["figures"][0]).endswith("Rutland, 2012/13: no longer shown")
    # Once said it is not said again each time that the pack is made.
    assert corrections(Compared(found, [], [row("", "")], {}), "5 May 2014", NONE) == found


def test_a_figure_that_is_only_on_no_page_any_more_is_not_said_to_be_withheld(held: Any) -> None:
    assert corrections(Compared([], [], [row("", "")], {}), "3 May 2014", held.observations) == []


def test_of_many_corrections_the_index_lists_the_first_and_says_so() -> None:
    day = {"on": "3 May 2014", "figures": [row(str(n), str(n + 1)) for n in range(44)]}
    lines = gate.front.corrected_lines({"corrections": [day]})
    assert lines[0] == "Corrected on 3 May 2014: 44 figures, 10 of 44 are listed"
    assert len(lines) == 11


def test_one_figure_is_one_figure() -> None:
    lines = gate.front.corrected_lines({"corrections": [{"on": "3 May 2014", "figures": [row("1", "2")]}]})
    assert lines == ["Corrected on 3 May 2014: 1 figure", "Contacts to children's social care, Rutland, 2012/13: was 1, now 2"]


def seal(pack: Path, change: Callable[[dict[str, Any]], object], html: Callable[[str], str] = lambda text: text) -> None:
    """Alter manifest and index as somebody might who knows how their sums are made."""
    page = pack / "index.html"
    page.write_text(html(page.read_text(encoding="utf-8")), encoding="utf-8")
    record = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))
    change(record)
    record["files"]["index.html"] = hashlib.sha256(page.read_bytes()).hexdigest()
    record["gate"]["files"] = hashlib.sha256(json.dumps(record["files"], sort_keys=True).encode()).hexdigest()
    (pack / "manifest.json").write_text(json.dumps(record), encoding="utf-8")


def rules(project: Project) -> set[str]:
    return {each.rule for each in gate.check(project.pack, project.root / "data")}


def test_corrections_that_were_altered_are_held_back(project: Project) -> None:
    project.raw.edit("figure-6.csv", put(3, "105", "120", "127", "139", "491"))
    run(project)
    kept = project.files()
    name = "reports"
    seal(project.pack, lambda record: None, lambda text: text.replace("was 136, now 139", "was 943, now 139"))
    assert "correction-differs" in rules(project)
    for path, content in kept.items():
        (project.root / name / path).write_bytes(content)
    seal(project.pack, lambda record: record["corrections"].clear())
    assert {"correction-differs", "not-signed"} <= rules(project)
    for path, content in kept.items():
        (project.root / name / path).write_bytes(content)
    seal(project.pack, lambda record: record["corrections"][0]["figures"][0].update(indicator="none"))
    assert "correction-differs" in rules(project)


# Who signed it off


def test_a_new_pack_is_not_signed_off(made: Project) -> None:
    assert manifest(made)["signed_off"] == []
    assert gate.front.lines(index(made))["signed-off"] == ["Not signed off"]


def test_a_sign_off_is_on_the_index_in_the_manifest_and_in_the_register(project: Project) -> None:
    before = project.files()
    done = project.command("sign-off", f"reports/{PERIOD}", "--role", CHAIR)
    assert done.returncode == 0, done.stderr
    (entry,) = manifest(project)["signed_off"]
    assert entry["role"] == CHAIR
    line = f"Signed off by {CHAIR} on {entry['on']}"
    assert done.stdout.strip() == f"{line}."
    assert gate.front.lines(index(project))["signed-off"] == [line]
    assert "Not signed off" not in index(project)
    assert gate.check(project.pack, project.root / "data") == []
    signed = [each for each in register.verify(project.root / "data") if each["kind"] == "signed-off"]
    assert [(each["role"], each["period"], each["audience"]) for each in signed] == [(CHAIR, PERIOD, "seg")]
    assert signed[0]["pack"] == hashlib.sha256((project.pack / "manifest.json").read_bytes()).hexdigest()
    changed = {name for name, content in project.files().items() if before[name] != content}
    assert changed == {f"{PERIOD}/index.html", f"{PERIOD}/manifest.json"}
    assert CHAIR in project.command("published").stdout
    # A run with nothing changed leaves it as it is; one that makes it anew asks for a sign-off anew.
    kept = project.files()
    assert project.command("run", "--jobs", "2").returncode == 0
    assert project.files() == kept
    assert project.command("run", "--jobs", "2", "--force").returncode == 0
    assert gate.front.lines(index(project))["signed-off"] == ["Not signed off"]


def test_two_roles_sign_and_none_twice(project: Project) -> None:
    data = project.root / "data"
    sign_off(data, project.root / "reports" / "latest", CHAIR)
    sign_off(data, project.pack, "Chair, Children's Board (Leicestershire & Rutland)")
    assert len(gate.front.lines(index(project))["signed-off"]) == 2
    assert gate.check(project.pack, data) == []
    kept = project.files()
    with pytest.raises(SafeguardingError, match="Independent Chair has signed this pack off already"):
        sign_off(data, project.pack, "independent  chair")
    assert project.files() == kept


def test_a_pack_that_the_gate_holds_back_is_not_signed_off(project: Project) -> None:
    page = project.pack / "dols.html"
    page.write_text(page.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    kept = project.files()
    done = project.command("sign-off", f"reports/{PERIOD}", "--role", CHAIR)
    assert done.returncode == 3
    assert "changed-file: dols.html" in done.stderr
    assert project.files() == kept
    assert not any(line["kind"] == "signed-off" for line in register.verify(project.root / "data"))


@pytest.mark.parametrize(
    "role",
    [
        "",
        "C" * 81,
        "Dr Example",
        "Mrs. Example",
        "chair@example.org",
        "Chair 0116 496 0000",
        "Chair <b>",
        "Chair\u202e",
        "Chair; 7",
    ],
)
def test_what_is_no_role_is_refused_and_not_repeated(role: str) -> None:
    with pytest.raises(SafeguardingError, match="role") as caught:
        check_role(role)
    assert "xample" not in str(caught.value) and "0116" not in str(caught.value)


@pytest.mark.parametrize(
    "role", [CHAIR, "Director of Children’s Services", "Safeguarding Effectiveness Group", "Co-Chair (Adults)"]
)
def test_roles_are_taken(role: str) -> None:
    check_role(role)


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record["signed_off"][0].update(role="Executive Group"),
        lambda record: record["signed_off"][0].update(on="1 May 2013"),
        lambda record: record["signed_off"].clear(),
        lambda record: record.pop("signed_off"),
        lambda record: record["signed_off"].append({"role": "Executive Group", "on": "1 May 2013"}),
    ],
)
def test_a_sign_off_that_was_altered_breaks_the_signature(change: Callable[[dict[str, Any]], object], project: Project) -> None:
    sign_off(project.root / "data", project.pack, CHAIR)
    seal(project.pack, change)
    assert "not-signed" in rules(project)


def test_an_index_that_claims_a_sign_off_is_held_back(project: Project) -> None:
    seal(project.pack, lambda record: None, lambda text: text.replace("Not signed off", f"Signed off by {CHAIR} on 1 May 2013"))
    assert "sign-off-differs" in rules(project)
