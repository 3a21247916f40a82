"""The page exporter: what it shows, what it refuses, and that the document is sound without a browser."""

from __future__ import annotations

import re

import pytest
from html_outline import Outline, outline
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from analysis.catalogue.wording import TABLE_TYPE
from analysis.errors import SafeguardingError, UnknownNameError
from analysis.exhibits.parts.marks import bar, path, spine
from analysis.pack.pages.front_page import Bar, Dashboard, Matter, Panel, Reliance, Row, Standing
from analysis.pack.pages.page import IndexEntry, PageContext, PageError, Part, render_index, render_page

CONTEXT = PageContext(
    title="Children: trends <by quarter> & year",
    period="2012-13, quarter 4",
    audience="seg",
    stamp="2013-05-14T18:05:00Z",
    version="1.2.3",
    inputs=(("annual-report/2012-13/figure-1.csv", f"sha256:{'ab' * 32}"), ("returns/police/q1.csv", f"hmac-sha256:{'cd' * 32}")),
    parameters=(("domain", "children"), ("areas", "<all>")),
    areas="<all>",
)
EXHIBIT = (
    '<figure class="exhibit" id="referrals"><h3>Referrals fell</h3><p class="subtitle">Referrals, number</p>'
    '<div class="chart"><svg role="img" aria-labelledby="referrals-title" viewBox="0 0 9 9">'
    '<title id="referrals-title">Referrals fell</title></svg></div>'
    "<dl><dt>Source</dt><dd>the return</dd></dl></figure>"
)
FINDINGS = '<section class="findings"><ul><li>Referrals fell by 3%.</li></ul></section>'


def ran(*outputs: NotebookNode, source: str = "exhibits.show(secret_call)") -> NotebookNode:
    return new_code_cell(source, execution_count=1, outputs=list(outputs))


def shows(**data: str) -> NotebookNode:
    bundle = {"text/plain": "<Exhibit>"} | {f"text/{kind}": text for kind, text in data.items()}
    return ran(new_output("display_data", bundle))


def page(*cells: NotebookNode) -> str:
    return render_page([Part(new_notebook(cells=list(cells)))], CONTEXT)


SAMPLE = (
    new_markdown_cell("# Trends\n\nWhat the *quarters* say."),
    shows(html=FINDINGS),
    new_markdown_cell("## How to read it\n\n| Sign | Meaning |\n|---|--:|\n| up | 3 |\n\n#### Deep\n\n# Second title"),
    shows(html=EXHIBIT),
    shows(markdown="## How to read it\n\n[other page](benchmarking.html) and [above](#referrals)"),
)


def test_page_says_at_its_head_which_areas_it_is_on() -> None:
    html = page(*SAMPLE)
    assert '<p class="period">2012-13, quarter 4 – &lt;all&gt;</p>' in html
    assert "<title>Children: trends &lt;by quarter&gt; &amp; year – 2012-13, quarter 4 – &lt;all&gt;</title>" in html
    alone = render_page([Part(new_notebook(cells=list(SAMPLE)))], PageContext("T", "P", "seg", "S", "V", (), ()))
    assert '<p class="period">P</p>' in alone and "<title>T – P</title>" in alone


def test_page_shows_prose_and_exhibits_whole_and_never_code() -> None:
    html = page(*SAMPLE)
    assert FINDINGS in html and EXHIBIT in html
    assert "<p>What the <em>quarters</em> say.</p>" in html
    assert "secret_call" not in html and "&lt;Exhibit&gt;" not in html


def test_page_is_sound_in_structure() -> None:
    document = outline(page(*SAMPLE))
    assert [document.tags.count(tag) for tag in ("header", "nav", "main", "footer", "h1")] == [1] * 5
    assert ("lang", "en-GB") in document.attributes
    assert document.values("href")[1] == "#main"
    assert "index.html" in document.values("href")


def test_contents_list_every_section_once_in_order() -> None:
    html = page(*SAMPLE)
    nav = html[html.index("<nav") : html.index("</nav>")]
    assert re.findall(r'href="#([^"]+)"', nav) == [
        "section-summary",
        "section-how-to-read-it",
        "section-second-title",
        "section-how-to-read-it-2",
        "provenance",
    ]
    assert "¶" not in html and "anchor-link" not in html


def with_table(source: str, html: str) -> NotebookNode:
    bundle = {"text/plain": "<Exhibit>", "text/html": html, TABLE_TYPE: {"source": source}}
    return ran(new_output("display_data", bundle))


def test_sources_and_symbols_stand_once_at_the_foot_and_only_those_of_the_page() -> None:
    two = EXHIBIT.replace("referrals", "contacts").replace("number", "number [x]")
    html = page(
        with_table("A council, Returns, Open Government Licence v3.0; A board, Report.", EXHIBIT),
        with_table("A board, Report.", two),
    )
    foot = html[html.index('<h2 id="page-sources">') :]
    assert re.findall(r"<li>(.*?)</li>", foot)[:3] == [
        "A council, Returns.",
        "A board, Report.",
        "Contains public sector information licensed under the Open Government Licence v3.0.",
    ]
    assert re.findall(r"<dt>(\S+)</dt>", foot)[:2] == ["[x]", "0"]
    assert 'id="symbols"' not in page(with_table("A board, Report.", EXHIBIT))


def test_agencies_that_sent_the_same_returns_are_one_source() -> None:
    sources = "Police, Return for Q1 2013/14; Schools, Return for Q1 2013/14; A board, Report; Police, Return for Q2 2013/14."
    html = page(with_table(sources, EXHIBIT))
    foot = html[html.index('<h2 id="page-sources">') :]
    assert re.findall(r"<li>(.*?)</li>", foot)[:3] == [
        "A board, Report.",
        "Returns for Q1 to Q2 2013/14: Police.",
        "Return for Q1 2013/14: Schools.",
    ]


def test_title_of_the_page_replaces_the_first_title_of_the_notebook() -> None:
    html = page(*SAMPLE)
    assert "<h1>Children: trends &lt;by quarter&gt; &amp; year</h1>" in html
    assert ">Trends<" not in html


def test_provenance_is_whole_and_the_stamp_stands_in_one_place() -> None:
    html = page(*SAMPLE)
    footer = html[html.index("<footer") :]
    for words in (
        "annual-report/2012-13/figure-1.csv",
        "ab" * 32,
        "1.2.3",
        "Parameter: areas",
        "&lt;all&gt;",
    ):
        assert words in footer
    assert "returns/police/q1.csv" in footer and "Not published" in footer and "cd" * 32 not in html
    assert html.count(CONTEXT.stamp) == 1


@pytest.mark.parametrize(
    ("audience", "banner"),
    [
        ("seg", "Restricted circulation: for the Safeguarding Effectiveness Group"),
        ("internal", "Internal working copy: not for circulation"),
        ("public", "For publication"),
    ],
)
def test_banner_says_the_audience(audience: str, banner: str) -> None:
    context = PageContext("T", "P", audience, "S", "V", (), ())
    html = render_page([Part(new_notebook(cells=list(SAMPLE)))], context)
    assert f"<strong>{banner}</strong>" in html
    assert f'<body class="{audience}">' in html


def test_unknown_audience_has_no_page() -> None:
    with pytest.raises(UnknownNameError, match="There is no audience 'press': there is internal, seg, public"):
        render_page([Part(new_notebook())], PageContext("T", "P", "press", "S", "V", (), ()))


def test_boilerplate_is_small_and_nothing_is_fetched_or_run() -> None:
    html = page()
    assert len(html.encode()) < 20_000
    assert not re.search(r"<script|@import|url\(|src=|https?:|//", html)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in html


def test_same_input_gives_same_bytes_and_leaves_the_notebook_alone() -> None:
    notebook = new_notebook(cells=list(SAMPLE))
    before = repr(notebook)
    assert render_page([Part(notebook)], CONTEXT) == render_page([Part(notebook)], CONTEXT)
    assert repr(notebook) == before


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        'before <img src=x onerror="alert(1)"> after',
        "<!-- <b> -->",
        '<div onclick="x()">\n\ntext\n\n</div>',
        "`<b>`",
        "    <b>indented</b>",
        "## <i>heading</i>",
        "| <u>a</u> |\n|---|\n| <s>b</s> |",
    ],
)
def test_html_in_markdown_is_text(hostile: str) -> None:
    document = outline(page(new_markdown_cell(hostile)))
    assert not {"script", "img", "b", "i", "u", "s"} & set(document.tags)
    assert not document.values("onclick") and not document.values("onerror")


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab# \n<>\"'&[]()`*|-!{%}=\\:", max_size=60))
def test_any_markdown_is_refused_or_gives_a_sound_page(markdown: str) -> None:
    try:
        html = page(new_markdown_cell(markdown))
    except PageError:
        return
    outline(html)


def test_title_parameters_and_index_are_escaped() -> None:
    hostile = "</title><script>x</script>{{ 1 }}\"'"
    context = PageContext(hostile, hostile, "public", hostile, hostile, ((hostile, hostile),), ((hostile, hostile),))
    entry = IndexEntry(hostile, "trend.html", hostile)
    for html in (
        render_page([Part(new_notebook())], context),
        render_index(context, [(hostile, [entry])], dashboard(hostile)),
    ):
        assert "script" not in outline(html).tags
        assert "{{ 1 }}" in html


def error() -> NotebookNode:
    return new_output("error", ename="E", evalue="/home/x", traceback=["/home/x"])


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (ran(new_output("stream", name="stderr", text="/home/x")), "writes to stderr"),
        (ran(new_output("stream", name="stdout", text="/home/x")), "writes to stdout"),
        (ran(error()), "ended in an error"),
        (ran(new_output("execute_result", {"text/plain": "/home/x"})), "shows text/plain"),
        (
            ran(new_output("display_data", {"image/png": "AAAA", "text/plain": "Figure"})),
            "image/png, text/plain",
        ),
        (ran(new_output("display_data", {})), "shows nothing"),
        (shows(html="<div><table class='dataframe'></table></div>"), "not an exhibit"),
        (shows(html="<figure class='exhibit'></figure>"), "not an exhibit"),
        (shows(html=EXHIBIT + "<script>x</script>"), "not an exhibit"),
        (shows(html=""), "not an exhibit"),
        (new_code_cell("show()"), "has not been run"),
        (new_raw_cell("/home/x"), "is a raw cell"),
        (new_markdown_cell("![alt](picture.png)"), "a picture"),
        (new_markdown_cell("[x](https://example.org/)"), "links to"),
        (new_markdown_cell("[x](javascript:alert.html)"), "links to"),
        (new_markdown_cell("[x](../../secret.html)"), "links to"),
        (new_markdown_cell("[x](//host/a.html)"), "links to"),
        (new_markdown_cell("<https://example.org>"), "links to"),
        (new_markdown_cell("| a | |\n|---|---|\n| 1 | 2 |"), "empty header cell"),
    ],
)
def test_what_a_page_would_lose_or_leak_stops_it(cell: NotebookNode, reason: str) -> None:
    with pytest.raises(PageError, match=reason) as raised:
        page(new_markdown_cell("# Fine"), cell)
    assert str(raised.value).startswith(f"Cell 2 (id {cell.id}) ")
    assert "/home/x" not in str(raised.value)
    assert isinstance(raised.value, SafeguardingError)


@pytest.mark.parametrize(
    "fragment",
    [
        EXHIBIT,
        FINDINGS,
        '<section class="exhibit"><h3>Tables</h3></section>',
        '<p class="statement">No figure of this kind is held.</p>',
        '<div class="missing"><p>The return has not come.</p></div>\n',
    ],
)
def test_every_fragment_of_exhibits_is_shown_under_a_heading(fragment: str) -> None:
    html = page(new_markdown_cell("# Title\n\nLead."), shows(html=fragment))
    assert fragment.strip() in html
    assert outline(html).levels[:3] == [1, 2, 2]


def test_empty_cells_and_unshown_results_are_no_error() -> None:
    outline(page(new_code_cell(""), ran(), new_markdown_cell("")))


def test_an_exhibit_shown_twice_is_refused() -> None:
    with pytest.raises(PageError, match="id 'referrals' more than once"):
        page(shows(html=EXHIBIT), shows(html=EXHIBIT))


def dashboard(text: str) -> Dashboard:
    """A dashboard that says the same in every place."""
    standing = Standing(text, text, text, text, text, path([1, 2, 3, 4], text), spine(1, (0, 2), 1, (0, 2), text), text)
    return Dashboard(
        matters=(Matter(text, text, text, text, text, text, "trend.html#a"),),
        reliance=Reliance(text, text, "trend.html"),
        areas=(text,),
        groups=((text, (Row(text, text, "trend.html", (standing,)),)),),
        journey=(Panel(text, ((text, (Bar(text, text, bar(1, 2, 0, text)),)),)),),
        unanswered=text,
        lacking=(text,),
        first=(text,),
    )


def matter(heading: str, href: str = "") -> Matter:
    return Matter("5 → 9", heading, "A line.", "So what.", "Somebody", "Why?", href)


def test_index_lists_what_matters_then_reports_in_order() -> None:
    trend = IndexEntry("Trends", "trend.html", "Eight quarters.")
    adults = IndexEntry("Adults", "adults/trend.html", "Alerts & referrals.")
    shown = Dashboard((matter("Referrals fell.", "trend.html"), matter("Visits rose.")))
    html = render_index(CONTEXT, [("Children", [trend]), ("Adults", [adults])], shown)
    document = outline(html)
    order = [html.index(words) for words in ("<h1>", "Referrals fell.", "Visits rose.", ">Trends<", ">Adults<")]
    assert order == sorted(order)
    assert '<a href="adults/trend.html">Adults</a>' in html
    assert "index.html" not in document.values("href")
    assert html.count(CONTEXT.stamp) == 1
    assert "trend.html" in document.values("href")
    assert "matters" not in Outline(render_index(CONTEXT, [], Dashboard())).values("id")


@pytest.mark.parametrize("href", ["https://example.org/a.html", "javascript:x()", "/etc/a.html", "../a.html", "a.txt", ""])
def test_index_leads_only_to_pages_of_the_pack(href: str) -> None:
    places = [
        ([("Children", [IndexEntry("Trends", href, "")])], Dashboard()),
        *([([], Dashboard((matter("Said.", href),)))] * bool(href)),
        *([([], Dashboard(groups=(("Children", (Row("Plans", "year", href, ()),)),)))] * bool(href)),
        *([([], Dashboard(reliance=Reliance("Yes.", "", href)))] * bool(href)),
    ]
    for sections, shown in places:
        with pytest.raises(PageError, match="links to"):
            render_index(CONTEXT, sections, shown)
