"""What would be right in place of a contradicted sentence: the whole sentence, and only where the judge finds it right.

A figure is replaced by what its own arithmetic gives, a place or date that is a known error by the right one, and "the majority"
by "the largest group" where it is that. None is offered where the cause doubts the base or another figure (`corrects` in
`claim_causes.csv`), or where nothing but another print speaks against the figure: which of two prints is right the report
doesn't show. The new sentence is then judged as the old one was. It is offered if nothing in it, and no statement that refers to
it, is contradicted by the report or by an official return.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods, tables
from analysis.claims.error_keys import SEPARATOR
from analysis.claims.known_errors import KnownError, known_error
from analysis.claims.language.grammar import Call, Figure, Operation, parse
from analysis.claims.lookup import Figures
from analysis.claims.readings import same_sentence
from analysis.claims.statement_verdicts import judge_statements, share_formula

_MAJORITY, _LARGEST = re.compile(r"\b(the )?majority\b"), "the largest group"
Row = dict[str, str]


@dataclass(frozen=True)
class Proposal:
    """A sentence that would be right, the rows that it makes of the statements of the old one, and their verdicts."""

    sentence: str
    rows: tuple[Row, ...]
    judged: pd.DataFrame


def right_sentences(judged: pd.DataFrame, statements: pd.DataFrame, figures: Figures, official: Figures) -> dict[str, Proposal]:
    """Return {id of a contradicted statement in prose: the proposal for its sentence}, of those for which there is one."""
    printed = judged[(judged["kind"] == "printed") & (judged["verdict"] == "contradicts")]
    rows = [{str(name): str(value) for name, value in row.items()} for row in statements.to_dict("records")]
    doubtful = frozenset(key for keys in judged["keys"] for key in keys.split(SEPARATOR) if key.startswith("base "))
    proposals: dict[str, Proposal] = {}
    for quote in sorted(set(printed["quote"]), key=len, reverse=True):
        wrong = printed[[same_sentence(each, quote) for each in printed["quote"]]]
        if set(wrong["id"]) & proposals.keys():
            continue  # a shorter quote of the same sentence
        of_sentence = [row for row in rows if same_sentence(row["quote"], quote)]
        new = _replaced(of_sentence, wrong, doubtful)
        result = _judged(new, rows, figures, official) if new else None
        if new and result is not None:
            words = max((row["quote"] for row in new), key=len)
            sentence = f"{words[:1].upper()}{words[1:].rstrip('. ,')}."
            proposals |= dict.fromkeys(wrong["id"], Proposal(sentence, tuple(new), result))
    return proposals


def _replaced(of_sentence: list[Row], wrong: pd.DataFrame, doubtful: frozenset[str]) -> list[Row]:
    """Return the statements of a sentence as they would be if it were right; none where it can't be said what would be."""
    known = {row["id"]: error for row in of_sentence if (error := known_error(row)) is not None}
    swaps = dict(words for error in known.values() if (words := _words(error)) is not None)
    majorities: set[str] = set()
    for row in wrong.to_dict("records"):
        if _part(row["asserts"]):
            majorities.add(str(row["id"]))
        elif _has_right_figure(row, doubtful):
            swaps[row["stated"]] = row["recomputed"] if not row["stated"][0].isdigit() else row["instead"]
    if not swaps and not majorities:
        return []
    pattern = re.compile(
        "|".join(rf"(?<![\d,./]){re.escape(each)}(?![\d%])" for each in sorted(swaps, key=len, reverse=True)) or "$^"
    )
    new = []
    for row in of_sentence:
        changed = {name: pattern.sub(lambda match: swaps[match[0]], row[name]) for name in ("quote", "stated")}
        if changed["stated"] != row["stated"] and row["stated"] not in swaps:
            continue  # words around a figure: what they said of the wrong one the figures say themselves now
        if majorities:
            changed = {name: _MAJORITY.sub(_LARGEST, text) for name, text in changed.items()}
        if row["id"] in majorities:
            changed["asserts"] = f"largest({_part(row['asserts'])})"
        if row["id"] in known:
            changed[known[row["id"]].column] = known[row["id"]].corrected
        new.append(row | changed)
    return new


def _words(error: KnownError) -> tuple[str, str] | None:
    """Return the word that a known error of area or year is printed as, and the right one; None for any other error."""
    if error.column == "area":
        return error.printed, error.corrected
    same_day = error.column == "period" and periods.kind(error.printed) == "date" and error.printed[4:] == error.corrected[4:]
    return (error.printed[:4], error.corrected[:4]) if same_day else None


def _has_right_figure(row: Row, doubtful: frozenset[str]) -> bool:
    """Whether arithmetic gives another figure than a row states, and neither its cause nor another error doubts the rest."""
    causes = tables.read("claim_causes").set_index("id")["corrects"]
    is_figure = any(sign.isdigit() for sign in row["stated"]) and re.fullmatch(r"[£−]?[\d,.]+%?", row["instead"]) is not None
    is_computed = row["arithmetic"].endswith(f" = {row['recomputed']}") or not row["series"]
    if not is_figure or not is_computed or (row["cause_id"] and causes[row["cause_id"]] != "yes"):
        return False
    of_share = bool(row["series"]) and catalogue.series().at[row["series"], "numerator"] != ""
    formula = row["asserts"] or (share_formula(row["series"], row["category"]) if of_share else "")
    node = parse(formula) if formula else None
    if not isinstance(node, Call):
        return isinstance(node, Operation) and node.sign in "+-*/"
    place = f"{areas.resolve(row['area'])} {periods.parse(row['period'])}"
    return not any(f"base {series} {place}" in doubtful for series in re.findall(r"[a-z_0-9]+", formula))


def _judged(new: list[Row], rows: list[Row], figures: Figures, official: Figures) -> pd.DataFrame | None:
    """Return the verdicts on a new sentence, or None where it, or a statement that refers to it, would be contradicted."""
    printed = {row["id"]: row["stated"] for row in rows}
    ids = {row["id"] for row in new}
    others = pd.DataFrame([row for row in rows if row["id"] not in ids])
    frame = pd.DataFrame(new)
    judged = judge_statements(frame, figures, beside=others, official=official)
    changed = frame[[row["stated"] != printed[row["id"]] for row in new]].assign(asserts="")
    beside_return = judge_statements(changed, official, "official") if len(changed) else judged.iloc[:0]
    contradicted = (judged["verdict"] == "contradicts").any() or (beside_return["verdict"] == "contradicts").any()
    if contradicted or not judged["verdict"].str.startswith("agrees").any():
        return None
    named = re.compile("|".join(rf"#{each}\b" for each in sorted(ids)))
    dependent = others[others["asserts"].str.contains(named)]
    if not dependent.empty:
        before = judge_statements(dependent, figures, beside=pd.DataFrame(rows), official=official)
        after = judge_statements(dependent, figures, beside=pd.DataFrame([*others.to_dict("records"), *new]), official=official)
        if ((after["verdict"] == "contradicts") & (before["verdict"] != "contradicts")).any():
            return None
    return judged


def _part(asserts: str) -> str:
    """Return the part that a formula says is the majority of something, as a formula names it; empty for any other formula."""
    match parse(asserts) if asserts else None:
        case Call("majority", (Figure(series, category, ()), _)) if category != catalogue.TOTAL:
            return f"{series}:{category}"
    return ""
