"""Making a pack: clean when needed, run every report, export it, and put the finished folder in place, all or nothing."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from analysis import areas, catalogue, change, clean, disclosure, folders, measures, periods, reconcile, store, wording
from analysis.errors import SafeguardingError
from analysis.findings import findings
from analysis.pack.execute import Executed, execute
from analysis.pack.page import IndexEntry, PageContext, render_index, render_page
from analysis.pack.plan import Report, notebooks_folder, read_plan
from analysis.scope import scope

_RAN_BY = ("pandas", "numpy", "scipy", "seaborn", "matplotlib", "papermill", "nbconvert", "pyarrow")
_HEADLINES = 5


def publish(
    data: Path,
    out: Path,
    *,
    period: str | None = None,
    audience: str = "seg",
    areas_given: Sequence[str] = (),
    jobs: int = 2,
    progress: bool = False,
    say: Callable[[str], None] = print,
) -> Path:
    """Make the pack of a period and return its `index.html` under `out/<period>/`.

    The period is the latest quarter held when not given; `areas_given` takes the place of each report's own areas. The pack is
    built in a folder beside and takes the place of the last one when complete. Raises SafeguardingError, and leaves the last
    pack as it was, when anything fails.
    """
    disclosure.check_audience(audience)
    if clean.clean(data):
        say("Cleaned the raw figures.")
    os.environ["SAFEGUARDING_DATA"] = str(data.resolve())
    if period is None:
        period = latest_quarter(store.load(data).observations)
    # What every notebook would refuse is refused before any is run.
    asked = scope(period=period, areas=areas_given, audience=audience)
    given: dict[str, Any] = {"period": asked.period, "audience": audience}
    if areas_given:
        given["areas"] = [areas.label(code) for code in asked.areas]
    reports = read_plan(notebooks_folder(data), given)
    executed = _execute_all(reports, jobs, progress, say)
    target = out / asked.period
    with folders.replacing(target) as folder:
        _write(folder, asked.store, asked.period, audience, given, executed)
    return target / "index.html"


def latest_quarter(observations: pd.DataFrame) -> str:
    """Return the latest quarter that any figure is held for; raises SafeguardingError when there is none."""
    quarters = [period for period in observations["period"].unique() if periods.kind(period) == "quarter"]
    if not quarters:
        raise SafeguardingError("No figure is held for any quarter: name the period.")
    return max(quarters, key=periods.order)


def _execute_all(reports: list[Report], jobs: int, progress: bool, say: Callable[[str], None]) -> list[Executed]:
    """Run the reports side by side and return them in the order of the plan; the first failure ends the run."""
    done: dict[str, Executed] = {}
    # The kernels are processes of their own: a thread is enough to wait for each.
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        futures = [pool.submit(_execute, report, progress) for report in reports]
        try:
            for future in as_completed(futures):
                result = future.result()
                done[result.report.id] = result
                say(f"[{len(done)}/{len(reports)}] {result.report.title} ({result.seconds:.1f} s)")
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return [done[report.id] for report in reports]


def _execute(report: Report, progress: bool) -> Executed:
    try:
        return execute(report, progress)
    finally:
        with suppress(RuntimeError):  # nothing was started, so there is none
            asyncio.get_event_loop().close()  # nbclient leaves it open in this thread, and its sockets with it


def _write(folder: Path, held: store.Store, period: str, audience: str, given: dict[str, Any], executed: list[Executed]) -> None:
    stamp = datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC").lstrip("0")
    inputs = tuple(held.build["inputs"].items())
    (folder / "notebooks").mkdir()
    for each in executed:
        report = each.report
        shown = tuple((name, _shown(value)) for name, value in report.parameters.items())
        context = PageContext(report.title, _title(period), audience, stamp, store.version(), inputs, shown)
        (folder / f"{report.id}.html").write_text(render_page(each.notebook, context), encoding="utf-8")
        nbformat.write(each.notebook, folder / "notebooks" / f"{report.id}.ipynb")
    index = PageContext(
        "Safeguarding performance",
        _title(period),
        audience,
        stamp,
        store.version(),
        inputs,
        tuple((name, _shown(value)) for name, value in given.items()),
    )
    sections: dict[str, list[IndexEntry]] = {}
    for report in (each.report for each in executed):
        sections.setdefault(report.section, []).append(IndexEntry(report.title, f"{report.id}.html", report.summary))
    page = render_index(index, list(sections.items()), headlines(held, period, executed))
    (folder / "index.html").write_text(page, encoding="utf-8")
    _write_manifest(folder, held, stamp, given, executed)


def headlines(held: store.Store, period: str, executed: list[Executed]) -> list[str]:
    """Return at most five sentences for the index: the surest changes of the year in the pack's areas, and data quality."""
    shown = {areas.resolve(name) for each in executed for name in each.report.parameters.get("areas", [])}
    measured = measures.measure(held.observations)
    judged = change.year_on_year(measured[measured["area"].isin(shown) & (measured["category"] == catalogue.TOTAL)], period)
    sure = [each.headline for each in findings(judged) if each.sure and each.stands]
    summary = reconcile.summary(held.checks)
    differ, checked = summary["differs"].sum(), summary["checked"].sum()
    quality = f"{wording.number(differ)} of {wording.number(checked)} checks of the printed arithmetic do not come out."
    return [*sure[: _HEADLINES - 1], quality]


def _write_manifest(folder: Path, held: store.Store, stamp: str, given: dict[str, Any], executed: list[Executed]) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "made": stamp,
        "version": store.version(),
        "versions": {"python": platform.python_version()} | {name: installed(name) for name in _RAN_BY},
        "parameters": given,
        "inputs": held.build["inputs"],
        "reports": {
            each.report.id: {
                "notebook": each.report.notebook.name,
                "parameters": each.report.parameters,
                "seconds": round(each.seconds, 2),
            }
            for each in executed
        },
        "files": {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _title(period: str) -> str:
    if periods.kind(period) == "quarter":
        return f"Quarter {period[-1]} of {periods.label(period[:7])}"
    return periods.label(period)


def _shown(value: object) -> str:
    return wording.listing([str(item) for item in value]) if isinstance(value, list) else str(value)
