"""The commands `clean` and `run`."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.cli.options import DataOption, data_folder

_HELD_BACK = 3  # exit status of a pack that the gate holds back


class Audience(StrEnum):
    """The audience of a pack."""

    seg = "seg"
    public = "public"
    internal = "internal"


def clean(data: DataOption = None) -> None:
    """Build the processed figures from the raw ones."""
    from analysis.clean import clean as build

    folder = data_folder(data)
    has_cleaned = build(folder)
    typer.echo("Cleaned the raw figures." if has_cleaned else "Nothing to do: the processed figures are up to date.")


class LogFormat(StrEnum):
    """The format of the lines of a run."""

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
    data: DataOption = None,
) -> None:
    """Make the pack of a period: one HTML page a report, and index.html."""
    from analysis.pack.run.helpers import start_fork_server
    from analysis.pack.run.stopping import stop_on_signals

    with stop_on_signals():
        if not (resume or dry_run or cluster or each):  # kernels will be needed: their imports begin before those of this process
            start_fork_server()
        from analysis.catalogue import periods
        from analysis.disclosure import policy
        from analysis.errors import SafeguardingError
        from analysis.pack.run import log as logs
        from analysis.pack.run import publish as packs
        from analysis.pack.run.each_area import dry_run_for_each_area, publish_for_each_area
        from analysis.pack.run.events import Event

    log = logs.Log(as_json=log_format is LogFormat.json)
    status, error = "failed", ""
    packs_folder = out or Path(policy.packs_folder(audience.value))
    try:
        request: dict[str, Any] = {
            "period": periods.parse(period) if period else None,
            "audience": audience.value,
            "requested_areas": area or (),
            "omitted_ids": without or (),
        }
        if dry_run:
            for sentence in (dry_run_for_each_area if each else packs.dry_run)(data_folder(data), packs_folder, **request):
                log(Event("would", sentence))
            return
        settings: dict[str, Any] = {
            "jobs": jobs or os.cpu_count() or 1,
            "progress": sys.stderr.isatty() and log_format is LogFormat.text,
            "resume": resume,
            "keep": keep,
            "timeout": timeout,
            "cluster": cluster,
            "report_event": log,
        }
        if each:
            indexes = publish_for_each_area(data_folder(data), packs_folder, **request, **settings)
            event = Event("ready", f"{len(indexes)} packs are ready: {packs_folder}", {"packs": str(packs_folder)})
        else:
            index = packs.publish(data_folder(data), packs_folder, **request, **settings)
            event = Event("ready", f"The pack is ready: {index}", {"index": str(index)})
        status = "done"
        log(event)
    except (SafeguardingError, OSError) as exception:
        error = str(exception)
        if getattr(exception, "exit_status", 1) == _HELD_BACK:
            status = "held back"
        if log_format is LogFormat.json:
            log(Event("error", error))
        raise
    finally:
        if notify and not dry_run:
            problem = logs.notify(notify, log.summary(status, error))
            if problem:
                typer.echo(f"Warning: {problem}", err=True)
