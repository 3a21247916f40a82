"""What the index says above its list of reports. Light: nothing here draws or looks at a figure (see `dashboard`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from analysis.errors import SafeguardingError
from analysis.pack.plan import Report


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


def summarise(
    period: str, areas: Sequence[str], audience: str, reports: Sequence[Report], inputs: Mapping[str, str]
) -> Dashboard:
    """Return the dashboard of a pack (see `dashboard.dashboard`) of the figures that were cleaned from these inputs.

    Raises SafeguardingError where others have taken their place since.
    """
    from analysis.pack.dashboard import dashboard  # with all that draws, which a helper has imported already
    from analysis.scope import scope

    here = scope(period=period, areas=areas, audience=audience)
    if here.held.build["inputs"] != inputs:
        raise SafeguardingError("The figures were cleaned anew while this pack was being made from those before: run it again.")
    return dashboard(here, reports)
