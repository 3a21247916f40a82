"""The tables as a document for people who fill them in: `docs/tables.md` is made of the schema."""

from __future__ import annotations

from analysis.catalogue.tables import kinds, rows, schema
from analysis.catalogue.tables.own import FOLDER

_CHANGES = {
    "table": f"Rows of your own in `{FOLDER}/{{name}}.csv` are added, or take the place of those with the same {{key}}.",
    schema.ADD: f"Rows of your own in `{FOLDER}/{{name}}.csv` are added; none of these can be replaced.",
    schema.FIXED: "No rows of your own: this table is the package's alone.",
}
_HEAD = f"""# The tables

What the figures are, where they stand and what may be said of them is written in tables, not in code. Each is a CSV file
in `src/analysis/catalogue/tables`. **You need not edit those**: put a file of the same name and the same columns into the
folder `{FOLDER}` of your data folder, with only the rows that you add or change.

```sh
safeguarding tables
```

checks every table and says of each how many rows it has, how many of them are yours, and what is wrong, if anything.
Every other command stops at the first mistake of a table that it reads with the same sentence: table, row, column, what it
found, and what it expected. Figures are cleaned and reports made anew when a table of yours has changed, and a pack's
`manifest.json` names your tables with a keyed digest of each.

Save from a spreadsheet program as "CSV UTF-8 (comma delimited)". Rows count from 1, the heading included. Tables of what
protects people (small numbers, the release gate) can't be changed in this way.

This page is made by `safeguarding tables --describe` from `schema.csv`.
"""


def document() -> str:
    """Return the document as Markdown: what each column of each table holds."""
    return "\n".join([_HEAD, *(_section(table) for _, table in sorted(schema.known_tables().items()))])


def _section(table: schema.Table) -> str:
    name = table.name
    key = " and ".join(table.names[at] for at in table.key)
    folder = rows.packaged()[name].parent.name
    lines = [f"## {name}", "", table.meaning, "", _CHANGES[table.change].format(name=name, key=key), ""]
    lines += [] if folder == "tables" else [f"In the folder `{folder}`.", ""]
    lines += ["| column | what it holds | what may stand there | may be empty |", "|---|---|---|---|"]
    lines += [f"| `{each.name}` | {each.meaning} | {_allowed(each)} | {_empty(each)} |" for each in table.columns]
    return "\n".join(lines) + "\n"


def _allowed(column: schema.Column) -> str:
    words = kinds.described(column.kind).replace("|", "\\|").replace("*", "\\*")
    if column.kind.when:
        words += f", where {column.kind.when[0]} is {' or '.join(column.kind.when[1])}"
    return words


def _empty(column: schema.Column) -> str:
    word, _, condition = column.required.partition(" ")
    if not word:
        return "yes"
    if word == "yes":
        return "no"
    name, _, values = condition.partition("=")
    held = f"{name} is {values.replace('|', ' or ')}" if values else f"{name} is filled in"
    return f"unless {held}" if word == "if" else f"if {held}"
