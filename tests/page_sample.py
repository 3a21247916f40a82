"""A page with one of everything that may stand on one, and its index.

`python tests/page_sample.py DIR` writes them, with screenshots and PDF files, into DIR, to be looked at.
"""

from __future__ import annotations

import base64
import io
import re
import sys
from html import escape
from pathlib import Path

import matplotlib
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.exhibits.parts.marks import bar, path, spine
from analysis.pack.pages.front_page import Bar, Dashboard, Matter, Panel, Reliance, Row, Standing
from analysis.pack.pages.page import IndexEntry, PageContext, Part, render_index, render_page

matplotlib.use("svg")
from matplotlib import pyplot as plt

AUDIENCES = ("seg", "internal", "public")
QUARTERS = [f"{year} Q{q}" for year in ("2010-11", "2011-12", "2012-13") for q in (1, 2, 3, 4)]
AREAS = {"Leicestershire": "#12436D", "Rutland": "#28A197", "Leicester": "#801650", "England": "#F46A25"}
NUMBER = ' class="num"'
CSV = "quarter,Leicestershire\n2012-13 Q4,412\n"


def chart(name: str, headline: str, alt: str) -> str:
    plt.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": name, "font.family": "sans-serif", "font.size": 12})
    figure, axes = plt.subplots(figsize=(8, 3.6))
    for number, (area, colour) in enumerate(list(AREAS.items())[:2]):
        values = [380 - 240 * number + (i * 37 % 11) * 6 for i in range(12)]
        axes.plot(range(12), values, color=colour, linewidth=2.5)
        axes.annotate(area, (11, values[-1]), (6, 0), textcoords="offset points", va="center")
    axes.set_ylim(0)
    axes.set_xticks(range(0, 12, 4), [q.replace(" Q1", "") for q in QUARTERS[::4]])
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None}, transparent=True)
    plt.close(figure)
    svg = buffer.getvalue()[buffer.getvalue().index("<svg") :]
    svg = re.sub(r' id="', f' id="{name}-', svg)
    svg = re.sub(r"(url\(#|href=\"#)", rf"\g<1>{name}-", svg)
    opening = f'<svg role="img" aria-labelledby="{name}-title {name}-desc" '
    words = f'<title id="{name}-title">{escape(headline)}</title><desc id="{name}-desc">{escape(alt)}</desc>'
    return re.sub(r"<svg ([^>]*)>", lambda m: opening + m[1] + ">" + words, svg, count=1)


def table(name: str, caption: str, columns: list[str], rows: list[list[str]]) -> str:
    head = "".join(f'<th scope="col"{NUMBER * (i > 0)}>{escape(c)}</th>' for i, c in enumerate(columns))
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f'<td class="num">{c}</td>' for c in row[1:]) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(name)}">'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def exhibit(name: str, headline: str, subtitle: str, columns: list[str], rows: list[list[str]]) -> str:
    data = base64.b64encode(CSV.encode()).decode()
    return f"""<figure class="exhibit" id="{name}">
  <div class="whole"><h3>{headline}</h3>
  <p class="subtitle">{subtitle}</p>
  <div class="chart">{chart(name, headline, "Two lines; Leicestershire lies above Rutland throughout.")}</div></div>
  <details><summary>Table and definition</summary>
    {table(f"Table: {headline}", subtitle, columns, rows)}
    <p class="download"><a download="{name}.csv"
      href="data:text/csv;charset=utf-8;base64,{data}">Download these figures (CSV)</a></p>
    <dl class="definition"><dt>Definition</dt><dd>Referrals to children's social care.</dd>
    <dt>Limits</dt><dd>A repeat referral within twelve months counts again.
    Rutland's figures are small and vary by chance.</dd></dl>
  </details>
  <figcaption>From agencies' quarterly returns to the Boards; withheld figures are marked [c].</figcaption>
</figure>"""


def sample_notebook() -> NotebookNode:
    def shows(html: str) -> NotebookNode:
        return new_code_cell("show()", execution_count=1, outputs=[new_output("display_data", {"text/html": html})])

    few = [[q, str(412 - i * 7), "[c]" if i % 5 == 4 else str(40 + i)] for i, q in enumerate(QUARTERS)]
    wide = [[area, *(f"{1000 + 37 * i + len(area):,}" for i in range(12))] for area in AREAS]
    statuses = [
        ["Re-referrals within 12 months", '<span class="rag rag-red">Red</span>', "27.1%"],
        ["Initial assessments in time", '<span class="rag rag-amber">Amber</span>', "81.4%"],
        ["Reviews in time", '<span class="rag rag-green">Green</span>', "98.0%"],
    ]
    return new_notebook(
        cells=[
            new_markdown_cell("# Trends\n\nHow demand on children's services has moved over three years."),
            shows(
                '<section class="findings"><ul>'
                "<li>Re-referrals within twelve months rose to 27.1% in Leicestershire, "
                "above the limits that three years set.</li>"
                "<li>Referrals fell for the third quarter running in Leicestershire (412 to 398) "
                "and did not change in Rutland.</li>"
                "<li>Child protection plans of two years or more: withheld for Rutland [c].</li>"
                "</ul></section>"
            ),
            new_markdown_cell(
                "## Demand\n\nA referral is a request for services. **A fall is not good or bad by itself**: "
                "read it together "
                "with the share that leads to an assessment. See [the scorecard](scorecard.html).\n\n"
                "- The line stops where a return did not come.\n"
                "- A dip at Q2 is usual: schools refer less in August.\n\n"
                "| Sign | What it means |\n|---|---|\n"
                "| Above the limits | Unlikely to be chance |\n| Between | Usual variation |"
            ),
            shows(
                exhibit(
                    "referrals",
                    "Referrals fell for the third quarter running in Leicestershire",
                    "Referrals to children's social care, number, by area, 2010-11 to 2012-13",
                    ["Quarter", "Leicestershire", "Rutland"],
                    few,
                )
            ),
            shows(
                exhibit(
                    "assessments",
                    "Assessments kept pace with referrals",
                    "Initial assessments completed, number, by area, 2010-11 to 2012-13",
                    ["Area", *QUARTERS],
                    wide,
                )
            ),
            new_markdown_cell("## Gaps\n\nWhat is not held is said, never left out."),
            shows('<p class="statement">No figure on private fostering is held for this question.</p>'),
            shows('<div class="missing"><p>The return of the probation trust has not come.</p></div>'),
            new_markdown_cell("## All indicators"),
            shows(
                '<section class="exhibit" id="scorecard"><h3>One indicator in three needs attention</h3>'
                '<p class="subtitle">Status against target, percentage, Leicestershire, 2012-13 Q4</p>'
                + table("Table: all indicators", "All indicators", ["Indicator", "Status", "Value"], statuses)
                + "</section>"
            ),
        ]
    )


def sample_context(audience: str) -> PageContext:
    return PageContext(
        title="Children: three years of trends",
        period="2012-13, quarter 4 (January to March 2013)",
        audience=audience,
        stamp="14 May 2013, 18:05",
        version="1.2.3",
        inputs=tuple((f"agency-returns/2012-13-Q4/{name}.csv", name[0] * 64) for name in ("adults", "children")),
        parameters=(("domain", "children"), ("period", "2012-13-Q4"), ("areas", "E10000018, E06000017")),
    )


def sample_index(audience: str) -> str:
    children = [
        IndexEntry(
            "Three years of trends",
            "trend.html",
            "How demand on children's services has moved, quarter by quarter.",
        ),
        IndexEntry("Year on year", "year_on_year.html", "What changed since 2011-12, and by more than chance allows."),
        IndexEntry("Benchmarking", "benchmarking.html", "Where we stand among our statistical neighbours."),
    ]
    overall = [IndexEntry("Scorecard", "scorecard.html", "Every indicator in one table, exceptions first.")]
    standing = Standing(
        "412", "or 410", "↑ Rose", "from 380", "usual", path([380, 395, 390, 412], "Referrals, Leicestershire: Q1 380 to Q4 412."),
        spine(412, (300, 450), 360, (300, 500), "Referrals: 412, neighbours 360."), "3rd highest of 11",
    )  # fmt: skip
    shown = Dashboard(
        matters=(
            Matter(
                "24% → 27%", "Re-referrals in Leicestershire rose", "Unusual: about 4 in 100 authorities move as far in a year.",
                "More children come back.", "Leicestershire children's social care", "What was closed too soon?", "scorecard.html#card-2",
            ),
        ),
        reliance=Reliance("Mostly.", "Of 80 sums checked, 2 fail.", "trend.html"),
        areas=("Leicestershire", "Rutland"),
        groups=(("Children's social care", (Row("Referrals", "year", "trend.html", (standing, Standing())),)),),
        has_spines=True,
        journey=(
            Panel("Coming in", (("Contacts", (Bar("Leicestershire", "1,100", bar(1100, 1100, 0, "Contacts, Leicestershire: 1,100.")),)),)),
        ),
        unanswered="Two explanations asked for, none received.",
    )  # fmt: skip
    return render_index(sample_context(audience), [("Overview", overall), ("Children", children)], shown)


def write_pages(folder: Path) -> dict[str, Path]:
    """The files `page-seg`, `index-seg` and so on for each audience, by name."""
    notebook = sample_notebook()
    files = {}
    for audience in AUDIENCES:
        page, index = render_page([Part(notebook)], sample_context(audience)), sample_index(audience)
        for name, html in ((f"page-{audience}", page), (f"index-{audience}", index)):
            files[name] = folder / f"{name}.html"
            files[name].write_text(html, encoding="utf-8")
    return files


def take_pictures(folder: Path) -> None:
    """Screenshots on a desk and a telephone, as it opens and with all open, and a PDF file, of every page."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, file in write_pages(folder).items():
            for device, width in (("desktop", 1280), ("phone", 360)):
                tab = chromium.new_page(viewport={"width": width, "height": 900})
                tab.goto(file.as_uri())
                tab.screenshot(path=folder / f"{name}-{device}.png", full_page=True)
                tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                tab.screenshot(path=folder / f"{name}-{device}-open.png", full_page=True)
                tab.close()
            tab = chromium.new_page()
            tab.goto(file.as_uri())
            tab.pdf(path=folder / f"{name}.pdf", prefer_css_page_size=True)
            tab.close()
        chromium.close()


if __name__ == "__main__":
    take_pictures(Path(sys.argv[1]))
