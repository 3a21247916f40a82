"""Who may see what: the audiences of a pack, and the one rule that holds until small numbers can be protected.

Fail closed: a pack is made only for an audience to which everything in it may be shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from analysis import tables
from analysis.errors import SafeguardingError, UnknownNameError


class DisclosureError(SafeguardingError):
    """A figure can't be shown to this audience."""


def check_audience(audience: str, unpublished: Iterable[str] = ()) -> str:
    """Return the audience if everything may be shown to it.

    `unpublished` names the releases among the sources that their producer has not published. `internal` sees everything. `seg`
    sees what is published, as it stands. `public` needs protected figures, which this version can't make. Raises
    UnknownNameError for another audience and DisclosureError where something would have to be protected.
    """
    known = tables.read("audiences").set_index("id")
    if audience not in known.index:
        raise UnknownNameError(f"There is no audience {audience!r}: there is {', '.join(known.index)}.")
    shows = known.loc[audience, "shows"]
    if shows == "protected":
        raise DisclosureError(
            f"No pack is made for the audience {audience!r}: small numbers in it would have to be protected first, "
            "and this version does not protect them yet."
        )
    names = sorted(unpublished)
    if shows == "published" and names:
        raise DisclosureError(f"No pack is made for the audience {audience!r}: {', '.join(names)} is not published.")
    return audience


def shows_commentary(audience: str) -> bool:
    """Return whether agencies' commentary is shown to the audience: free text can't be protected, so it is not published."""
    known = tables.read("audiences").set_index("id")
    return bool(known.loc[audience, "shows"] != "protected")


def banner(audience: str) -> tuple[str, str]:
    """Return what stands at the head of every page for this audience: the line itself, and what follows for the reader.

    Raises UnknownNameError for another audience.
    """
    known = tables.read("audiences").set_index("id")
    if audience not in known.index:
        raise UnknownNameError(f"There is no audience {audience!r}: there is {', '.join(known.index)}.")
    return str(known.loc[audience, "banner"]), str(known.loc[audience, "rule"])
