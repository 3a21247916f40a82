"""A hundred tamperings by somebody who makes every sum of a pack consistent again: each is stopped, and by a rule of its own.

The table has a row for each way of changing a finished pack, under the kind that it is of. The tamperer knows the code and has
not the key: the seal is broken by all of them. Without the rules of the seal (a reader's machine) nearly all are stopped still.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import made_pack
import pytest
from made_pack import BOOK, PAGE, TABLE

from analysis.disclosure import gate
from analysis.scope import Scope

Tamper = Callable[[Path], object]
SEAL = {"broken-seal", "not-sealed"}
METADATA, MANIFEST = "data/metadata.json", "manifest.json"


@pytest.fixture(scope="module")
def here(data: Path) -> Scope:
    return made_pack.children(data)


@pytest.fixture(scope="module")
def finished(here: Scope, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_pack.make(tmp_path_factory.mktemp("finished") / "pack", here, data)


def resealed(folder: Path) -> None:
    """Make the sums of a manifest consistent, as whoever knows the code can; the seal stays as it was."""
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(manifest.get("files"), dict):
        there = (each for each in folder.rglob("*") if each.is_file() and not each.is_symlink() and each != path)
        manifest["files"] = {each.relative_to(folder).as_posix(): hashlib.sha256(each.read_bytes()).hexdigest() for each in there}
    entry = manifest.pop("gate")
    entry["files"], entry["record"] = (
        hashlib.sha256(json.dumps(each, sort_keys=True).encode()).hexdigest() for each in (manifest.get("files", {}), manifest)
    )
    path.write_text(json.dumps(manifest | {"gate": entry}, ensure_ascii=False), encoding="utf-8")


# How a file is changed


def text(name: str, change: Callable[[str], str]) -> Tamper:
    def tamper(folder: Path) -> None:
        before = (folder / name).read_bytes().decode("utf-8")
        after = change(before)
        assert after != before
        (folder / name).write_bytes(after.encode())

    return tamper


def page(old: str, new: str) -> Tamper:
    return text(PAGE, lambda html: html.replace(old, new, 1))


def paragraph(markup: str) -> Tamper:
    return page("<main", f"<p>{markup}</p><main")


def style(sheet: str) -> Tamper:
    return page("<style>", f"<style>{sheet} ")


def row(line: str) -> Tamper:
    return text(TABLE, lambda rows: rows + line + "\r\n")


def data(old: str, new: str) -> Tamper:
    return text(TABLE, lambda rows: rows.replace(old, new, 1))


def record(name: str, change: Callable[[dict], object]) -> Tamper:
    def tamper(folder: Path) -> None:
        held = json.loads((folder / name).read_text(encoding="utf-8"))
        change(held)
        (folder / name).write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")

    return tamper


def manifest(change: Callable[[dict], object]) -> Tamper:
    return record(MANIFEST, change)


def metadata(change: Callable[[dict], object]) -> Tamper:
    return record(METADATA, change)


def archive(name: str, change: Callable[[dict[str, bytes]], object], comment: bytes = b"") -> Tamper:
    def tamper(folder: Path) -> None:
        with zipfile.ZipFile(folder / name) as packed:
            parts = {each: packed.read(each) for each in packed.namelist()}
        change(parts)
        with zipfile.ZipFile(folder / name, "w") as packed:
            packed.comment = comment
            for each, content in parts.items():
                packed.writestr(each, content)

    return tamper


def part(name: str, old: str, new: str) -> Tamper:
    def change(parts: dict[str, bytes]) -> None:
        before = parts[name]
        parts[name] = before.replace(old.encode(), new.encode(), 1)
        assert parts[name] != before

    return archive(BOOK, change)


def sheet(old: str, new: str) -> Tamper:
    return part("xl/worksheets/sheet4.xml", old, new)


def more(name: str, content: str) -> Tamper:
    return archive(BOOK, lambda parts: parts.update({name: content.encode()}))


def notebook(change: Callable[[dict], object]) -> Tamper:
    def changed(parts: dict[str, bytes]) -> None:
        held = json.loads(parts["children.ipynb"])
        change(held)
        parts["children.ipynb"] = json.dumps(held, ensure_ascii=False).encode()

    return archive(gate.NOTEBOOKS, changed)


def added(name: str, content: bytes = b"x") -> Tamper:
    def tamper(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)

    return tamper


def both(*tamperings: Tamper) -> Tamper:
    return lambda folder: [each(folder) for each in tamperings]


def cell(html: str, text_of_cell: str) -> str:
    """Put a text into the place of the first figure of a table, wherever the page has it."""
    return re.sub(r'(<td data-label="[^"]*" class="num">)\d[\d,]*(</td>)', rf"\g<1>{text_of_cell}\g<2>", html, count=1)


POLICY = r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>"


def policy(new: str, behind: str = "") -> Tamper:
    return text(PAGE, lambda html: re.sub(POLICY, new, html, count=1).replace("<main", f"{behind}<main", 1))


RELATION = (
    '<Relationship Id="rId9" {} Target="https://example.org" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" /></Relationships>'
)
SHEET_RELATIONS = "xl/worksheets/_rels/sheet4.xml.rels"
PERSONAL, MAIL, HIDDEN = "personal numbers", "addresses", "hidden letters"

KINDS: dict[str, dict[str, Tamper]] = {
    PERSONAL: {
        "NHS number": paragraph("943 476 5919"),
        "with no-break spaces": paragraph("943\u00a0476\u00a05919"),
        "with entities for the spaces": paragraph("943&nbsp;476&nbsp;5919"),
        "split by a tag": paragraph("943<b> 476</b> 59<span>19</span>"),
        "split by a chance to break": paragraph("943476<wbr>5919"),
        "in references": paragraph("&#57;&#52;&#51; &#x34;76 5919"),
        "in full-width digits": paragraph("９４３ ４７６ ５９１９"),
        "with dots": paragraph("943.476.5919"),
        "with slashes": paragraph("943/476/5919"),
        "digit by digit": paragraph("9 4 3 4 7 6 5 9 1 9"),
        "with hyphens that don't break": paragraph("943\u2011476\u20115919"),
        "with narrow spaces": paragraph("943\u202f476\u20095919"),
        "over two lines": paragraph("943\n476\n5919"),
        "in what is spoken of a drawing": page("<desc", "<desc>943&nbsp;476&nbsp;5919</desc><desc"),
        "UPN": paragraph("H801200001001"),
        "UPN split by a tag": paragraph("H80120<em>0001001</em>"),
        "UPN in groups": paragraph("H 801 2000 01001"),
        "mobile telephone": paragraph("07700 900 123"),
        "telephone with no-break spaces": paragraph("0116\u00a0496\u00a00123"),
        "telephone from abroad": paragraph("+44 116 496 0123"),
        "National Insurance number": paragraph("AB 12 34 56 C"),
        "date of birth": paragraph("born on 3&nbsp;May&nbsp;2004"),
        "in a data file": row("NHS 943\u00a0476\u00a05919,1"),
        "in the metadata": metadata(lambda held: held.update({"dc:title": "943 476 5919"})),
        "in a notebook": notebook(lambda held: held["cells"][0].update(source="# 943\u00a0476 5919")),
        "in a sheet": sheet("<t>", "<t>943.476.5919 "),
    },
    MAIL: {
        "e-mail address": paragraph("a.b.person@mail.example.org"),
        "e-mail with entities": paragraph("a.person&#64;example&#46;org"),
        "e-mail split by tags": paragraph("a.person<b>@</b>example<i>.org</i>"),
        "e-mail with spaces": paragraph("a.person\u00a0@\u00a0example.org"),
        "e-mail in full-width letters": paragraph("a.person\uff20example\uff0eorg"),
        "e-mail in words": paragraph("a.person (at) example (dot) org"),
        "host split by tags": paragraph("server1<b>.inter</b>nal"),
        "e-mail in a sheet's name of a column": part("xl/tables/table3.xml", 'name="', 'name="a.person@example.org '),
    },
    HIDDEN: {
        "letters of the tags block": paragraph("a\U000e0033\U000e0034"),
        "variation selectors": paragraph("a\ufe03\U000e0101"),
        "soft hyphen": paragraph("4\u00ad3"),
        "soft hyphen as an entity": paragraph("4&shy;3"),
        "soft hyphen as a number": paragraph("4&#xAD;3"),
        "byte order mark": paragraph("4\ufeff3"),
        "byte order mark as a number": paragraph("4&#65279;3"),
        "zero width space": paragraph("4\u200b3"),
        "order turned round": paragraph("\u202e43"),
        "filler": paragraph("4\u31643"),
        "blank of Braille": paragraph("4\u28003"),
        "private letter": paragraph("\ue003"),
        "in a data file, hidden": data("Rutland", "Rut\u00adland"),
        "in the metadata, hidden": metadata(lambda held: held.update({"dc:title": "Chil\u00addren"})),
        "in a notebook, hidden": notebook(lambda held: held["cells"][1].update(source="shown\U000e0033")),
        "in a sheet, hidden": sheet("<t>", "<t>\u00ad"),
    },
    "styles": {
        "import in escapes": style(r"@\69mport 'x.css';"),
        "import with a comment": style("@import/**/'x.css';"),
        "address in escapes": style(r"p { background: \75rl(x.png) }"),
        "set of pictures": style("p { background: image-set('x.png' 1x) }"),
        "font": style(r"@\66ont-face { src: local(x) }"),
        "expression of an element": page("<h1>", '<h1 style="width: expression(alert(1))">'),
        "name space": style("@namespace 'x';"),
    },
    "policy of the page": {
        "in a paragraph instead": policy("", "<p>default-src 'none'</p>"),
        "behind the styles": policy("", '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'),
        "with scripts let in": policy(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'\">"
        ),
        "that only reports": policy('<meta http-equiv="Content-Security-Policy-Report-Only" content="default-src \'none\'">'),
        "in a description": policy('<meta name="description" content="default-src \'none\'">'),
    },
    "workbooks": {
        "link that leads out": part(SHEET_RELATIONS, "</Relationships>", RELATION.format('TargetMode="External"')),
        "link in single quotes": part(SHEET_RELATIONS, "</Relationships>", RELATION.format("TargetMode='External'")),
        "link with spaces": part(SHEET_RELATIONS, "</Relationships>", RELATION.format('TargetMode = "External"')),
        "link without a mode": part(SHEET_RELATIONS, "</Relationships>", RELATION.format("")),
        "DDE in a name": part(
            "xl/workbook.xml",
            "<definedNames />",
            "<definedNames><definedName name=\"a\">cmd|'/c x'!A1</definedName></definedNames>",
        ),
        "WEBSERVICE in a check": sheet(
            "<pageMargins",
            '<dataValidations count="1"><dataValidation type="custom" sqref="A1"><formula1>WEBSERVICE("x")</formula1>'
            "</dataValidation></dataValidations><pageMargins",
        ),
        "rule for a format": sheet(
            "<pageMargins",
            '<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>1</formula></cfRule>'
            "</conditionalFormatting><pageMargins",
        ),
        "row of no height": sheet('<row r="1">', '<row r="1" ht="0" customHeight="1">'),
        "hidden row": sheet('<row r="1">', "<row r='1' hidden='true'>"),
        "column of no width": sheet('<col width="', '<col width="0" style="'),
        "rows of no height by default": sheet('defaultRowHeight="15"', 'defaultRowHeight="15" zeroHeight="1"'),
        "header and footer": sheet("<tableParts", "<headerFooter><oddHeader>Rutland 3</oddHeader></headerFooter><tableParts"),
        "key words": part("docProps/core.xml", "<dc:creator>", "<cp:keywords>Rutland 3</cp:keywords><dc:creator>"),
        "title": part("docProps/core.xml", "<dc:title>", "<dc:title>Rutland 3 "),
        "company": part("docProps/app.xml", "</Properties>", "<Company>Someone</Company></Properties>"),
        "program": part("docProps/app.xml", "<Application>", "<Application>Rutland 3 "),
        "format of numbers with words": part(
            "xl/styles.xml",
            '<numFmts count="0" />',
            '<numFmts count="1"><numFmt numFmtId="164" formatCode="&quot;three&quot;" /></numFmts>',
        ),
        "formula": sheet('<c r="A1" s="1" t="inlineStr"><is>', '<c r="A1" s="1" t="inlineStr"><f>1+1</f><is>'),
        "macros in capitals": more("XL/VBAPROJECT.BIN", "x"),
        "comments": more("xl/comments1.xml", "<comments/>"),
        "part of one's own": more("customXml/item1.xml", "<a>3</a>"),
        "line of the cover": part("xl/worksheets/sheet1.xml", "These are", "Rutland 3. These are"),
        "line of the contents": part("xl/worksheets/sheet2.xml", "What each sheet holds", "Rutland three. What each sheet holds"),
        "line of the notes": part("xl/worksheets/sheet3.xml", "What stands where", "Rutland three. What stands where"),
        "remark on the archive": archive(BOOK, lambda parts: None, b"Rutland 3"),
        "number for a withheld one": sheet("<t>[c]</t>", "<t>3</t>"),
        "word for a withheld one": sheet("<t>[c]</t>", "<t>three</t>"),
        "sheet that isn't listed": more("xl/worksheets/sheet99.xml", "<worksheet/>"),
        "text between the cells": sheet("<sheetData>", "<sheetData>Rutland 3"),
        "document type in another encoding": archive(
            BOOK,
            lambda parts: parts.update(
                {
                    "docProps/app.xml": '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "3">]><a>&b;</a>'.encode(
                        "utf-16"
                    )
                }
            ),
        ),
    },
    "notebooks": {
        "key that none has": notebook(lambda held: held.update(note="Rutland 3")),
        "key of a cell": notebook(lambda held: held["cells"][1].update(note="Rutland 3")),
        "tag of one's own": notebook(lambda held: held["cells"][1]["metadata"].update(tags=["Rutland 3"])),
        "metadata": notebook(lambda held: held["metadata"].update(note="Rutland 3")),
        "name of the kernel": notebook(lambda held: held["metadata"].update(kernelspec={"name": "python3", "note": "Rutland 3"})),
        "title of a notebook": notebook(lambda held: held["metadata"].update(title="Rutland 3")),
        "metadata of an output": notebook(lambda held: held["cells"][1]["outputs"][0].update(metadata={"note": 3})),
        "key of an output": notebook(lambda held: held["cells"][1]["outputs"][0].update(note=3)),
        "attachment": notebook(lambda held: held["cells"][0].update(attachments={"a.png": {"image/png": "x"}})),
        "cell of another kind": notebook(lambda held: held["cells"][0].update(cell_type="raw")),
        "number beside an exhibit": notebook(lambda held: held["cells"][1]["outputs"][0]["data"].update({"text/plain": "777"})),
        "count of a cell": notebook(lambda held: held["cells"][1].update(execution_count="Rutland 3")),
        "remark on the notebooks": archive(gate.NOTEBOOKS, lambda parts: None, b"Rutland 3"),
        "notebook of no page": archive(gate.NOTEBOOKS, lambda parts: parts.update({"x.ipynb": parts["children.ipynb"]})),
        "source of a cell": notebook(lambda held: held["cells"][1].update(source="shown  # 777 in Rutland")),
    },
    "metadata of the data files": {
        "title with a figure": metadata(lambda held: held.update({"dc:title": "Children: 3 in Rutland"})),
        "key of its own": metadata(lambda held: held.update(note="three in Rutland")),
        "description": metadata(lambda held: held["tables"][0].update({"dc:description": "3 in Rutland"})),
        "note": metadata(lambda held: held["tables"][0].update(notes=["3 in Rutland"])),
        "heading": metadata(lambda held: held["tables"][0]["tableSchema"]["columns"][0].update(titles="3 in Rutland")),
        "name of a column": metadata(lambda held: held["tables"][0]["tableSchema"]["columns"][0].update(name="rutland_3")),
        "key of a column": metadata(lambda held: held["tables"][0]["tableSchema"]["columns"][0].update(note=3)),
        "table less": metadata(lambda held: held["tables"].pop()),
        "address": metadata(lambda held: held["tables"][0].update(url="../x.csv")),
        "symbol": metadata(lambda held: held["null"].append("3 in Rutland")),
        "another context": metadata(lambda held: held["@context"].append("three")),
    },
    "data files": {
        "order to a spreadsheet": text(
            TABLE, lambda rows: "\ufeff" * rows.startswith("\ufeff") + "sep=;\r\n" + rows.lstrip("\ufeff")
        ),
        "word for a withheld figure": data("[c]", "three"),
        "number for a withheld figure": data("[c]", "3"),
        "thousand that is one elsewhere": data("[c]", "1.000"),
        "row more": row("Rutland,3"),
        "row in words": row("Rutland,three"),
        "formula in a cell": data("[c]", "=1+1"),
        "line above the headings": text(TABLE, lambda rows: "Rutland\r\n" + rows),
    },
    "manifest": {
        "entry of one's own": manifest(lambda held: held.update(note="Rutland 3")),
        "entry within an entry": manifest(lambda held: held["parameters"].update(note="Rutland 3")),
        "entry of the gate": manifest(lambda held: held["gate"].update(note="Rutland 3")),
        "stamp": manifest(lambda held: held.update(made="2 May 2013, 09:00 UTC")),
        "version": manifest(lambda held: held.update(version="0.0.9")),
        "version of the gate": manifest(lambda held: held["gate"].update(version="0.0.9")),
        "period": manifest(lambda held: held["parameters"].update(period="2012-13-Q3")),
        "rules of the gate": manifest(lambda held: held["gate"]["rules"].pop()),
        "audience of the analyst": manifest(lambda held: held["parameters"].update(audience="internal")),
        "another audience": manifest(lambda held: held["parameters"].update(audience="seg")),
        "audience that none is": manifest(lambda held: held["parameters"].update(audience="all")),
        "parameters of a report": manifest(lambda held: held["reports"]["children"]["parameters"].update(period="2012-13")),
        "seconds in words": manifest(lambda held: held["reports"]["children"].update(seconds={"children": "three"})),
        "another notebook": manifest(lambda held: held["reports"]["children"].update(seconds={"adults": 1.0})),
        "report without a page": manifest(lambda held: held["reports"].update(adults=held["reports"]["children"])),
        "inputs": manifest(lambda held: held.update(inputs={})),
        "sign-off that isn't on the index": both(
            manifest(lambda held: held.update(signed_off=[{"role": "Chair", "on": "1 May 2013", "note": "3"}]))
        ),
        "seconds": manifest(lambda held: held["reports"]["children"].update(seconds={"children": 777.0})),
    },
    "pages": {
        "figure for a withheld one": text(
            PAGE, lambda html: re.sub(r'(class="num">)\[c\](</td>)', r"\g<1>3\g<2>", html, count=1)
        ),
        "another figure": text(PAGE, lambda html: cell(html, "777")),
        "thousand": text(PAGE, lambda html: cell(html, "1.000")),
        "circled digit": text(PAGE, lambda html: cell(html, "\u2462")),
        "figure in other digits": text(PAGE, lambda html: cell(html, "\u0663")),
        "figure in the headline": page("</h3>", ", 777 of them</h3>"),
        "figure in the description": page("</desc>", " and 777</desc>"),
        "another banner": text(
            PAGE, lambda html: re.sub(r"(<div class=\"banner\"><p><strong>)[^<]*", r"\1For all", html, count=1)
        ),
        "another stamp": page(made_pack.MADE, "2 May 2013, 09:00 UTC"),
        "another class": page('<body class="public">', '<body class="seg">'),
        "another period": page("Quarter 4 of 2012/13</p>", "Quarter 3 of 2012/13</p>"),
        "another period of the parameters": page("<dd>2012-13-Q4</dd>", "<dd>2012-13-Q3</dd>"),
        "script": paragraph("<script>x()</script>"),
        "remark": paragraph("<!-- 3 -->"),
    },
    "files": {
        "picture": added("a.png", b"\x89PNG"),
        "manifest in another folder": added("data/manifest.json", b'{"note": "Rutland 3"}'),
        "other record": added("data/more.json", b'{"note": "Rutland three"}'),
        "page of no report": lambda folder: shutil.copy(folder / PAGE, folder / "more.html"),
        "table of no page": lambda folder: shutil.copy(folder / TABLE, folder / "data" / "adults--more.csv"),
        "file that nobody sees": added(".notes", b"Rutland 3"),
        "name in capitals": added("MANIFEST.JSON", b"{}"),
        "folder of one's own": added("more/children.html"),
    },
}
ALL = [(kind, name) for kind, rows in KINDS.items() for name in rows]
FEW = {(kind, name) for kind, rows in KINDS.items() for name in [*rows][::7]}
# Nothing else in a pack bears these out: the seal alone tells.
BY_THE_SEAL_ALONE = {("manifest", "seconds"), ("notebooks", "source of a cell")}


def found(finished: Path, data: Path, folder: Path, kind: str, name: str) -> set[str]:
    shutil.copytree(finished, folder)
    KINDS[kind][name](folder)
    resealed(folder)
    broken = gate.check(folder, data)
    assert not any("943" in str(each) or "someone" in str(each).lower() for each in broken)
    return {each.rule for each in broken}


@pytest.mark.parametrize(
    ("kind", "name"),
    [pytest.param(*each, marks=[] if each in FEW else pytest.mark.slow) for each in ALL],
    ids=map(" – ".join, ALL),
)
def test_each_tampering_is_stopped_by_the_seal_and_by_a_rule_of_its_own(
    kind: str, name: str, finished: Path, data: Path, tmp_path: Path
) -> None:
    rules = found(finished, data, tmp_path / "pack", kind, name)
    assert rules & SEAL
    assert rules - SEAL or (kind, name) in BY_THE_SEAL_ALONE


def test_a_hundred_are_tried_and_five_in_a_hundred_at_most_are_the_seal_s_alone() -> None:
    assert len(ALL) >= 100
    assert len(BY_THE_SEAL_ALONE) <= 0.05 * len(ALL)


def test_what_nobody_tampered_with_passes_with_its_sums_made_again(finished: Path, data: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(finished, tmp_path / "pack"))
    resealed(folder)
    assert gate.check(folder, data) == []
