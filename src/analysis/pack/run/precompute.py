"""Working out ahead what the reports of many packs have in common, in the server that their kernels are forked from.

The figures of a nation are read, protected and measured once: a kernel finds them where it would otherwise read and measure
them itself (`store.read`, `protection.for_audience` and `views` keep what they have worked out), in memory that all share.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator

from analysis.errors import UnknownNameError

_VARIABLE = "SAFEGUARDING_AHEAD"


@contextlib.contextmanager
def told(period: str, audience: str, domains: Iterable[str]) -> Iterator[None]:
    """Tell a server that is started within this context what to work out: the figures of these domains, an empty one for all."""
    os.environ[_VARIABLE] = json.dumps({"period": period, "audience": audience, "domains": list(domains)})
    try:
        yield
    finally:
        del os.environ[_VARIABLE]


def work_out() -> None:
    """Work out what this process was told to, if anything.

    Arrow's threads, which reading leaves waiting, are made anew in whatever is forked.
    """
    asked = json.loads(os.environ.get(_VARIABLE, "{}"))
    for domain in asked.get("domains", ()):
        from analysis.scope import scope

        here = scope(period=asked["period"], audience=asked["audience"], domain=domain)
        _ = here.everywhere
        with contextlib.suppress(UnknownNameError):  # no official figure is held: those who ask for one say so themselves
            _ = here.official
