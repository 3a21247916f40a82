"""Make up returns for the four quarters of 2013-14 with planted changes, receive them, and make the packs.

Each quarter has a pack for the group and one for the public.

Nobody reported these figures. Those of 2012-13 are from the annual report. The quarters after it are drawn at random from them
with a fixed seed, and `planted.csv` lists the changes made on purpose. The targets are made up too. `make demo` runs it.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import zlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd

from analysis import catalogue, clean, measures, store
from analysis.catalogue import framework, periods, tables
from analysis.catalogue.framework import return_form
from analysis.returns.issuing import issue
from analysis.returns.template import whole_of

ROOT = Path(__file__).resolve().parents[2]
SEED = 2013
YEAR = "2013-14"
# The sources of the made-up year. Official statistics of 2013-14 are left out: they show what really happened.
SOURCES = ("annual-report", "census-2011")
# A typical quarter of series that the annual report doesn't have: the mean, or the share of the whole.
MEANS = {
    "single_assessments": {"E10000018": 1250, "E06000017": 62}, "missing_episodes": {"E10000018": 130, "E06000017": 9},
    "exploitation_concerns": {"E10000018": 24, "E06000017": 2}, "police_protection": 14, "domestic_incidents_children": 1150,
    "offenders_risk_to_children": 160, "young_offenders_vulnerable": 38, "schools": 291, "concerns_children": 60,
    "concerns_adults": 45, "staff_in_scope": 640, "training_places": 48, "audit_cases": 24, "multi_agency_audit_cases": 30,
    "survey_asked": 400, "child_deaths_notified": 3, "child_deaths_reviewed": 4, "lscb_meetings": 1, "sab_meetings": 1,
    "conference_children": {"E10000018": 662, "E06000017": 30}, "plans_in_force": {"E10000018": 393, "E06000017": 23},
    "plans_started": {"E10000018": 536, "E06000017": 28}, "plans_ended": {"E10000018": 667, "E06000017": 24},
    "adult_completed": {"E10000018": 318, "E06000017": 25}, "children_in_care": {"E10000018": 435, "E06000017": 31},
    "board_plan_line": 40000, "board_expenditure_line": 38000,
}  # fmt: skip
SHARES = {
    "single_assessments_45_days": 0.83, "missing_children": 0.7, "return_interviews_offered": 0.93, "return_interviews_done": 0.8,
    "schools_trained_lead": 0.94, "staff_trained": 0.9, "training_attended": 0.88, "training_evaluated": 0.8,
    "training_confident_before": 0.5, "training_confident_after": 0.85, "audit_cases_good": 0.72, "survey_respondents": 0.62,
    "survey_answered": 0.95, "survey_yes": 0.86, "child_deaths_modifiable": 0.25, "child_deaths_in_time": 0.8,
    "lscb_attendance": 0.85, "sab_attendance": 0.85, "plans_repeat": 0.12, "plans_ended_2_years": 0.05, "plans_3_months": 0.75,
    "plans_reviewed_on_time": 1.0, "children_in_care_3_placements": 0.06, "children_in_care_long_term": 0.25,
    "children_in_care_stable": 0.66,
}  # fmt: skip
# Made-up targets of the indicators that the returns are judged by, in percent: no Board has set any.
TARGETS = {
    "single_assessments_45_days_pct": "80", "return_interviews_offered_pct": "90", "return_interviews_done_pct": "90",
    "schools_trained_lead_pct": "95", "staff_trained_pct": "90", "training_reach_pct": "85", "audit_good_pct": "75",
    "survey_yes_pct": "90", "child_deaths_in_time_pct": "80", "lscb_attendance_pct": "75", "sab_attendance_pct": "75",
}  # fmt: skip
TARGET_SOURCE = "Made up for this example: no Board has set it."
# Not drawn at random: the same in every quarter.
FIXED = ("schools", "lscb_meetings", "sab_meetings", "staff_in_scope", "survey_asked")
# The planted changes: {(series, area): factor of each quarter's mean}.
PLANTED = {
    ("section_47_enquiries", "E10000018"): 2.5,
    ("contacts", "E06000017"): 1.33,
    ("referrals", "E06000017"): 1.33,
    ("lado_referrals", "E10000018"): 0.65,
}
FALSE_ALARM = {("section_47_enquiries:all@E06000017", "2013-14-Q2"): 20}
RESTATED, RESTATED_BY = "adult_referrals:all@E10000018", 1.04
REASON = "Referrals recorded late have been added."
EXPLAINED = "Checked with the team: the number is right."
# Action, review, agency, due, done, evidence, audited, effect.
ACTIONS = (
    ("Audit the strategy meetings of the last half year", "SCR", "Leicestershire children's social care",
     "2013-05-31", "", "", "", ""),
    ("Brief school staff on self-harm", "SCR", "Schools",
     "2013-06-30", "2013-06-20", "Attendance list", "2013-10-15", "works"),
    ("Agree one protocol for bruises in babies", "SILP", "University Hospitals of Leicester",
     "2013-09-30", "2013-09-12", "Protocol", "2014-02-10", "no effect"),
    ("Share the chronology of moves with the police", "DHR", "Police",
     "2013-12-31", "2014-01-20", "E-mail of 20 January", "", ""),
    ("Train care homes in reporting falls", "SILP", "Leicestershire adult social care",
     "2014-03-15", "", "", "", ""),
    ("Review thresholds with all agencies", "SCR", "The Boards' office",
     "2014-06-30", "", "", "", ""),
)  # fmt: skip


@dataclass
class Drawn:
    """The figures drawn so far: {(key, period): value}."""

    figures: dict[tuple[str, str], int] = field(default_factory=dict)


def start(data: Path) -> None:
    """Make a data folder with the sources of the made-up year, and its targets as a Board sets its own."""
    for source in SOURCES:
        shutil.copytree(ROOT / "data" / "raw" / source, data / "raw" / source)
    rows = tables.read("indicators").set_index("id").loc[list(TARGETS)]
    rows = rows.assign(target=pd.Series(TARGETS), target_source=TARGET_SOURCE)
    (data / "tables").mkdir()
    rows.reset_index().to_csv(data / "tables" / "indicators.csv", index=False)


def means(data: Path) -> dict[tuple[str, str, str], float]:
    """Return the mean of the quarters of 2012-13 in the annual report, by (series, category, area)."""
    clean.clean(data)
    current = measures.current(store.load(data).observations)
    quarters = current[current["period"].isin(periods.quarters("2012-13")) & current["value"].notna()]
    return quarters.groupby(["series", "category", "area"])["value"].mean().to_dict()


def draw(agency: str, quarter: str, usual: dict[tuple[str, str, str], float], drawn: Drawn) -> dict[str, int]:
    """Return {key: figure} for the figures requested from an agency; they depend only on seed, agency and quarter."""
    rng = np.random.default_rng([SEED, zlib.crc32(f"{agency}/{quarter}".encode())])
    all_series = catalogue.series()
    requests = framework.asked(agency, quarter)
    requests = requests[requests["form"] == "figures"]
    values: dict[str, int] = {}
    for row in requests.itertuples(index=False):
        parts = all_series.at[row.series, "parts_of"]
        whole_key = whole_of(row.key)
        if row.key in values:
            continue
        if all_series.at[row.series, "exclusive"] == "yes" and f"{parts}:all@{row.area}" in values:
            siblings = requests[(requests["series"] == row.series) & (requests["area"] == row.area)]
            weights = np.array([usual.get((row.series, each, row.area), 1.0) + 0.2 for each in siblings["category"]])
            shares = rng.multinomial(values[f"{parts}:all@{row.area}"], weights / weights.sum())
            values |= dict(zip(siblings["key"], map(int, shares), strict=True))
        elif whole_key in values:
            values[row.key] = int(rng.binomial(values[whole_key], _share(row, whole_key, usual)))
        else:
            mean = _mean(row, usual)
            values[row.key] = round(mean) if row.series in FIXED else int(rng.poisson(mean))
    values |= {key: figure for (key, period), figure in FALSE_ALARM.items() if period == quarter and key in values}
    drawn.figures |= {(key, quarter): figure for key, figure in values.items()}
    return values


def _mean(row: Any, usual: dict[tuple[str, str, str], float]) -> float:
    series, category, area = row.series, row.category, row.area
    usual_mean = MEANS.get(series, usual.get((series, category, area), 10))
    mean = usual_mean[area] if isinstance(usual_mean, dict) else usual_mean
    return float(mean) * PLANTED.get((series, area), 1.0)


def _share(row: Any, whole: str, usual: dict[tuple[str, str, str], float]) -> float:
    series, category, area = row.series, row.category, row.area
    if series in SHARES:
        return SHARES[series]
    whole_series, part_mean = whole.partition(":")[0], usual.get((series, category, area))
    whole_mean = usual.get((whole_series, "all", area))
    return min(part_mean / whole_mean, 1.0) if part_mean is not None and whole_mean else 0.5


def fill(
    path: Path, figures: dict[str, object], *, remarks: dict[str, str] | None = None, reason: str = "", at: str = ""
) -> None:
    """Fill in a template as a person does: a figure beside each reference, remarks, why it is sent again, and the actions."""
    book = openpyxl.load_workbook(path)
    book[return_form.COVER]["B6"], book[return_form.COVER]["B8"] = "Performance officer", reason or None
    for sheet in book.worksheets:
        names = [cell.value for cell in sheet[4]]
        if return_form.REF in names:
            for row in range(5, sheet.max_row + 1):
                key = sheet.cell(row, names.index(return_form.REF) + 1).value
                if key in figures:
                    sheet.cell(row, names.index(return_form.YOURS) + 1).value = figures[key]
                if remarks and key in remarks:
                    sheet.cell(row, names.index(return_form.REMARK) + 1).value = remarks[key]
        elif return_form.ACTION in names and at:
            for row, action in enumerate(ACTIONS, start=5):
                for column, text in enumerate(_as_of(action, at), start=1):
                    sheet.cell(row, column).value = text or None
    book.save(path)


def _as_of(action: tuple[str, ...], day: str) -> tuple[str, ...]:
    """Return an action as known on a day, without what was done or audited later."""
    action_text, review, owner, due, done, evidence, audited, effect = action
    done_by_then, audited_by_then = done and done <= day, audited and audited <= day
    return (
        action_text,
        review,
        owner,
        due,
        done if done_by_then else "",
        evidence if done_by_then else "",
        audited if audited_by_then else "",
        effect if audited_by_then else "",
    )


@dataclass(frozen=True)
class Sent:
    """One file that an agency sends, and the day on which it arrives."""

    file: Path
    on: date
    accepted: bool = True


def make(data: Path, folder: Path, quarter: str, drawn: Drawn) -> list[Sent]:
    """Write the files of one quarter into `folder` and return them with their days of arrival, in that order."""
    usual = means(data)
    sent = []
    for agency in framework.returning(quarter):
        due = framework.due(agency, quarter)
        assert due is not None
        path = folder / quarter / f"{agency}.xlsx"
        issue(data, agency, quarter, path, made_up=True)
        figures = draw(agency, quarter, usual, drawn)
        remarks = {key: EXPLAINED for key in figures if key.partition(":")[0] in {series for series, _ in PLANTED}}
        if (agency, quarter) == ("police", "2013-14-Q3"):
            year_to_date_file = folder / quarter / f"{agency}-to-date.xlsx"
            shutil.copy(path, year_to_date_file)
            fill(
                year_to_date_file,
                {key: figure + sum(_earlier(key, quarter, drawn)) for key, figure in figures.items()} | _counted(figures),
            )
            sent.append(Sent(year_to_date_file, due - timedelta(days=1), accepted=False))
        fill(path, figures, remarks=remarks, at=periods.end(quarter))
        is_late = (agency, quarter) == ("schools", "2013-14-Q2")
        sent.append(Sent(path, framework.working_days_after(due, 9) if is_late else due))
    if quarter == "2013-14-Q2":
        sent.append(_again(data, folder, drawn))
    return sorted(sent, key=lambda each: each.on)


def _earlier(key: str, quarter: str, drawn: Drawn) -> list[int]:
    return [drawn.figures.get((key, each), 0) for each in periods.quarters(quarter) if each < quarter]


def _counted(figures: dict[str, int]) -> dict[str, int]:
    """Return the figures that are the same in a year to date, such as numbers of staff."""
    return {key: figure for key, figure in figures.items() if key.startswith(("staff_", "schools"))}


def _again(data: Path, folder: Path, drawn: Drawn) -> Sent:
    """Write the return of adult social care for the first quarter again, and return it with its day of arrival."""
    path = folder / "2013-14-Q2" / "leicestershire-adults-first-quarter-again.xlsx"
    shutil.copy(folder / "2013-14-Q1" / "leicestershire-adults.xlsx", path)
    fill(path, _more(drawn), reason=REASON)
    due = framework.due("leicestershire-adults", "2013-14-Q2")
    assert due is not None
    return Sent(path, due)


def _more(drawn: Drawn) -> dict[str, int]:
    """Return the restated total and its parts: the late referrals are added to the largest category of each breakdown."""
    first_quarter = {key: figure for (key, period), figure in drawn.figures.items() if period == "2013-14-Q1"}
    total = round(first_quarter[RESTATED] * RESTATED_BY)
    series, all_series, restated = RESTATED.partition(":")[0], catalogue.series(), {RESTATED: total}
    for part in all_series.index[(all_series["parts_of"] == series) & (all_series["exclusive"] == "yes")]:
        parts = {
            key: figure for key, figure in first_quarter.items() if key.startswith(f"{part}:") and key.endswith(RESTATED[-10:])
        }
        if parts:
            largest = max(parts, key=lambda key: parts[key])
            restated[largest] = parts[largest] + total - first_quarter[RESTATED]
    return restated


def main() -> None:
    """Make the demo's data folder; for each quarter receive the returns that are on time and make each audience's pack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the folder to make")
    parser.add_argument("--quarters", type=int, default=4, help="how many of the four")
    parser.add_argument("--no-packs", action="store_true", help="receive only")
    arguments = parser.parse_args()
    shutil.rmtree(arguments.out, ignore_errors=True)
    data, files = arguments.out / "data", arguments.out / "returns"
    start(data)
    drawn, pending = Drawn(), []
    for quarter in periods.quarters(YEAR)[: arguments.quarters]:
        pending += make(data, files, quarter, drawn)
        closing = framework.working_days_after(
            max(due for a in framework.returning(quarter) if (due := framework.due(a, quarter))), 1
        )
        for day in sorted({each.on for each in pending if each.on <= closing}):
            _receive(data, [each for each in pending if each.on == day])
        pending = [each for each in pending if each.on > closing]
        if not arguments.no_packs:
            publish(arguments.out, quarter)


def publish(out: Path, quarter: str) -> None:
    """Make the quarter's packs for the group and for the public: nobody is found by whoever holds both."""
    for audience, packs in (("seg", out / "reports"), ("public", out / "reports-public")):
        command("run", "--period", quarter, "--audience", audience, "--out", str(packs), "--data", str(out / "data"))


def _receive(data: Path, sent: list[Sent]) -> None:
    for accepted in (False, True):
        files = [str(each.file) for each in sent if each.accepted == accepted]
        if files:
            command(
                "returns", "receive", *files, "--on", sent[0].on.isoformat(), "--data", str(data), status=0 if accepted else 1
            )


def command(*arguments: str, status: int = 0) -> None:
    """Run `safeguarding` with these arguments; stop the demo if it ends with another status than expected."""
    print("safeguarding", *(Path(word).name if "/" in word else word for word in arguments), flush=True)
    result = subprocess.run(
        [Path(sys.executable).parent / "safeguarding", *arguments],
        check=False,
        stdout=subprocess.DEVNULL if arguments[0] == "returns" else None,
    )
    if result.returncode != status:
        sys.exit(f"Ended with status {result.returncode}, not {status}.")


def figures_of(data: Path) -> pd.DataFrame:
    """Return the current observations of a data folder."""
    clean.clean(data)
    return measures.current(store.load(data).observations)


if __name__ == "__main__":
    main()
