"""The index of a pack in a process of its own: what draws is loaded there. Light: nothing here draws or looks at a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.errors import SafeguardingError
from analysis.pack.pages.front_page import Dashboard
from analysis.pack.plan import Report


def summarise(
    period: str, areas: Sequence[str], audience: str, reports: Sequence[Report], inputs: Mapping[str, str]
) -> Dashboard:
    """Return the dashboard of a pack (see `dashboard.dashboard`) of the figures that were cleaned from these inputs.

    Raises SafeguardingError where others have taken their place since.
    """
    from analysis.pack.pages.dashboard import dashboard  # with all that draws, which a helper has imported already
    from analysis.scope import scope

    here = scope(period=period, areas=areas, audience=audience)
    if here.unnoted_store.build["inputs"] != inputs:
        raise SafeguardingError("The figures were cleaned anew while this pack was being made from those before: run it again.")
    return dashboard(here, reports)
