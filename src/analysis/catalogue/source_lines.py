"""Sources in words: each producer once with all its returns, and on a page those together who sent the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from analysis.catalogue.wording import listing

_TITLES = r"(?:(?:, | and )?(?:Q[1-4] to )?(?:Q[1-4] )?\d{4}/\d{2}(?:, version \d+)?)+"
_RETURNS = re.compile(rf"(.*), Returns? for ({_TITLES})( \([^()]*\))?")  # producer, titles, remark
_TITLE = re.compile(r"(?:, | and |^)(?:Q([1-4]) to )?((?:Q([1-4]) )?(\d{4}/\d{2})(?:, version \d+)?)")


def by_producer(sources: Iterable[str]) -> list[str]:
    """Return the sources ("producer, title"), each once, with the returns of a producer in one.

    >>> by_producer(["Police, Return for Q2 2013/14", "A board, Report", "Police, Return for Q1 2013/14"])
    ['A board, Report', 'Police, Returns for Q1 to Q2 2013/14']
    """
    others, returns = _parted(sources)
    return [*others, *(f"{producer}, {_titled(titles, remark)}" for (producer, remark), titles in returns.items())]


def together(sources: Iterable[str]) -> list[str]:
    """Return the sources with the producers together who returned the same.

    >>> together(["Police, Return for Q1 2013/14 (made up)", "Schools, Return for Q1 2013/14 (made up)"])
    ['Return for Q1 2013/14 (made up): Police and Schools']
    """
    others, returns = _parted(sources)
    same: dict[str, list[str]] = {}
    for (producer, remark), titles in returns.items():
        same.setdefault(_titled(titles, remark), []).append(producer)
    return [*others, *(f"{titles}: {listing(producers)}" for titles, producers in same.items())]


def _parted(sources: Iterable[str]) -> tuple[list[str], dict[tuple[str, str], set[str]]]:
    """Return the sources that are no returns, and {(producer, remark): titles} of those that are."""
    others, returns = dict[str, None](), dict[tuple[str, str], set[str]]()
    for source in sources:
        found = _RETURNS.fullmatch(source)
        if found:
            returns.setdefault((found[1], found[3] or ""), set()).update(_titles(found[2]))
        else:
            others[source] = None
    return list(others), returns


def _titles(words: str) -> Iterator[str]:
    """Yield the titles that `_titled` has put into words."""
    for first, title, last, year in _TITLE.findall(words):
        yield from [f"Q{number} {year}" for number in range(int(first), int(last) + 1)] if first else [title]


def _titled(titles: set[str], remark: str) -> str:
    """Return the returns of some periods in words, in order: what is said of all of them in brackets stands once."""
    spans: list[list[str]] = []
    for title in sorted(titles, key=lambda title: (len(title), title.partition(" ")[2], title)):
        last = spans[-1][-1] if spans else ""
        follows = len(title) == len(last) == len("Q1 2013/14") and title == f"Q{int(last[1]) + 1}{last[2:]}"
        if follows:
            spans[-1].append(title)
        else:
            spans.append([title])
    named = [span[0] if len(span) == 1 else f"{span[0].partition(' ')[0]} to {span[-1]}" for span in spans]
    return f"Return{'s' if len(titles) > 1 else ''} for {listing(named)}{remark}"
