"""The plan of a pack, read from `pack.toml` and checked before a run: which notebooks make which page, with which parameters."""

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
_ALL_KEYS = {"notebook", "notebooks", "title", "section", "summary", "parameters", "needs", "required", "audiences"}
_OPTIONAL_KEYS = {"notebook", "notebooks", "parameters", "needs", "required", "audiences"}
_KEYS_OF_PART = {"notebook", "parameters"}
_PART = "--"  # between the id of a page and the name of one of its notebooks
_KINDS_OF_NEEDS = ("", "returns", "figures")
_NEEDED_PARAMETERS = ("period", "audience")  # what every notebook of a pack is asked


@dataclass(frozen=True)
class Report:
    """One notebook of the pack with its parameters, and what the index says of the page that it makes, alone or with others.

    `id` is that of the page, followed by the notebook's name where the page has several. `needs` is the kind of figures without
    which it is not made: `returns`, `figures` (returns or official statistics), or empty if it is always made. When a `required`
    report fails there is no pack; when another one fails the index names it.
    """

    id: str
    notebook: Path
    title: str
    section: str
    summary: str
    parameters: dict[str, Any]
    needs: str = ""
    required: bool = True

    @property
    def page(self) -> str:
        """The id of the page: the name of its file."""
        return self.id.partition(_PART)[0]

    @property
    def part(self) -> str:
        """The name of the notebook among those of its page, in words; empty where it makes the page alone."""
        return self.id.partition(_PART)[2].replace("-", " ")

    @property
    def name(self) -> str:
        """The title of the page, with the notebook where the page has several."""
        return f"{self.title}, {self.part}" if self.part else self.title


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
    reports = [
        (report, table.get("audiences", []))
        for name, table in tables.items()
        for report in _reports(name, table, notebooks, overrides)
    ]
    # A report that quotes printed figures word for word is left out for an audience that may not see these.
    return [report for report, audiences in reports if not audiences or overrides.get("audience", audiences[0]) in audiences]


def report_ids(notebooks: Path) -> list[str]:
    """Return the id of every page of `notebooks/pack.toml`, for any audience; raises DataError if that is not a plan."""
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


def _reports(name: str, table: dict[str, Any], notebooks: Path, overrides: dict[str, Any]) -> list[Report]:
    """Return the reports of one page: one for each of its notebooks."""
    if not _ID.fullmatch(name) or name == "index":
        raise DataError(FILE, found=f"[reports.{name}]", expected="small letters, digits and hyphens, and not index")
    place = f"{FILE}, [reports.{name}]"
    wrong_keys = (_ALL_KEYS - _OPTIONAL_KEYS - set(table)) | (set(table) - _ALL_KEYS)
    if wrong_keys:
        expected = ", ".join(sorted(_ALL_KEYS))
        raise DataError(place, found=f"{', '.join(sorted(wrong_keys))} missing or unknown", expected=expected)
    needs = table.get("needs", "")
    if needs not in _KINDS_OF_NEEDS:
        raise DataError(place, found=f"needs = {needs!r}", expected="returns or figures, or no such line")
    if not isinstance(table.get("required", True), bool):
        raise DataError(place, found=f"required = {table['required']!r}", expected="true or false, without quotes")
    parts = _parts(place, table)
    names = [_name_of(part, parts) for part in parts]
    twice = sorted({each for each in names if names.count(each) > 1})
    if twice:
        raise DataError(place, found=f"the notebook {twice[0]!r} twice", expected="each notebook once, or with another domain")
    return [_report(place, name if len(parts) == 1 else f"{name}{_PART}{each}", part, table, notebooks, overrides)
            for each, part in zip(names, parts, strict=True)]  # fmt: skip


def _parts(place: str, table: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the notebooks of a page, each with its own parameters: one named by `notebook`, or those of the list `notebooks`."""
    expected = 'notebook = "trend", or notebooks = ["trend", {notebook = "the_year", parameters = {domain = "census"}}]'
    if ("notebook" in table) == ("notebooks" in table):
        raise DataError(place, found="notebook and notebooks, or neither", expected=expected)
    listed = table["notebooks"] if "notebooks" in table else [table["notebook"]]
    parts = [{"notebook": each} if isinstance(each, str) else each for each in listed] if isinstance(listed, list) else []
    for part in parts:
        if not isinstance(part, dict) or "notebook" not in part or set(part) - _KEYS_OF_PART:
            raise DataError(place, found=f"notebooks = {listed!r}", expected=expected)
    if not parts:
        raise DataError(place, found=f"notebooks = {listed!r}", expected=expected)
    return parts


def _name_of(part: dict[str, Any], parts: list[dict[str, Any]]) -> str:
    """Return the name of a notebook among those of its page, with its domain where the page has the notebook twice."""
    name = str(part["notebook"]).replace("_", "-")
    is_twice = sum(each["notebook"] == part["notebook"] for each in parts) > 1
    return f"{name}-{part.get('parameters', {}).get('domain', '')}".strip("-") if is_twice else name


def _report(
    place: str, identity: str, part: dict[str, Any], table: dict[str, Any], notebooks: Path, overrides: dict[str, Any]
) -> Report:
    notebook = notebooks / f"{part['notebook']}.ipynb"
    if not notebook.is_file():
        raise SafeguardingError(f"{place}: there is no notebook {notebook.name}.")
    declared = declared_parameters(notebook)
    missing = [needed for needed in _NEEDED_PARAMETERS if needed not in declared]
    if missing:  # a page names them, and one that doesn't say whom it is for could ask for figures of any audience
        raise SafeguardingError(
            f"{place}: {notebook.name} has no parameter {missing[0]!r} in its cell tagged 'parameters': add it."
        )
    own_parameters = table.get("parameters", {}) | part.get("parameters", {})
    unknown_names = sorted(set(own_parameters) - set(declared))
    if unknown_names:
        raise SafeguardingError(f"{place}: {notebook.name} has no parameter {unknown_names[0]!r}: it has {', '.join(declared)}.")
    parameters = {key: overrides.get(key, own_parameters.get(key, default)) for key, default in declared.items()}
    about = (table["title"], table["section"], table["summary"])
    return Report(identity, notebook, *about, parameters, table.get("needs", ""), table.get("required", True))
