"""The house rules that no linter knows: short modules, clean notebooks, nothing that names a machine."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from tested_by import TESTED_THROUGH, TESTS, module_names, own_test

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "src" / "analysis").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LONGEST = 300
# Joined here so that this file isn't the one that names them; one letter is a path that a test made up.
MACHINE = re.compile("|".join(rf"(?<![\w.~<])/{root}/[a-z]{{2}}" for root in ("home", "root", "Users", "work", "mnt", "srv")))
REGISTRY = re.compile("|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "index" + "-url", "trusted" + "-host")))


def project_files() -> list[Path]:
    """Every file that is tracked or would be; none where the project was unpacked without its history."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_module_is_two_ideas() -> None:
    lines = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert len(lines) > 30
    assert {name: count for name, count in lines.items() if count > LONGEST} == {}


def test_there_are_notebooks_for_the_pack() -> None:
    assert NOTEBOOKS
    assert (ROOT / "notebooks" / "pack.toml").is_file()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_hold_no_outputs_and_no_definitions(path: Path) -> None:
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert cells
    for cell in cells:
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        assert not re.search(r"(?m)^\s*(def|class) ", "".join(cell["source"]))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_suit_any_council(path: Path) -> None:
    """Who meets is a row of a table: a notebook names no board or group of the council whose report came first, but that report's."""
    said = " ".join("".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"])
    found = re.findall(r"\bSEG\b|Safeguarding Effectiveness Group|Executive Group|\bBoards\b", said)
    assert found == (["Boards"] if path.stem == "annual_report" else [])


def test_no_file_names_a_machine_or_a_registry() -> None:
    files = project_files()
    if not files:
        pytest.skip("without its history the project doesn't know which files are its own")
    found = []
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if MACHINE.search(line) or REGISTRY.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


# The tests


def test_every_module_has_a_test_file_of_its_name_or_a_row_that_says_what_it_is_tested_through() -> None:
    rows = [module for modules in TESTED_THROUGH.values() for module in modules.split()]
    assert sorted(rows) == [module for module in module_names() if not own_test(module).is_file()]
    assert [file for files in TESTED_THROUGH for file in files.split() if not (TESTS / file).is_file()] == []


# The rooms


def imports() -> dict[str, set[str]]:
    """Every module of the library with the modules that it imports."""
    graph = grimp.build_graph("analysis", cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_there_are_fifteen_rooms_and_few_ways_between_them() -> None:
    rooms = {
        path.stem for path in (ROOT / "src" / "analysis").iterdir() if (path / "__init__.py").is_file() or path.suffix == ".py"
    }
    ways = {
        (module.split(".")[1], other.split(".")[1])
        for module, others in imports().items()
        for other in others
        if "." in module and "." in other and module.split(".")[1] != other.split(".")[1]
    }
    assert len(rooms - {"__init__"}) == 15
    assert len(ways) <= 80


def test_no_modules_import_each_other_in_a_circle() -> None:
    TopologicalSorter(imports()).prepare()  # raises CycleError, which names the circle


# A tag in a text of a module of exhibits or of the pack: HTML is written in templates, and never read by regular expressions.
TAG = re.compile(r"</?[a-z][a-z0-9:]*(?=[\s>(\\/\[])")
TAGS_OF = {
    "exhibits/explorer.py": "the lines that a widget of JupyterLab shows, which are on no page",
    "exhibits/parts/svg.py": "what matplotlib writes, made smaller",
    "exhibits/parts/exhibit.py": "the end of a chart's description, before which a sentence is put",
    "pack/downloads/workbook.py": "the time of its making, which openpyxl writes into a part of a workbook",
    "pack/pages/markdown.py": "what mistune's renderer returns, element by element",
    "pack/pages/blocks.py": "how a fragment opens and closes, by which a page knows an exhibit",
    "pack/signing.py": "the line of the index that says who has signed",
}


def test_html_of_exhibits_and_pages_is_written_in_templates_and_read_by_no_regular_expression() -> None:
    found = set()
    source = ROOT / "src" / "analysis"
    for folder in ("exhibits", "pack"):
        for path in sorted((source / folder).rglob("*.py")):
            nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
            docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
            texts = [node.value for node in nodes if isinstance(node, ast.Constant) and id(node) not in docstrings]
            if any(
                TAG.search(text if isinstance(text, str) else text.decode()) for text in texts if isinstance(text, str | bytes)
            ):
                found.add(path.relative_to(source).as_posix())
    assert found == set(TAGS_OF)
