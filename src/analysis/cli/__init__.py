"""The command `safeguarding`. Exit status: 0 done, 1 failed (the last pack untouched), 2 wrong usage, 3 held back by the gate.

Each module holds a group of commands. Their imports are inside the functions, because `safeguarding --help` doesn't need pandas.
"""

from __future__ import annotations

import io
import sys

import typer

from analysis.cli.documents import word
from analysis.cli.exploring import lab
from analysis.cli.importing import import_
from analysis.cli.listings import areas, indicators, tables
from analysis.cli.making import clean, run
from analysis.cli.release_layouts import app as layouts
from analysis.cli.releasing import check, published, sign_off, withheld
from analysis.cli.returns import app as returns
from analysis.cli.reviewing import claims

app = typer.Typer(
    name="safeguarding",
    help="Clean safeguarding figures and make the quarterly pack of reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
# In the order of the help.
for _command in (clean, run, check, sign_off, published, withheld, indicators, areas, tables):
    app.command()(_command)
app.command("import")(import_)
app.add_typer(claims, name="claims")
app.add_typer(returns, name="returns")
app.add_typer(layouts, name="layouts")
app.command()(word)
app.command(context_settings={"ignore_unknown_options": True})(lab)


def main() -> None:
    """Run the command; an error meant for people is printed as one sentence on standard error and sets the exit status."""
    from analysis.errors import SafeguardingError

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")  # for a file Windows would use an old encoding, without a minus sign
    try:
        app(prog_name="safeguarding")
    except SafeguardingError as error:
        _fail(str(error), error.exit_status)
    except OSError as error:  # a folder that can't be written, a disk that is full
        _fail(f"{error.filename or 'The system'}: {error.strerror or type(error).__name__}.", 1)


def _fail(sentence: str, status: int) -> None:
    typer.echo(f"Error: {sentence}", err=True)
    sys.exit(status)
