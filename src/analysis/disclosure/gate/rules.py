"""The rules of the release gate (`gate_rules.csv`) and what breaking one of them is called."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from analysis.catalogue import tables
from analysis.errors import SafeguardingError


@dataclass(frozen=True, order=True)
class Broken:
    """One rule broken: its name, the file, and the place in it. The offending value is never part of it: it may be personal."""

    rule: str
    file: str
    place: str

    def __post_init__(self) -> None:
        """Refuse a rule that the table doesn't name: every reason that a pack is held back for is documented and tested."""
        if self.rule not in rules():
            raise SafeguardingError(f"gate_rules.csv names no rule {self.rule!r}.")

    def __str__(self) -> str:
        rule = rules()[self.rule]
        return f"{self.rule}: {self.file}, {self.place}. {rule['holds']} {rule['do']}"


class HeldBackError(SafeguardingError):
    """A pack that the release gate holds back: nothing is published, and the last pack stands."""

    exit_status = 3

    def __init__(self, broken: list[Broken], way_out: str = "") -> None:
        """Say every rule that is broken, a line each, and at the end how the rest of the pack can be published, if it can."""
        self.broken = broken
        lines = [f"The release gate holds the pack back ({len(broken)}):", *map(str, broken), *([way_out] if way_out else [])]
        super().__init__("\n".join(lines))


@cache
def rules() -> dict[str, dict[str, str]]:
    """Return {rule: what must hold, what to do, and whether a pack without the report that breaks it can be published}."""
    return {row["rule"]: row for row in tables.read("gate_rules").to_dict("records")}
