"""The plan of a pack, read from `pack.toml` and checked before a run: which notebook makes which page, with which parameters."""

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
_ALL_KEYS = {"notebook", "title", "section", "summary", "parameters", "needs", "required", "audiences"}
_OPTIONAL_KEYS = {"parameters", "needs", "required", "audiences"}
_KINDS_OF_NEEDS = ("", "returns", "official")
_NEEDED_PARAMETERS = ("period", "audience")  # what every notebook of a pack is asked


@dataclass(frozen=True)
class Report:
    """One page of the pack: its id (the file's name), the notebook that makes it, its parameters, and what the index says of it.

    `needs` is the kind of figures without which it is not made: `returns`, `official`, or empty if it is always made. When a
    `required` report fails there is no pack; when another one fails the index names it.
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
    """Return the folder of `pack.toml` and the notebooks: `notebooks/` beside the data folder, else here or in a folder above.

    Raises SafeguardingError when there is none.
    """
    for folder in (data.resolve().parent, Path.cwd(), *Path.cwd().parents):
        if (folder / "notebooks" / FILE).is_file():
            return folder / "notebooks"
    raise SafeguardingError(f"No notebooks/{FILE} lies beside the data folder, here or above: start inside the project.")


def read_plan(notebooks: Path, overrides: dict[str, Any]) -> list[Report]:
    """Return the reports of `notebooks/pack.toml` in its order.

    `overrides` replace the parameters of the same name of every notebook that declares them. Raises DataError for a file that
    is not such a plan and for a table with a key too few or too many. Raises SafeguardingError for a notebook that does not
    exist and for a parameter that it does not declare: with a misspelled one the report would be about something else.
    """
    tables = _report_tables(notebooks)
    reports = [(_report(name, table, notebooks, overrides), table.get("audiences", [])) for name, table in tables.items()]
    # A report that quotes printed figures word for word is left out for an audience that may not see these.
    return [report for report, audiences in reports if not audiences or overrides.get("audience", audiences[0]) in audiences]


def report_ids(notebooks: Path) -> list[str]:
    """Return the id of every report of `notebooks/pack.toml`, for any audience; raises DataError if that is not a plan."""
    return list(_report_tables(notebooks))


def _report_tables(notebooks: Path) -> dict[str, dict[str, Any]]:
    expected = "a [reports.…] table a report"
    try:
        tables = tomllib.loads((notebooks / FILE).read_text(encoding="utf-8")).get("reports")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(FILE, found=f"text that can't be read ({error})", expected=expected) from None
    if not tables or not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise DataError(FILE, found="none, or something else under that name", expected=expected)
    return tables


def assigned_values(source: str) -> dict[str, Any]:
    """Return {name: value} for the plain values that lines of Python assign; raises ValueError or SyntaxError for other lines."""
    assignments = [node for node in ast.parse(source).body if isinstance(node, ast.Assign)]
    targets = [(target, node.value) for node in assignments for target in node.targets]
    return {target.id: ast.literal_eval(value) for target, value in targets if isinstance(target, ast.Name)}


def declared_parameters(notebook: Path) -> dict[str, Any]:
    """Return the parameters of a notebook with their default values: what its cell tagged `parameters` assigns.

    Raises SafeguardingError for a file that is not a notebook, one without such a cell, and a value that is not a plain one.
    """
    try:
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            if "parameters" in cell["metadata"].get("tags", []):
                return assigned_values("".join(cell["source"]))
    except (ValueError, SyntaxError, KeyError, TypeError, AttributeError):
        raise SafeguardingError(
            f"The notebook {notebook.name} can't be read, or its cell tagged 'parameters' holds more than plain values."
        ) from None
    raise SafeguardingError(f"The notebook {notebook.name} has no cell tagged 'parameters'.")


def cell_numbers(notebook: Path) -> dict[str, int]:
    """Return {id: number} of the cells of a notebook as it is stored, counted from 1 as whoever has it open does."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return {str(cell.get("id", "")): number for number, cell in enumerate(cells, start=1)}


def _report(name: str, table: dict[str, Any], notebooks: Path, overrides: dict[str, Any]) -> Report:
    if not _ID.fullmatch(name) or name == "index":
        raise DataError(FILE, found=f"[reports.{name}]", expected="small letters, digits and hyphens, and not index")
    wrong_keys = (_ALL_KEYS - _OPTIONAL_KEYS - set(table)) | (set(table) - _ALL_KEYS)
    if wrong_keys:
        expected = ", ".join(sorted(_ALL_KEYS))
        raise DataError(
            f"{FILE}, [reports.{name}]", found=f"{', '.join(sorted(wrong_keys))} missing or unknown", expected=expected
        )
    needs = table.get("needs", "")
    if needs not in _KINDS_OF_NEEDS:
        raise DataError(f"{FILE}, [reports.{name}]", found=f"needs = {needs!r}", expected="returns or official, or no such line")
    required = table.get("required", True)
    if not isinstance(required, bool):
        raise DataError(f"{FILE}, [reports.{name}]", found=f"required = {required!r}", expected="true or false, without quotes")
    notebook = notebooks / f"{table['notebook']}.ipynb"
    if not notebook.is_file():
        raise SafeguardingError(f"{FILE}, [reports.{name}]: there is no notebook {notebook.name}.")
    declared = declared_parameters(notebook)
    missing = [needed for needed in _NEEDED_PARAMETERS if needed not in declared]
    if missing:  # a page names them, and one that doesn't say whom it is for could ask for figures of any audience
        raise SafeguardingError(
            f"{FILE}, [reports.{name}]: {notebook.name} has no parameter {missing[0]!r} in its cell tagged 'parameters': add it."
        )
    own_parameters = table.get("parameters", {})
    unknown_names = sorted(set(own_parameters) - set(declared))
    if unknown_names:
        raise SafeguardingError(
            f"{FILE}, [reports.{name}]: {notebook.name} has no parameter {unknown_names[0]!r}: it has {', '.join(declared)}."
        )
    parameters = {key: overrides.get(key, own_parameters.get(key, default)) for key, default in declared.items()}
    return Report(name, notebook, table["title"], table["section"], table["summary"], parameters, needs, required)
