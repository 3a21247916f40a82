"""The log of a run: one line an event, in words or as JSON, and the summary that a run hands to whoever is to be told."""

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

_NOTIFY_WITHIN = 60  # seconds: a mail server that hangs must not keep the next run waiting


class Log:
    """Writes events as they come, each a line, and remembers what a summary needs.

    With `as_json` a line is an object: time (UTC), event, sentence, and the event's own fields. What the library warns of,
    such as kernels that can't be forked, is an event too.
    """

    def __init__(self, as_json: bool = False, write: Callable[[str], object] | None = None) -> None:
        self._as_json = as_json
        self._write = write or _line
        self._events: list[Event] = []
        warned = logging.getLogger("analysis")
        warned.handlers[:] = [_Warnings(self)]
        warned.propagate = False

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
        """Return what the run came to: status, the error if there is one, what was published with its headlines, what failed."""
        packs = self._packs()
        published = packs[0] if len(packs) == 1 else {}
        return {
            "status": status,
            "error": error,
            "pack": published.get("pack", ""),
            "period": published.get("period", ""),
            "audience": published.get("audience", ""),
            "exceptions": published.get("headlines", []),
            "packs": packs,
            "made": [event.fields["report"] for event in self._events if event.name == "made"],
            "taken_over": [report for event in self._events if event.name == "taken over" for report in event.fields["reports"]],
            "failures": [event.fields for event in self._events if event.name in ("failed", "no pack")],
            "notes": [event.sentence for event in self._events if event.name == "note"],
        }

    def _packs(self) -> list[dict[str, Any]]:
        """Return what is known of each pack that was published or found unchanged, with the reports that went into it."""
        packs, made, taken = list[dict[str, Any]](), list[str](), list[str]()
        for event in self._events:
            if event.name == "area":  # the next of many
                made, taken = [], []
            elif event.name == "made":
                made.append(event.fields["report"])
            elif event.name == "taken over":
                taken += event.fields["reports"]
            elif event.name in ("published", "unchanged"):
                packs.append(event.fields | {"made": made, "taken_over": taken})
        return packs


def notify(command: str, summary: dict[str, Any]) -> str:
    """Hand the summary as JSON to a command on its standard input; return one sentence if that failed, else nothing.

    The command is split as a shell would, and run without one.
    """
    try:
        done = subprocess.run(  # noqa: S603 (whoever starts the run names the command)
            shlex.split(command) if os.name == "posix" else command,  # Windows splits it itself, and keeps its backslashes
            input=json.dumps(summary, ensure_ascii=False),
            encoding="utf-8",
            timeout=_NOTIFY_WITHIN,
            check=False,
        )
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
        return f"The command of --notify could not be run ({error})."
    return f"The command of --notify ended with status {done.returncode}." if done.returncode else ""


class _Warnings(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log(Event("note", record.getMessage()))


def _line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()  # whoever watches a log sees what has happened, not what fills a buffer
