"""The versions of Python and of the packages that figures and charts depend on."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import version

_PACKAGES = ("pandas", "numpy", "scipy", "seaborn", "matplotlib", "papermill", "nbconvert", "pyarrow")


@cache
def versions() -> dict[str, str]:
    """Return {name: version} of Python and of the packages that a page's figures and charts depend on."""
    return {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES}
