"""The events that a run reports while it works; `log` writes them as lines for people or as JSON for programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Event:
    """Something that has happened in a run: its name, one sentence for people, and fields for programs."""

    name: str
    sentence: str
    fields: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence


ReportEvent = Callable[[Event], object]
