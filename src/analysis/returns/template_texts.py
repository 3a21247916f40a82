"""What a template prints: every text that its cells hold before anybody has filled it in, to tell these from what was added."""

from __future__ import annotations

import re
from functools import cache

from analysis.catalogue import framework, periods, tables
from analysis.catalogue.framework import return_form
from analysis.returns import template

# Of the first template that was asked for: guidance and labels are the same in all, and making a whole one takes a while.
_SHARED: dict[str, int] = {}


def is_printed(text: str, agency: str, period: str) -> bool:
    """Return whether a text is one that the template of an agency for a quarter prints.

    Letters and digits are compared, so that a text survives other quotation marks and encodings.
    """
    folded, foreign = _folded(text)
    if not _SHARED:
        _SHARED.update(_of_template(agency, period) | _by_folded(list(tables.read("earlier_texts")["text"])))
    if foreign <= _SHARED.get(folded, -1) or foreign <= _of_agency(agency, period).get(folded, -1):
        return True
    return foreign <= _of_template(agency, period).get(folded, -1)


def _folded(text: str) -> tuple[str, int]:
    """Return the plain letters and digits of a text, and how many letters of other alphabets it has."""
    folded = " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())
    return folded, sum(each.isalnum() and not each.isascii() for each in text)


def _by_folded(texts: list[str]) -> dict[str, int]:
    """Return {folded text: how many letters of other alphabets it may have}: three for each sign that isn't ASCII."""
    return {_folded(text)[0]: 3 * sum(not each.isascii() for each in text) for text in texts}


@cache
def _of_agency(agency: str, period: str) -> dict[str, int]:
    """Return the texts that differ from agency to agency, as far as they are known without making the template."""
    asked = framework.asked(agency, period)
    labels = return_form.labels(asked[asked["form"] == "figures"])
    machine = (
        *return_form.MACHINE_KEYS,
        return_form.FORMAT,
        return_form.VERSION,
        agency,
        period,
        framework.digest(agency, period),
    )
    texts = [*labels.to_numpy().ravel(), *asked["subject"].unique(), *machine, return_form.MADE_UP_KEY, "yes", *return_form.SPANS]
    texts += [*return_form.COLUMNS, *return_form.ACTION_COLUMNS, framework.title(agency), periods.label(period)]
    texts += [template.title(agency, period), template.due_line(agency, period)]
    return _by_folded([str(text) for text in texts])


@cache
def _of_template(agency: str, period: str) -> dict[str, int]:
    book = template.workbook(agency, period, template.Last(), made_up=True)
    cells = (cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    return _by_folded([str(text) for text in cells if text is not None])
