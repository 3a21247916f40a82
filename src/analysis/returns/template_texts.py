"""The texts that an empty template prints, so that anything else in a returned file is known to have been added."""

from __future__ import annotations

import re
from functools import cache

from analysis.catalogue import framework, periods, tables
from analysis.catalogue.framework import return_form
from analysis.returns import template

# The texts of the first template asked for. Guidance and labels are the same in all, and making a template takes a while.
_SHARED_TEXTS: dict[str, int] = {}


def is_printed(text: str, agency: str, period: str) -> bool:
    """Return whether the template of an agency for a quarter prints a text.

    Only letters and digits are compared, so that a text still matches with other quotation marks or another encoding.
    """
    normalised, foreign_letters = _normalised(text)
    if not _SHARED_TEXTS:
        _SHARED_TEXTS.update(_texts_of_template(agency, period) | _by_normalised(list(tables.read("earlier_texts")["text"])))
    if foreign_letters <= _SHARED_TEXTS.get(normalised, -1) or foreign_letters <= _texts_of_agency(agency, period).get(
        normalised, -1
    ):
        return True
    return foreign_letters <= _texts_of_template(agency, period).get(normalised, -1)


def _normalised(text: str) -> tuple[str, int]:
    """Return the plain letters and digits of a text, and how many letters of other alphabets it has."""
    normalised = " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())
    return normalised, sum(letter.isalnum() and not letter.isascii() for letter in text)


def _by_normalised(texts: list[str]) -> dict[str, int]:
    """Return {normalised text: how many letters of other alphabets it may have}: three for each character that isn't ASCII."""
    return {_normalised(text)[0]: 3 * sum(not letter.isascii() for letter in text) for text in texts}


@cache
def _texts_of_agency(agency: str, period: str) -> dict[str, int]:
    """Return the texts that differ from agency to agency, as far as they are known without making the template."""
    requested = framework.asked(agency, period)
    labels = return_form.labels(requested[requested["form"] == "figures"])
    values = (return_form.FORMAT, return_form.VERSION, agency, period, framework.digest(agency, period))
    machine_texts = (*return_form.MACHINE_KEYS, *values)
    texts = [
        *labels.to_numpy().ravel(),
        *requested["subject"].unique(),
        *machine_texts,
        return_form.MADE_UP_KEY,
        "yes",
        *return_form.SPANS,
    ]
    texts += [*return_form.COLUMNS, *return_form.ACTION_COLUMNS, framework.title(agency), periods.label(period)]
    texts += [template.title(agency, period), template.due_line(agency, period)]
    return _by_normalised([str(text) for text in texts])


@cache
def _texts_of_template(agency: str, period: str) -> dict[str, int]:
    book = template.workbook(agency, period, template.PreviousReturn(), made_up=True)
    cells = (cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    return _by_normalised([str(text) for text in cells if text is not None])
