"""Making: `clean` and `run`."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.cli.options import Data, data_folder

_HELD_BACK = 3  # exit status of what the gate doesn't let out


class Audience(StrEnum):
    """Whom a pack is for."""

    seg = "seg"
    public = "public"
    internal = "internal"


def clean(data: Data = None) -> None:
    """Build the processed figures from the raw ones."""
    from analysis.clean import clean as build

    folder = data_folder(data)
    done = build(folder)
    typer.echo("Cleaned the raw figures." if done else "Nothing to do: the processed figures are up to date.")


class LogFormat(StrEnum):
    """How a run says what it does."""

    text = "text"
    json = "json"


def run(
    period: Annotated[str | None, typer.Option(help="Such as 2012-13-Q4; the latest quarter held when not given.")] = None,
    area: Annotated[list[str] | None, typer.Option(help="An area's name or code, instead of those in pack.toml.")] = None,
    each: Annotated[
        bool,
        typer.Option("--each", help="A pack of its own for each area named, or for every authority with official figures."),
    ] = False,
    without: Annotated[
        list[str] | None, typer.Option(help="A report to leave out, by its id in pack.toml; the index names it.")
    ] = None,
    audience: Annotated[Audience, typer.Option(help="Whom the pack is for.")] = Audience.seg,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many reports to make side by side.", show_default="cores")] = None,
    out: Annotated[Path | None, typer.Option(help="The folder of packs; each audience has one.", show_default="reports")] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume/--force", help="Take over what was made before, by a killed run too, and still holds; or make all."
        ),
    ] = True,
    keep: Annotated[int, typer.Option(min=1, help="How many packs before this one to keep, in .earlier.")] = 2,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that one report may take.")] = 600,
    cluster: Annotated[
        str | None, typer.Option(help="Address of a dask.distributed scheduler that is to make the reports.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done and why, and do nothing.")] = False,
    log_format: Annotated[LogFormat, typer.Option(help="Lines for people or JSON for programs.")] = LogFormat.text,
    notify: Annotated[str | None, typer.Option(help="A command that gets a summary as JSON on its standard input.")] = None,
    data: Data = None,
) -> None:
    """Make the pack of a period: one HTML page a report, and index.html."""
    from analysis.pack.run.helpers import get_ready
    from analysis.pack.run.stopping import by_signal

    with by_signal():
        if not (resume or dry_run or cluster or each):  # kernels will be needed: their imports begin before this process's own
            get_ready()
        from analysis.catalogue import periods
        from analysis.disclosure import policy
        from analysis.errors import SafeguardingError
        from analysis.pack.run import log as logs
        from analysis.pack.run import publish as packs
        from analysis.pack.run.each_area import publish_each, would_each
        from analysis.pack.run.events import Event

    log = logs.Log(as_json=log_format is LogFormat.json)
    status, error = "failed", ""
    packs_in = out or Path(policy.packs_folder(audience.value))
    try:
        asked: dict[str, Any] = {
            "period": periods.parse(period) if period else None,
            "audience": audience.value,
            "areas_given": area or (),
            "leaving_out": without or (),
        }
        if dry_run:
            for sentence in (would_each if each else packs.would)(data_folder(data), packs_in, **asked):
                log(Event("would", sentence))
            return
        how: dict[str, Any] = {
            "jobs": jobs or os.cpu_count() or 1,
            "progress": sys.stderr.isatty() and log_format is LogFormat.text,
            "resume": resume,
            "keep": keep,
            "timeout": timeout,
            "cluster": cluster,
            "say": log,
        }
        if each:
            made = publish_each(data_folder(data), packs_in, **asked, **how)
            ready = Event("ready", f"{len(made)} packs are ready: {packs_in}", {"packs": str(packs_in)})
        else:
            index = packs.publish(data_folder(data), packs_in, **asked, **how)
            ready = Event("ready", f"The pack is ready: {index}", {"index": str(index)})
        status = "done"
        log(ready)
    except (SafeguardingError, OSError) as failed:
        error = str(failed)
        if getattr(failed, "exit_status", 1) == _HELD_BACK:
            status = "held back"
        if log_format is LogFormat.json:
            log(Event("error", error))
        raise
    finally:
        if notify and not dry_run:
            unheard = logs.notify(notify, log.summary(status, error))
            if unheard:
                typer.echo(f"Warning: {unheard}", err=True)
