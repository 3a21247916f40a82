"""What the index says of the pack itself, who signed it off and what was corrected, held against the manifest and the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.disclosure.audit.cells import Cell, number
from analysis.disclosure.gate.rules import Broken

INDEX = "index.html"
SIGNED, CORRECTED = "signed-off", "corrected"  # classes of the elements that say so
NOT_SIGNED = "Not signed off"
MOST = 10  # corrections of one day that the index lists; the manifest has all
NO_LONGER = "no longer shown"
_Record = Mapping[str, Any]


def signed_lines(manifest: _Record) -> list[str]:
    """Return what the index says of the sign-off: a line for each role, or that nobody has signed."""
    return [f"Signed off by {each['role']} on {each['on']}" for each in manifest["signed_off"]] or [NOT_SIGNED]


def corrected_lines(manifest: _Record) -> list[str]:
    """Return what the index says of corrections: of each day, the latest first, a heading and its figures in their order."""
    lines = []
    for day in manifest.get("corrections", []):
        figures = day["figures"]
        more = f", {MOST} of {len(figures)} are listed" if len(figures) > MOST else ""
        lines.append(f"Corrected on {day['on']}: {len(figures):,} figure{'s' * (len(figures) != 1)}{more}")
        lines += [sentence(figure) for figure in figures[:MOST]]
    return lines


def sentence(figure: Mapping[str, str]) -> str:
    """Return one correction in words: which figure, what it was and is; nothing of one that is withheld or withdrawn now."""
    change = f"was {figure['was']}, now {figure['now']}" if figure["was"] and figure["now"] else NO_LONGER
    return f"{name(figure)}: {change}"


def name(figure: Mapping[str, str]) -> str:
    """Return a figure's name for readers: indicator, part, area and period."""
    part = [] if figure["category"] == catalogue.TOTAL else [catalogue.categories()[figure["category"]]]
    title = str(catalogue.indicators().at[figure["indicator"], "title"])
    return ", ".join([title, *part, areas.label(figure["area"]), periods.label(figure["period"])])


def look(manifest: _Record, said: Mapping[str, Sequence[str]]) -> Iterator[Broken]:
    """Yield where the index says otherwise than the manifest; one of a version that kept neither is not asked."""
    wanted = {SIGNED: ("sign-off-differs", signed_lines), CORRECTED: ("correction-differs", corrected_lines)}
    for mark, (rule, lines) in wanted.items():
        try:
            expected = lines(manifest) if mark == CORRECTED or "signed_off" in manifest else []
        except (KeyError, TypeError, ValueError, AttributeError):  # a manifest that was altered
            yield Broken(rule, INDEX, "what the manifest says of it, which can't be read")
            continue
        if list(said.get(mark, ())) != expected:
            yield Broken(rule, INDEX, "its lines, which are others than the manifest's")


def cells(manifest: _Record) -> list[Cell]:
    """Return the figures that the manifest's corrections show, the latest first, the new one before the old one."""
    known = catalogue.indicators().index
    try:
        return [
            Cell(figure["indicator"], figure["area"], figure["period"], figure["category"], "value", figure[side], f"{side} {at}")
            for day in manifest.get("corrections", [])
            for at, figure in enumerate(day["figures"], start=1)
            for side in ("now", "was")
            if figure[side] and figure["indicator"] in known
        ]
    except (KeyError, TypeError, AttributeError):
        return []  # `look` holds such a pack back


def let_through(shown: Sequence[Cell], texts: Mapping[tuple[str, ...], set[str]]) -> Iterator[Broken]:
    """Yield the corrections of a figure that has no number now, and those whose latest number is another (see `allowed`)."""
    titles, seen = catalogue.indicators()["title"], set()
    for cell in shown:
        place = (titles[cell.indicator], cell.area, cell.period, cell.category, cell.side)
        now = {number(text) for text in texts.get(place, ())} - {None}
        if not now or (place not in seen and number(cell.text) not in now):
            yield Broken("correction-withheld", INDEX, cell.place)
        seen.add(place)


class _Lines(HTMLParser):
    """Collects the text of the elements of the index that say who signed and what was corrected."""

    def __init__(self) -> None:
        """Begin a page; `found` has its lines by their class when it has been read."""
        super().__init__(convert_charrefs=True)
        self.found: dict[str, list[str]] = {SIGNED: [], CORRECTED: []}
        self._at: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line where an element of one of the two classes opens."""
        mark = dict(attrs).get("class") or ""
        if self._at is None and mark in self.found:
            self._at = tag, mark
            self.found[mark].append("")

    def handle_data(self, data: str) -> None:
        """Add to the line that is open."""
        if self._at is not None:
            self.found[self._at[1]][-1] += data

    def handle_endtag(self, tag: str) -> None:
        """End the line with its element."""
        if self._at is not None and tag == self._at[0]:
            self.found[self._at[1]][-1] = " ".join(self.found[self._at[1]][-1].split())
            self._at = None


class _Matters(HTMLParser):
    """Collects the heading and the figure of each thing that matters on an index."""

    def __init__(self) -> None:
        """Begin a page; `found` has (figure, heading) of each when it has been read."""
        super().__init__(convert_charrefs=True)
        self.found: list[list[str]] = []
        self._at = -1  # 0 within a figure, 1 within its heading

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a figure, or the heading that follows it."""
        if tag == "p" and dict(attrs).get("class") == "figure":
            self.found.append(["", ""])
            self._at = 0
        elif tag == "h3" and self.found and not self.found[-1][1]:
            self._at = 1

    def handle_data(self, data: str) -> None:
        """Add to what is open."""
        if self._at >= 0:
            self.found[-1][self._at] += data

    def handle_endtag(self, tag: str) -> None:
        """End a figure or a heading."""
        if tag in ("p", "h3"):
            self._at = -1


def matters(html: str) -> list[str]:
    """Return what matters by an index, in its order: "Plans in force in Rutland: two returns disagree: 23 or 35"."""
    reader = _Matters()
    reader.feed(html)
    reader.close()
    return [f"{' '.join(heading.split())}: {' '.join(figure.split())}" for figure, heading in reader.found]


def lines(html: str) -> dict[str, list[str]]:
    """Return the lines of an index: {class: texts}."""
    reader = _Lines()
    reader.feed(html)
    reader.close()
    return reader.found
