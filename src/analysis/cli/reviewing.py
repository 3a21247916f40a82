"""The commands `claims`, which judges statements, `claims extract`, which proposes them, and `claims check`, a text by itself."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.options import DataOption, data_folder

if TYPE_CHECKING:
    import pandas as pd

# The longest text that a table for people shows in a column; CSV and JSON have all of it.
_WIDTH = 44


class Listed(StrEnum):
    """How judged statements are printed."""

    table = "table"
    csv = "csv"
    json = "json"


claims = typer.Typer(
    help="Judge the statements of a report against its figures, or a text by its own numbers.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@claims.callback()
def judge(
    context: typer.Context,
    form: Annotated[Listed, typer.Option("--format", help="A table for people, CSV or JSON for programs.")] = Listed.table,
    file: Annotated[Path | None, typer.Option("--file", help="Your own statements: a CSV in the columns of claims.csv.")] = None,
    data: DataOption = None,
) -> None:
    """Judge the statements of the report that is held, or those of a draft, against the figures held.

    Findings are results: the exit status is 0 when the statements were judged, whatever came out.
    """
    if context.invoked_subcommand is not None:
        return
    from analysis.claims import COLUMNS, read_draft, review, review_draft, summary_sentence
    from analysis.store import load

    store = load(data_folder(data))
    judged = review(store) if file is None else review_draft(store, read_draft(file))
    _list(judged[list(COLUMNS)], form)
    typer.echo(summary_sentence(judged), err=True)


@claims.command()
def extract(
    file: Annotated[Path, typer.Argument(help="A draft as .txt, .md or .docx.", metavar="FILE")],
    area: Annotated[str, typer.Option(help="The area of sentences that name none.")] = "",
    period: Annotated[str, typer.Option(help="The period of sentences that name none, such as 2013-14.")] = "",
    keep: Annotated[bool, typer.Option("--keep", help="Write them beside the draft, as FILE.statements.csv.")] = False,
) -> None:
    """Propose statements from prose as CSV; a row counts once a person has written yes under confirmed.

    With --keep a row that says yes or no beside the draft stays as it is, and `claims check --data` goes by it.
    """
    from analysis.claims.draft.extract import propose
    from analysis.claims.draft.own_readings import keep_readings, readings_file
    from analysis.claims.draft.reading.report_file import read_report

    proposed = propose(read_report(file), area=area, period=period)
    if keep:
        gone = keep_readings(file, proposed)
        typer.echo(f"{len(proposed):,} statements are in {readings_file(file)}.", err=True)
        if gone:
            typer.echo(f"The last {gone:,} rows are of sentences that the draft no longer has.", err=True)
        return
    typer.echo(proposed.to_csv(index=False, lineterminator="\n").rstrip("\n"))
    typer.echo(
        f"{len(proposed):,} statements are proposed. Correct each, write yes under confirmed, and judge them with "
        "`safeguarding claims --file`; a row that nobody has confirmed is not judged.",
        err=True,
    )


@claims.command()
def check(
    file: Annotated[Path, typer.Argument(help="A report as .txt, .md or .docx.", metavar="REPORT")],
    area: Annotated[str, typer.Option(help="The area of sentences under no heading that names one.")] = "",
    period: Annotated[str, typer.Option(help="The period of sentences that name none, such as 2013-14.")] = "",
    form: Annotated[Listed, typer.Option("--format", help="A table for people, CSV or JSON for programs.")] = Listed.table,
    everything: Annotated[bool, typer.Option("--all", help="Also what agrees.")] = False,
    page: Annotated[Path | None, typer.Option(help="Also write a page (HTML) of what was found.", dir_okay=False)] = None,
    data: Annotated[
        Path | None, typer.Option(help="Also hold it against the figures of this folder.", file_okay=False, exists=True)
    ] = None,
) -> None:
    """Test a report against itself: shares, changes, sums, words, rates, dates and tables by its own numbers.

    No figures are needed; with --data what it says is held against them too. Findings are results: the exit status is 0 when the
    text was read, whatever came out.
    """
    from analysis.claims.draft.reading.report_file import read_report
    from analysis.claims.draft.self_check import as_frame, check_sentence, check_text, with_figures

    folder = data_folder(data) if data is not None else None
    blocks = read_report(file)
    found = check_text(blocks, area=area, period=period)
    if folder is not None:
        from analysis.claims.draft.figure_check import check_figures
        from analysis.claims.draft.own_readings import own_readings
        from analysis.store import load

        found = with_figures(found, check_figures(blocks, load(folder), own_readings(file), area, period))
    shown = as_frame(found if everything else [each for each in found if each.verdict != "agrees"])
    _list(shown, form, ["verdict", "sure", "line", "heading", "sentence", "arithmetic"])
    if page is not None:
        from analysis.pack.pages.text_check import write_text_check

        write_text_check(page, file.name, period, shown.to_dict("records"), check_sentence(found))
    typer.echo(check_sentence(found), err=True)


def _list(rows: pd.DataFrame, form: Listed, for_people: list[str] | None = None) -> None:
    """Print rows as CSV, JSON or a table, which has the columns `for_people`, all where none are given."""
    match form:
        case Listed.csv:
            text = rows.to_csv(index=False, lineterminator="\n")
        case Listed.json:
            text = json.dumps(rows.to_dict("records"), ensure_ascii=False, indent=1)
        case _:
            named = rows[for_people] if for_people else rows
            text = named.to_string(index=False, max_colwidth=_WIDTH) if len(named) else ""
    typer.echo(text.rstrip("\n"))
