"""What stands on the index above its list of reports, as plain values: headlines, a row a domain and area, who signed it off."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True)
class Headline:
    """One sentence of the index, and where on which page more of it stands."""

    text: str
    href: str = ""
    place: str = ""


@dataclass(frozen=True)
class StatusRow:
    """How one domain stands in one area: counts of its judgements in words with a colour or none, and the shape of one series."""

    heading: str
    href: str
    counts: tuple[tuple[str, str], ...]  # colour, words
    series: str
    sparkline: Markup


@dataclass(frozen=True)
class Dashboard:
    """The index above the list of reports."""

    headlines: tuple[Headline, ...] = ()
    rows: tuple[StatusRow, ...] = ()
    quality: Headline = field(default_factory=lambda: Headline(""))
    lacking: tuple[str, ...] = ()  # what the pack doesn't hold, and why
    first: tuple[str, ...] = ()  # what a reader has to know before anything else

    @property
    def links(self) -> list[str]:
        """Every address that the dashboard leads to."""
        said = [each.href for each in (*self.headlines, self.quality)]
        return [href for href in (*said, *(row.href for row in self.rows)) if href]


@dataclass(frozen=True)
class Front:
    """What the index says of the pack itself: who signed it off, and of each day what was corrected, with the page it is on."""

    signed: tuple[str, ...] = ()
    corrected: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()  # heading; sentence and page, "" where it is on none
