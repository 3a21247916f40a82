"""The origin record (`origin.toml`) of a release of official statistics: its producer, title, licence and checksums."""

from __future__ import annotations

from collections.abc import Mapping

from analysis import catalogue
from analysis.catalogue import tables


def origin_text(source: str, release: str, date: str, checksums: Mapping[str, str]) -> str:
    """Return the text of an `origin.toml`, for files that their producer has published under its own disclosure control.

    Raises UnknownNameError for a source that is not in `official_sources.csv`.
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
