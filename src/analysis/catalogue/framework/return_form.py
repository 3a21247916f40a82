"""The form of a return: the names of its sheets, columns and rows, in the workbook, in CSV and in the stored cells."""

from __future__ import annotations

import re

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.catalogue.framework.agreements import OWN, counting

# The version says how a completed form is read. A column that agencies don't fill in may come or go without a new version.
FORMAT, VERSION = "safeguarding-return", "1"
COVER, GUIDANCE, MACHINE = "Cover", "Guidance", "Machine"
# The machine sheet has these keys in its first column and their values in the second.
FORMAT_KEY, VERSION_KEY, AGENCY_KEY, PERIOD_KEY, AGREEMENT_KEY = "Format", "Template version", "Agency", "Period", "Agreement"
MADE_UP_KEY = "Made up"
MACHINE_KEYS = (FORMAT_KEY, VERSION_KEY, AGENCY_KEY, PERIOD_KEY, AGREEMENT_KEY)
# The cover has these labels in its first column and the agency's answers in the second.
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
    """Return the labels of each requested figure, in the order of `asked`: the columns FIGURE to HOW, and REF."""
    series_rows = catalogue.series().loc[asked["series"]]
    parts = [
        "" if category == catalogue.TOTAL or dimension == OWN else f": {catalogue.category_label(category)}"
        for category, dimension in zip(asked["category"], series_rows["dimension"], strict=True)
    ]
    titles = series_rows["title"].str.removesuffix(_BY_AGENCY).to_numpy() + pd.Series(parts, dtype="str").to_numpy()
    return pd.DataFrame(
        {
            FIGURE: titles,
            AREA: [areas.label(code) for code in asked["area"]],
            OF: [periods.label(period) for period in asked["period"]],
            UNIT: [UNITS[unit] for unit in asked["unit"]],
            DEFINITION: series_rows["definition"].to_numpy(),
            HOW: [counting().get(series, "") for series in asked["series"]],
            REF: asked["key"].to_numpy(),
        }
    )


def sheet_file(subject: str) -> str:
    """Return the name of the file that stores the cells of a sheet: `Child deaths` → `child-deaths.csv`."""
    return re.sub(r"[^a-z0-9]+", "-", subject.lower()).strip("-") + ".csv"


def address(row: int, column: int) -> str:
    """Return a cell's address as in a spreadsheet: row 7, column 5 is E7."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"
