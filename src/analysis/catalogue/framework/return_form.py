"""The form of a return: what its columns and rows are called, in the workbook, in CSV and in the cells that are kept."""

from __future__ import annotations

import re

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.catalogue.framework.agreements import OWN, counting

# The version says how a filled-in form is read: a column that nobody fills in, added or taken away, is no new one.
FORMAT, VERSION = "safeguarding-return", "1"
COVER, GUIDANCE, MACHINE = "Cover", "Guidance", "Machine"
# The machine sheet: one of these in the first column, what it says in the second.
FORMAT_KEY, VERSION_KEY, AGENCY_KEY, PERIOD_KEY, AGREEMENT_KEY = "Format", "Template version", "Agency", "Period", "Agreement"
MADE_UP_KEY = "Made up"
MACHINE_KEYS = (FORMAT_KEY, VERSION_KEY, AGENCY_KEY, PERIOD_KEY, AGREEMENT_KEY)
# The cover: label in the first column, what the agency says in the second.
AGENCY_NAME, PERIOD_NAME, SENDER, SPAN, REASON = "Agency", "Period", "Sent by (role)", "Figures are for", "Why it is sent again"
SPANS = ("This quarter only", "This quarter only (checked: not year to date)")
FIGURE, AREA, OF, UNIT, DEFINITION, HOW, LAST, YOURS, REMARK, REF = COLUMNS = (
    "Figure", "Area", "Of", "Unit", "Definition", "How it is counted", "Last return", "Your figure", "Remark", "Ref",
)  # fmt: skip
ACTION, REVIEW, OWNER, DUE, DONE, EVIDENCE, AUDITED, EFFECT = ACTION_COLUMNS = (
    "Action", "Review", "Agency", "Due", "Done", "Evidence", "Audited", "Effect",
)  # fmt: skip
REVIEWS = ("SCR", "SILP", "DHR")
EFFECTS = ("works", "no effect")
UNITS = {"count": "Number", "percent": "Per cent", "pounds": "Whole pounds"}
NOT_AVAILABLE, NOT_APPLICABLE = "x", "z"
_BY_AGENCY = ", by agency"


def labels(asked: pd.DataFrame) -> pd.DataFrame:
    """Return what stands beside each figure asked for, in the order of `asked`: FIGURE to HOW, and REF."""
    known = catalogue.series().loc[asked["series"]]
    parts = [
        "" if category == catalogue.TOTAL or dimension == OWN else f": {catalogue.category_label(category)}"
        for category, dimension in zip(asked["category"], known["dimension"], strict=True)
    ]
    titles = known["title"].str.removesuffix(_BY_AGENCY).to_numpy() + pd.Series(parts, dtype="str").to_numpy()
    return pd.DataFrame(
        {
            FIGURE: titles,
            AREA: [areas.label(code) for code in asked["area"]],
            OF: [periods.label(period) for period in asked["period"]],
            UNIT: [UNITS[unit] for unit in asked["unit"]],
            DEFINITION: known["definition"].to_numpy(),
            HOW: [counting().get(series, "") for series in asked["series"]],
            REF: asked["key"].to_numpy(),
        }
    )


def sheet_file(subject: str) -> str:
    """Return the name of the file in which the cells of a sheet are kept: `Child deaths` → `child-deaths.csv`."""
    return re.sub(r"[^a-z0-9]+", "-", subject.lower()).strip("-") + ".csv"


def address(row: int, column: int) -> str:
    """Return a cell as spreadsheets name it: row 7, column 5 is E7."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"
