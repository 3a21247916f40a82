"""The plan of a pack: which notebook with which parameters makes which page, read from `pack.toml` and checked before a run."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import DataError, SafeguardingError

FILE = "pack.toml"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ANALYST = "analyst"  # the tag of a cell that no page shows
_KEYS = {"notebook", "title", "section", "summary", "parameters", "needs", "required", "audiences"}
_MAY_MISS = {"parameters", "needs", "required", "audiences"}
_NAMED = ("period", "audience")  # what every notebook of a pack is asked
_NEEDS = ("", "returns", "official")


@dataclass(frozen=True)
class Report:
    """One page of the pack: its id (the file's name), the notebook that makes it, its parameters, and what the index says.

    `needs` says which figures it is made for: `returns`, `official`, or empty where it is always made. Without one that is
    `required` there is no pack; one that isn't is named on the index when it fails.
    """

    id: str
    notebook: Path
    title: str
    section: str
    summary: str
    parameters: dict[str, Any]
    needs: str = ""
    required: bool = True


def notebooks_folder(data: Path) -> Path:
    """Return the folder that holds `pack.toml` and the notebooks: `notebooks/` beside the data folder, else here or above.

    Raises SafeguardingError when there is none.
    """
    for folder in (data.resolve().parent, Path.cwd(), *Path.cwd().parents):
        if (folder / "notebooks" / FILE).is_file():
            return folder / "notebooks"
    raise SafeguardingError(f"No notebooks/{FILE} lies beside the data folder, here or above: start inside the project.")


def read_plan(notebooks: Path, given: dict[str, Any]) -> list[Report]:
    """Return the reports of `notebooks/pack.toml` in its order, `given` added to the parameters of those that declare them.

    Raises DataError for a file that is no such plan and a table with a key missing or too many, SafeguardingError for a
    notebook that isn't there or a parameter that it doesn't declare: a misspelled one would give a report on something else.
    """
    tables = _tables(notebooks)
    reports = [(_report(name, table, notebooks, given), table.get("audiences", [])) for name, table in tables.items()]
    # A report that quotes printed figures word for word is left out for an audience that may not see them.
    return [report for report, audiences in reports if not audiences or given.get("audience", audiences[0]) in audiences]


def report_ids(notebooks: Path) -> list[str]:
    """Return the id of every report of `notebooks/pack.toml`, for any audience; raises DataError for a file that is none."""
    return list(_tables(notebooks))


def _tables(notebooks: Path) -> dict[str, dict[str, Any]]:
    expected = "a [reports.…] table a report"
    try:
        tables = tomllib.loads((notebooks / FILE).read_text(encoding="utf-8")).get("reports")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(FILE, found=f"text that can't be read ({error})", expected=expected) from None
    if not tables or not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise DataError(FILE, found="none, or something else under that name", expected=expected)
    return tables


def assigned(source: str) -> dict[str, Any]:
    """Return {name: value} of the plain values that lines of Python assign; raises ValueError or SyntaxError for others."""
    nodes = [node for node in ast.parse(source).body if isinstance(node, ast.Assign)]
    targets = [(target, node.value) for node in nodes for target in node.targets]
    return {target.id: ast.literal_eval(value) for target, value in targets if isinstance(target, ast.Name)}


def declared(notebook: Path) -> dict[str, Any]:
    """Return the parameters that a notebook declares with their defaults: what its cell tagged `parameters` assigns.

    Raises SafeguardingError for a file that is no notebook, one without such a cell, and a value that is not written out.
    """
    try:
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            if "parameters" in cell["metadata"].get("tags", []):
                return assigned("".join(cell["source"]))
    except (ValueError, SyntaxError, KeyError, TypeError, AttributeError):
        raise SafeguardingError(
            f"The notebook {notebook.name} can't be read, or its cell tagged 'parameters' holds more than plain values."
        ) from None
    raise SafeguardingError(f"The notebook {notebook.name} has no cell tagged 'parameters'.")


def cell_numbers(notebook: Path) -> dict[str, int]:
    """Return {id: number} of the cells of a notebook as it is stored, counted from 1 as whoever has it open does."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return {str(cell.get("id", "")): number for number, cell in enumerate(cells, start=1)}


def _report(name: str, table: dict[str, Any], notebooks: Path, given: dict[str, Any]) -> Report:
    if not _ID.fullmatch(name) or name == "index":
        raise DataError(FILE, found=f"[reports.{name}]", expected="small letters, digits and hyphens, and not index")
    wrong = (_KEYS - _MAY_MISS - set(table)) | (set(table) - _KEYS)
    if wrong:
        expected = ", ".join(sorted(_KEYS))
        raise DataError(f"{FILE}, [reports.{name}]", found=f"{', '.join(sorted(wrong))} missing or unknown", expected=expected)
    needs = table.get("needs", "")
    if needs not in _NEEDS:
        raise DataError(f"{FILE}, [reports.{name}]", found=f"needs = {needs!r}", expected="returns or official, or no such line")
    required = table.get("required", True)
    if not isinstance(required, bool):
        raise DataError(f"{FILE}, [reports.{name}]", found=f"required = {required!r}", expected="true or false, without quotes")
    notebook = notebooks / f"{table['notebook']}.ipynb"
    if not notebook.is_file():
        raise SafeguardingError(f"{FILE}, [reports.{name}]: there is no notebook {notebook.name}.")
    known = declared(notebook)
    missing = [each for each in _NAMED if each not in known]
    if missing:  # a page names them, and one that doesn't say whom it is for could ask for figures of any audience
        raise SafeguardingError(
            f"{FILE}, [reports.{name}]: {notebook.name} has no parameter {missing[0]!r} in its cell tagged 'parameters': add it."
        )
    own = table.get("parameters", {})
    unknown = sorted(set(own) - set(known))
    if unknown:
        raise SafeguardingError(
            f"{FILE}, [reports.{name}]: {notebook.name} has no parameter {unknown[0]!r}: it has {', '.join(known)}."
        )
    parameters = {key: given.get(key, own.get(key, default)) for key, default in known.items()}
    return Report(name, notebook, table["title"], table["section"], table["summary"], parameters, needs, required)
