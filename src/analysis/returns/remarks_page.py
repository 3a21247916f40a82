"""The page of remarks that goes back to the agency, as HTML and as text: what is wrong, in which cell, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from analysis.catalogue import framework, periods
from analysis.returns.parsing import Return
from analysis.returns.remarks import ASKED, NOTED, REFUSED, Remark

_PARTS = (
    (REFUSED, "To be put right", "The return can't be taken until these are put right."),
    (ASKED, "A word is asked for", "These figures would be taken. Please say in the column “Remark” what is behind them."),
    (NOTED, "How it was read", "Nothing to do, if this is what was meant."),
)
_COLUMNS = ("Where", "Figure", "What was found", "What to do")
_STYLE = (
    "body{font:1rem/1.5 Arial,sans-serif;color:#1d1d1d;max-width:64rem;margin:0 auto;padding:1rem}"
    "table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:bold;padding:.5rem 0}"
    "th,td{border:1px solid #8a8a8a;padding:.4rem;text-align:left;vertical-align:top;overflow-wrap:break-word}"
    "th{min-width:6rem}"
    "thead th{background:#12436d;color:#fff}"
    "@media(max-width:40rem){thead{position:absolute;left:-999rem}tr{display:block;border:2px solid #12436d;margin:0 0 1rem}"
    "th,td{display:block;border:0}td[data-name]:not(:empty)::before{content:attr(data-name) ': ';font-weight:bold}}"
)


def as_html(file: str, agency_return: Return | None, remarks: Sequence[Remark]) -> str:
    """Return the remarks as one HTML page without scripts; all texts of the file are escaped."""
    tables = Markup("").join(_table(title, lead, rows) for title, lead, rows in _parts(remarks))
    page = Markup(
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        "<style>{}</style></head><body><main><h1>{}</h1><p>{}</p>{}</main></body></html>\n"
    )
    return str(page.format(_title(agency_return), Markup(_STYLE), _title(agency_return), _lead(file, remarks), tables))  # noqa: S704 (a constant)


def as_text(file: str, agency_return: Return | None, remarks: Sequence[Remark]) -> str:
    """Return the same remarks as plain text, for an e-mail."""
    lines = [_title(agency_return), "", _lead(file, remarks)]
    for title, lead, rows in _parts(remarks):
        lines += ["", f"{title}. {lead}", *(f"- {remark.sentence()}" for remark in rows)]
    return "\n".join(lines) + "\n"


def _parts(remarks: Sequence[Remark]) -> list[tuple[str, str, list[Remark]]]:
    parts = [(title, lead, [remark for remark in remarks if remark.weight == weight]) for weight, title, lead in _PARTS]
    return [part for part in parts if part[2]]


def _title(agency_return: Return | None) -> str:
    if agency_return is None:
        return "A return that can't be taken"
    return f"Return that can't be taken yet: {framework.title(agency_return.agency)}, {periods.label(agency_return.period)}"


def _lead(file: str, remarks: Sequence[Remark]) -> str:
    number = sum(remark.weight == REFUSED for remark in remarks)
    what = "one thing has" if number == 1 else f"{number} things have"
    todo = "Nothing of it was kept. Please put it right in the workbook and send it again."
    return f"In the file {file} {what} to be put right. {todo}"


def _table(title: str, lead: str, remarks: list[Remark]) -> Markup:
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in _COLUMNS)
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            remark.place[0].upper() + remark.place[1:],
            Markup("").join(
                Markup('<td data-name="{}">{}</td>').format(name, text)
                for name, text in zip(_COLUMNS[1:], (remark.figure, remark.found, remark.todo), strict=True)
            ),
        )
        for remark in remarks
    )
    return Markup("<h2>{}</h2><p>{}</p><table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
        title, lead, f"{title}: {len(remarks)}", head, rows
    )
