"""The store: raw files, the folder of returns, the tidy table, the register of published figures, and notes of what is read."""

from analysis.store.identity import digest
from analysis.store.tidy_table import (
    CELL_COLUMNS,
    CHECK_COLUMNS,
    COLUMNS,
    COMMENTARY_COLUMNS,
    FIGURE,
    IMPLIED,
    RANGE,
    WITH_VALUE,
    Store,
    check,
    is_current,
    latest_versions,
    load,
    read,
    version,
    write,
)

__all__ = [
    "CELL_COLUMNS",
    "CHECK_COLUMNS",
    "COLUMNS",
    "COMMENTARY_COLUMNS",
    "FIGURE",
    "IMPLIED",
    "RANGE",
    "WITH_VALUE",
    "Store",
    "check",
    "digest",
    "is_current",
    "latest_versions",
    "load",
    "read",
    "version",
    "write",
]


def __dir__() -> list[str]:
    return __all__
