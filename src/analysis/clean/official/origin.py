"""The origin record of a release of official statistics: what is said of its source, and the checksum of each file."""

from __future__ import annotations

from collections.abc import Mapping

from analysis import catalogue
from analysis.catalogue import tables


def origin_text(source: str, release: str, date: str, checksums: Mapping[str, str]) -> str:
    """Return the text of an `origin.toml`: its producer has published it and applied its own disclosure control.

    Raises UnknownNameError for a source that `official_sources.csv` lacks.
    """
    table = tables.read("official_sources").set_index("source")
    entry = table.loc[catalogue.check_known(source, table.index, "source of official statistics")]
    lines = [
        f'source = "{source}"',
        f'release = "{release}"',
        f'producer = "{entry["producer"]}"',
        f'title = "{entry["title"]}, {release}"',
        f'date = "{date}"',
        f'licence = "{entry["licence"]}"',
        "published = true",
        "controlled = true",
        "",
        "[files]",
        *(f'"{file}" = "{digest}"' for file, digest in sorted(checksums.items())),
    ]
    return "\n".join(lines) + "\n"
