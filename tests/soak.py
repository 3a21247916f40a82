"""Three years of made-up quarters, one after another as a board lives them: returns, corrections, withdrawals, reports, packs.

`python tests/soak.py FOLDER --quarters 12` makes a project in FOLDER and prints what each quarter took. Nothing here was
reported by anybody. Eighteen agencies send figures; what goes otherwise than planned in a quarter stands in `EVENTS`. In April 2020
a county council is succeeded by a unitary authority, and in October 2019 a definition changes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST_YEAR = 2018
COUNTY, UNITARY = "E10000002", "E06000060"  # Buckinghamshire before and since April 2020
PATTERNS = {"children": "leicestershire-children", "adults": "leicestershire-adults"}
DEFINITION = ("contacts", "2019-10-01", "definition", "From October 2019 a contact is counted once for a family.")
SMALL = 20  # counts of 1 to 4 that every quarter has at least
# quarter: what happens in it besides the returns of the quarter.
EVENTS = {
    "2018-19-Q2": (("late", "schools"), ("correct", "leicestershire-adults")),
    "2018-19-Q3": (("refuse", "police"), ("correct", "leicestershire-adults"), ("withdraw", "rutland-adults")),
    "2018-19-Q4": (("remark", "rutland-children"), ("return", "rutland-adults"), ("restore", "leicestershire-adults")),
    "2019-20-Q1": (("report", "2018-19"), ("late", "voluntary-sector"), ("correct", "police")),
    "2019-20-Q2": (("withdraw", "probation"), ("correct", "leicestershire-children")),
    "2019-20-Q3": (("return", "probation"), ("restore", "leicestershire-children"), ("refuse", "police")),
    "2019-20-Q4": (("remark", "schools"), ("late", "ambulance")),
    "2020-21-Q1": (("report", "2019-20"), ("correct", "buckinghamshire-children")),
    "2020-21-Q2": (("late", "rutland-adults"), ("withdraw", "schools")),
    "2020-21-Q3": (("return", "schools"), ("correct", "unitary-children"), ("refuse", "police")),
    "2020-21-Q4": (("restore", "unitary-children"), ("remark", "police")),
}


def project(root: Path) -> None:
    """Make a project in `root` whose tables have two agencies more, which follow one another in 2020, and a changed definition."""
    for part in ("src", "notebooks", "examples"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    for source in ("annual-report", "census-2011"):
        shutil.copytree(ROOT / "data" / "raw" / source, root / "data" / "raw" / source)
    tables = root / "src" / "analysis" / "catalogue" / "tables"
    rows = [
        (f"{start}-{sector}", f"Buckinghamshire {sector} ({words})", sector, area, "standard", *when)
        for sector in PATTERNS
        for start, words, area, *when in (
            ("buckinghamshire", "county", COUNTY, "2018-19-Q1", "2019-20-Q4"),
            ("unitary", "unitary authority", UNITARY, "2020-21-Q1", ""),
        )
    ]
    _append(tables / "framework" / "agencies.csv", rows)
    _append(tables / "figures" / "breaks.csv", [DEFINITION])
    plan = root / "notebooks" / "pack.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(
        text.replace('"Leicestershire", "Rutland"', '"Leicestershire", "Rutland", "Buckinghamshire"'), encoding="utf-8"
    )


def _append(table: Path, rows: list[tuple[str, ...]]) -> None:
    with table.open("a", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)


def live(root: Path, quarters: int, without: tuple[str, ...]) -> Iterator[dict[str, object]]:
    """Run through so many quarters in the project at `root`; give what each took and left. Stops at the first surprise."""
    sys.path.insert(0, str(root / "examples" / "2013-14"))
    import make_returns as example

    from analysis.catalogue import framework, periods

    _known_areas(example)
    data, made, files = root / "data", example.Drawn(), root / "returns"
    usual = example.means(data)
    usual |= {(s, c, code): v for (s, c, a), v in usual.items() if a == "E10000018" for code in (COUNTY, UNITARY)}
    example.means = lambda _: usual
    years = [f"{FIRST_YEAR + n}-{FIRST_YEAR + n - 1999:02d}" for n in range(-(-quarters // 4))]
    waiting: list[tuple[date, Path]] = []
    for quarter in [each for year in years for each in periods.quarters(year)][:quarters]:
        started, events = time.monotonic(), EVENTS.get(quarter, ())
        closing = max(due for a in framework.returning(quarter) if (due := framework.due(a, quarter))) + timedelta(days=3)
        for _, year in (each for each in events if each[0] == "report"):
            printed_report(root, year)
        late = [agency for kind, agency in events if kind == "late"]
        today, later = list(waiting), []
        for sent in example.make(data, files, quarter, made):
            (later if sent.file.stem in late else today).append((sent.on, sent.file))
        assert len(framework.returning(quarter)) == 18 and len(later) == len(late)
        small = sum(1 <= figure <= 4 for (_, of), figure in made.figures.items() if of == quarter)
        assert small >= SMALL, f"{quarter}: {small} small counts"
        waiting = [(max(on, closing + timedelta(days=20)), path) for on, path in later]
        _receive(root, [path for _, path in today], closing)
        for kind, agency in events:
            _happen(root, example, kind, agency, quarter, made, closing)
        received = time.monotonic() - started
        started = time.monotonic()
        _command(root, "run", "--period", quarter, *(word for name in without for word in ("--without", name)))
        yield {
            "quarter": quarter,
            "small": small,
            "receiving": round(received, 1),
            "pack": round(time.monotonic() - started, 1),
            "data_kb": _size(data) // 1000,
            "register_kb": _size(data / "published") // 1000,
            "pack_kb": _size(root / "reports" / quarter) // 1000,
        }


def _known_areas(example: object) -> None:
    """Let the county and the authority after it draw figures as Leicestershire does."""
    for held in example.MEANS.values():  # type: ignore[attr-defined]
        if isinstance(held, dict):
            held |= dict.fromkeys((COUNTY, UNITARY), held["E10000018"])


def _happen(root: Path, example: object, kind: str, agency: str, quarter: str, made: object, on: date) -> None:
    """Let one event of the quarter happen: it concerns the quarter before, or the last that the agency sent."""
    from analysis.catalogue import periods

    before, files = periods.previous(quarter), root / "returns"
    first = files / before / f"{agency}.xlsx"
    if kind in ("correct", "restore"):  # the quarter before last once more when it is restored
        of = periods.previous(before) if kind == "restore" else before
        figures = {key: figure for (key, when), figure in made.figures.items() if when == of}  # type: ignore[attr-defined]
        first = files / of / f"{agency}.xlsx"
        again = first.with_name(f"{agency}-{kind}-{quarter}.xlsx")
        shutil.copy(first, again)
        changed = _one_more(agency, of, figures) if kind == "correct" else {}
        example.fill(again, changed, reason=f"Corrected in {quarter}.")  # type: ignore[attr-defined]
        _receive(root, [again], on)
    elif kind == "withdraw":
        _command(root, "returns", "withdraw", "--agency", agency, "--period", before, "--reason", "Sent by mistake.")
    elif kind == "return":  # what was withdrawn a quarter ago comes again, a new first one
        _receive(root, [files / periods.previous(before) / f"{agency}.xlsx"], on)
    elif kind == "remark":
        again = first.with_name(f"{agency}-remark.xlsx")
        shutil.copy(first, again)
        keys = [key for (key, when) in made.figures if when == before]  # type: ignore[attr-defined]
        example.fill(again, {}, remarks=dict.fromkeys(keys, "Checked once more."))  # type: ignore[attr-defined]
        _receive(root, [again], on)
    elif kind == "refuse":
        wrong = files / quarter / f"{agency}-torn.xlsx"
        wrong.write_bytes((files / quarter / f"{agency}.xlsx").read_bytes()[:5000])
        _receive(root, [wrong], on, status=1)


def _one_more(agency: str, quarter: str, figures: dict[str, int]) -> dict[str, int]:
    """Return one figure of the agency that is no part of another and has none, one higher than it was."""
    from analysis import catalogue
    from analysis.catalogue import framework
    from analysis.returns.template import whole_of

    known = catalogue.series()
    for key in framework.asked(agency, quarter)["key"]:
        series = key.partition(":")[0]
        if key in figures and not whole_of(key) and not known.at[series, "parts_of"] and not (known["parts_of"] == series).any():
            return {key: figures[key] + 1}
    raise AssertionError(f"{agency} has no figure that stands alone.")


def printed_report(root: Path, year: str) -> None:
    """Receive the printed report of a year: that of 2012-13 with its years moved on and the figures that agencies have returned."""
    from analysis.clean.printed.copying import shift_years

    years = int(year[:4]) - 2012
    source, target = (root / "data" / "raw" / "annual-report" / name for name in ("2012-13", year))
    target.mkdir()
    returned = _returned(root / "data", year, years)
    for path in sorted(source.glob("*.csv")):
        if path.name == "claims.csv":
            continue
        with path.open(encoding="utf-8", newline="") as old, (target / path.name).open("w", encoding="utf-8", newline="") as new:
            rows = list(csv.reader(old))
            for (file, row, column), text in returned.items():
                if file == path.name:
                    rows[row - 1][column - 1] = text
            moved = [
                [shift_years(cell, years, "2012-13") if re.search("[A-Za-z]", cell) else cell for cell in row] for row in rows
            ]
            csv.writer(new, lineterminator="\n").writerows(moved)
    origin = (source / "origin.toml").read_text(encoding="utf-8").partition("[files]")[0].replace("2012-13", year)
    origin = re.sub(r'^date = "\d{4}"', f'date = "{2013 + years}"', origin, flags=re.M)
    listed = [f'"{path.name}" = "{hashlib.sha256(path.read_bytes()).hexdigest()}"' for path in sorted(target.glob("*.csv"))]
    (target / "origin.toml").write_text("\n".join([origin + "[files]", *listed]) + "\n", encoding="utf-8")
    _command(root, "layouts", "copy", "annual-report", "2012-13", year)


def _returned(data: Path, year: str, years: int) -> dict[tuple[str, int, int], str]:
    """Return {(file, row, column) of the report of 2012-13: text} of the figures that were returned for the year, as it would print them."""
    from analysis import catalogue, clean, measures, store
    from analysis.catalogue import periods
    from analysis.clean.printed.copying import shift_years

    clean.clean(data)
    held = store.load(data).observations
    now = measures.current(held)
    mine = now[now["release"].str.startswith("returns/") & now["value"].notna()]
    values = {
        tuple(key): value for *key, value in mine[["series", "category", "area", "period", "value"]].itertuples(index=False)
    }
    known = catalogue.series()

    def value(series: str, category: str, area: str, period: str) -> float | None:
        if period == year and known.at[series, "kind"] == "flow":
            quarters = [values.get((series, category, area, quarter)) for quarter in periods.quarters(year)]
            return None if None in quarters else sum(quarters)
        return values.get((series, category, area, period))

    texts: dict[tuple[str, int, int], list[str]] = {}
    for row in held[held["release"] == "annual-report/2012-13"].itertuples(index=False):
        file, _, cell = row.source.removeprefix("annual-report/2012-13/").partition("#cell=")
        period = shift_years(row.period, years, "2012-13")
        if known.at[row.series, "unit"] == "percent":
            sides = [catalogue.terms(known.at[row.series, side]) for side in ("numerator", "denominator")]
            if any(len(side) != 1 for side in sides):
                continue
            top, base = (value(t.series, row.category if t.category == "*" else t.category, row.area, period) for (t,) in sides)
            text = f"{100 * top / base:.1f}%" if top is not None and base else ""
        else:
            figure = value(row.series, row.category, row.area, period)
            text = "" if figure is None else f"{figure:.0f}"
        place = (file, *(int(number) for number in cell.split(",")))
        texts.setdefault(place, []).append(text)
    return {place: f"{said[0]} ({said[1]})" if len(said) == 2 else said[0] for place, said in texts.items() if all(said)}


def _receive(root: Path, files: list[Path], on: date, status: int = 0) -> None:
    if files:
        _command(root, "returns", "receive", *map(str, files), "--on", on.isoformat(), status=status)


def _command(root: Path, *words: str, status: int = 0) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from analysis.cli import main; main()", *words],
        cwd=root,
        env=_environment(root),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != status:
        sys.exit(f"safeguarding {' '.join(words)} ended with {done.returncode}, not {status}:\n{done.stdout}{done.stderr}")


def _environment(root: Path) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("SAFEGUARDING_", "COV_", "PYTEST_"))}
    return plain | {"PYTHONPATH": str(root / "src")}


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    """Make the project, then live through the quarters with its tables: they are read once, so in a process of their own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the folder to make")
    parser.add_argument("--quarters", type=int, default=12)
    parser.add_argument("--without", action="append", default=[], help="a report that the packs do without")
    parser.add_argument("--live", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    root = given.out.resolve()
    if not given.live:
        shutil.rmtree(root, ignore_errors=True)
        project(root)
        sys.exit(
            subprocess.run([sys.executable, __file__, *sys.argv[1:], "--live"], env=_environment(root), check=False).returncode
        )
    for number, row in enumerate(live(root, given.quarters, tuple(given.without))):
        out = csv.DictWriter(sys.stdout, list(row), lineterminator="\n")
        if not number:
            out.writeheader()
        out.writerow(row)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
