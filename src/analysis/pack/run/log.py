"""The log of a run: one line for each event, in words or as JSON, and a summary for the command of `--notify`."""

from __future__ import annotations

import json
import logging
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from analysis.pack.run.events import Event

_NOTIFY_TIMEOUT = 60  # seconds: a mail server that hangs must not keep the next run waiting


class Log:
    """Writes each event as a line when it comes, and keeps the events for the summary.

    With `as_json` a line is an object: time (UTC), event, sentence, and the event's own fields. Warnings of the library, such as
    one that kernels can't be forked, are events too.
    """

    def __init__(self, as_json: bool = False, write: Callable[[str], object] | None = None) -> None:
        self._as_json = as_json
        self._write = write or _write_line
        self._events: list[Event] = []
        logger = logging.getLogger("analysis")
        logger.handlers[:] = [_WarningHandler(self)]
        logger.propagate = False

    def __call__(self, event: Event) -> None:
        """Write the event."""
        self._events.append(event)
        if self._as_json:
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            self._write(
                json.dumps({"time": at, "event": event.name, "sentence": event.sentence} | event.fields, ensure_ascii=False)
            )
        else:
            self._write(event.sentence)

    def summary(self, status: str, error: str = "") -> dict[str, Any]:
        """Return the outcome of the run: its status, the error if there is one, the packs with their headlines, what failed."""
        packs = self._packs()
        pack = packs[0] if len(packs) == 1 else {}
        return {
            "status": status,
            "error": error,
            "pack": pack.get("pack", ""),
            "period": pack.get("period", ""),
            "audience": pack.get("audience", ""),
            "exceptions": pack.get("headlines", []),
            "packs": packs,
            "made": [event.fields["report"] for event in self._events if event.name == "made"],
            "taken_over": [report for event in self._events if event.name == "taken over" for report in event.fields["reports"]],
            "failures": [event.fields for event in self._events if event.name in ("failed", "no pack")],
            "notes": [event.sentence for event in self._events if event.name == "note"],
        }

    def _packs(self) -> list[dict[str, Any]]:
        """Return each pack that was published or found unchanged, with the reports that were made or taken over for it."""
        packs, made_reports, reused_reports = list[dict[str, Any]](), list[str](), list[str]()
        for event in self._events:
            if event.name == "area":  # the next pack of several begins
                made_reports, reused_reports = [], []
            elif event.name == "made":
                made_reports.append(event.fields["report"])
            elif event.name == "taken over":
                reused_reports += event.fields["reports"]
            elif event.name in ("published", "unchanged"):
                packs.append(event.fields | {"made": made_reports, "taken_over": reused_reports})
        return packs


def notify(command: str, summary: dict[str, Any]) -> str:
    """Pass the summary as JSON to the standard input of a command; return a sentence if that failed, else an empty string.

    The command is split as a shell would split it, and run without a shell.
    """
    try:
        process = subprocess.run(  # noqa: S603 (whoever starts the run names the command)
            shlex.split(command) if os.name == "posix" else command,  # Windows splits it itself, and keeps its backslashes
            input=json.dumps(summary, ensure_ascii=False),
            encoding="utf-8",
            timeout=_NOTIFY_TIMEOUT,
            check=False,
        )
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
        return f"The command of --notify could not be run ({error})."
    return f"The command of --notify ended with status {process.returncode}." if process.returncode else ""


class _WarningHandler(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log(Event("note", record.getMessage()))


def _write_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()  # so that each line can be seen at once
