"""What a run says of itself: one event a line, in words for people or as JSON for programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Event:
    """Something that has happened in a run: its name, one sentence, and what a program might want to know of it."""

    name: str
    sentence: str
    fields: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence


Say = Callable[[Event], object]
