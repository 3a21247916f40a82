"""Computes in advance what the reports of many packs have in common, in the server that their kernels are forked from.

The figures are read, protected and measured once. A kernel finds the results in the caches of `store.load`,
`protection.for_audience` and `scope`, in memory that all kernels share, where it would otherwise compute them itself.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator

_VARIABLE = "SAFEGUARDING_AHEAD"


@contextlib.contextmanager
def request_for_server(period: str, audience: str, domains: Iterable[str]) -> Iterator[None]:
    """Have a server that is started within this context compute the figures of these domains; an empty name stands for all."""
    os.environ[_VARIABLE] = json.dumps({"period": period, "audience": audience, "domains": list(domains)})
    try:
        yield
    finally:
        del os.environ[_VARIABLE]


def work_ahead() -> None:
    """Compute what `request_for_server` asked of this process, if anything.

    Reading leaves threads of Arrow waiting; a forked process starts its own.
    """
    request = json.loads(os.environ.get(_VARIABLE, "{}"))
    for domain in request.get("domains", ()):
        from analysis.scope import scope

        scope_of_domain = scope(period=request["period"], audience=request["audience"], domain=domain)
        _ = scope_of_domain.everywhere
        _ = scope_of_domain.official
