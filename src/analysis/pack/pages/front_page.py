"""What stands on the index above its links, as plain values: what matters, reliance, matrix, journey, who signed it off."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

_NOTHING = Markup()


@dataclass(frozen=True)
class Matter:
    """One thing that matters: a figure, what it is of, what it may mean, whom to ask what, and where more of it stands."""

    figure: str
    heading: str
    line: str
    so_what: str
    whom: str
    question: str
    href: str = ""

    @property
    def sentence(self) -> str:
        """The finding in one line, for a terminal."""
        return f"{self.heading}: {self.figure}. {self.line}".strip()


@dataclass(frozen=True)
class Standing:
    """How one area stands on one indicator: figure, what to know of it, change, path and place; empty where there is none."""

    figure: str = ""
    trust: str = ""
    change: str = ""
    before: str = ""
    verdict: str = ""
    path: Markup = _NOTHING
    spine: Markup = _NOTHING
    place: str = ""

    @property
    def stands_out(self) -> bool:
        """Whether the change is unusual."""
        return self.verdict.endswith("nusual")


@dataclass(frozen=True)
class Row:
    """One indicator of the matrix, with where its row of the score card stands and how each area does."""

    short: str
    unit: str
    href: str
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class Bar:
    """One area's bar of a step: the figure in words, the bar drawn, and the area's name where it is the step's first."""

    area: str
    figure: str
    drawn: Markup


@dataclass(frozen=True)
class Panel:
    """Steps of the journey on one scale: a heading, and of each step its name and bars."""

    heading: str
    steps: tuple[tuple[str, tuple[Bar, ...]], ...]


@dataclass(frozen=True)
class Reliance:
    """Whether the figures can be relied on: a sentence that answers, what it rests on, and where to see which."""

    answer: str = ""
    basis: str = ""
    href: str = ""


@dataclass(frozen=True)
class Dashboard:
    """The index above the list of reports."""

    matters: tuple[Matter, ...] = ()
    nothing: str = ""  # in place of the matters, where there are none
    reliance: Reliance = field(default_factory=Reliance)
    areas: tuple[str, ...] = ()
    groups: tuple[tuple[str, tuple[Row, ...]], ...] = ()
    has_spines: bool = False
    has_rings: bool = False  # marks of what another return gives
    journey: tuple[Panel, ...] = ()
    journey_note: str = ""
    unanswered: str = ""
    lacking: tuple[str, ...] = ()  # what the pack doesn't hold, and why
    first: tuple[str, ...] = ()  # what a reader has to know before anything else

    @property
    def links(self) -> list[str]:
        """Every address that the dashboard leads to."""
        rows = [row.href for _, rows in self.groups for row in rows]
        return [href for href in (*(each.href for each in self.matters), self.reliance.href, *rows) if href]


@dataclass(frozen=True)
class Front:
    """What the index says of the pack itself: who signed it off, and of each day what was corrected, with the page it is on."""

    signed: tuple[str, ...] = ()
    corrected: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()  # heading; sentence and page, "" where it is on none
