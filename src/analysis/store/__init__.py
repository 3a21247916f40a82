"""The store: raw files as received, the folder of returns, THE tidy table, the register of what was shown, and what was read."""

from analysis.store.tidy_table import (
    CELL_COLUMNS,
    CHECK_COLUMNS,
    COLUMNS,
    COMMENTARY_COLUMNS,
    FIGURE,
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
    "WITH_VALUE",
    "Store",
    "check",
    "is_current",
    "latest_versions",
    "load",
    "read",
    "version",
    "write",
]


def __dir__() -> list[str]:
    return __all__
