"""The command `safeguarding`. Exit status: 0 done, 1 failed (the last pack untouched), 2 wrong usage, 3 held back by the gate.

One module a group of commands. They import what they run inside their functions: `safeguarding --help` has no need of pandas.
"""

from __future__ import annotations

import io
import sys

import typer

from analysis.cli.documents import word
from analysis.cli.exploring import lab
from analysis.cli.importing import import_
from analysis.cli.judging import claims
from analysis.cli.layouts import app as layouts
from analysis.cli.listings import areas, indicators, tables
from analysis.cli.making import clean, run
from analysis.cli.releasing import check, published, sign_off, withheld
from analysis.cli.returns import app as returns

app = typer.Typer(
    name="safeguarding",
    help="Clean safeguarding figures and make the quarterly pack of reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
# In the order in which the help lists them.
for _command in (clean, run, check, sign_off, published, withheld, indicators, areas, tables):
    app.command()(_command)
app.command("import")(import_)
app.add_typer(claims, name="claims")
app.add_typer(returns, name="returns")
app.add_typer(layouts, name="layouts")
app.command()(word)
app.command(context_settings={"ignore_unknown_options": True})(lab)


def main() -> None:
    """Run the command; every error meant for people is one sentence on standard error, and exit status 1 or 2."""
    from analysis.errors import SafeguardingError

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")  # Windows would write its old letters into a file, which has no minus sign
    try:
        app(prog_name="safeguarding")
    except SafeguardingError as error:
        _fail(str(error), error.exit_status)
    except OSError as error:  # a folder that can't be written, a disk that is full
        _fail(f"{error.filename or 'The system'}: {error.strerror or type(error).__name__}.", 1)


def _fail(sentence: str, status: int) -> None:
    typer.echo(f"Error: {sentence}", err=True)
    sys.exit(status)
