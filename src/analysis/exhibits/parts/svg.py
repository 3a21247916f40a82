"""A chart's SVG as it stands in a page: among others, with a description, and in no more bytes than it takes to draw the same."""

from __future__ import annotations

import hashlib
import re
from itertools import count

from markupsafe import escape

_WASTE = re.compile(r"<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>|<!--.*?-->", re.DOTALL)
_ID, _REFERENCE = re.compile(r' id="([^"]*)"'), re.compile(r'(url\(#|href="#)([^")]+)')
_OPENING = re.compile(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>')
_TAG, _DECIMALS, _STYLE = re.compile(r"<[^<>]+>"), re.compile(r"-?\d+\.\d{2,}"), re.compile(r'style="[^"]*"')
_GROUP = re.compile(r'<g>((?:[^<]|<(?!/?g[ >])[^>]*>)*)</g>| transform="rotate\(-0 [^"]*"')
_CLIPPED = re.compile(r'<g clip-path="[^"]*">\s*(<use [^>]*/>)\s*</g>')
_PATH, _STEP = re.compile(r' d="([^"]*)"'), re.compile(r"\s*([A-Za-z])\s*")
_FONT = re.compile(r"font-family:[^;\"]*;?|text-anchor:start;")
# Marks of one kind in a row: a funnel has 150.
_MARKS = re.compile(r'<use ([^>]*?) style="([^"]*)"/>(?:<use [^>]*? style="\2"/>)+')
# A stroke from one point to another, as a tick is: it has no area, and the stroke of its own.
_TICK = re.compile(r'<path id="([^"]*)" d="M[^MLCQz]*L[^MLCQz]*" style="stroke:[^"]*"/>')


def inline(svg: str, identity: str, description: str) -> str:
    """Return the SVG fit to stand among others in one page: no prolog, no metadata, ids unique or gone, a text alternative."""
    body = _WASTE.sub("", svg[svg.index("<svg ") :])
    opening = _OPENING.search(body)
    assert opening is not None
    body = _with_ids(body[opening.end() :], "c" + hashlib.sha256(identity.encode()).hexdigest()[:7])
    body = re.sub(r">\s+<", "><", _CLIPPED.sub(r"\1", body))  # a point needs no frame that clips it
    # A tenth of a point can't be seen, and matplotlib writes six decimals: a third of a chart is digits. Text stays as it is.
    body = _TAG.sub(lambda tag: _DECIMALS.sub(lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), tag[0]), body)
    body = re.sub(r"<g></g>|<g/>", "", body)
    while (fewer := _GROUP.sub(r"\1", body)) != body:  # a group without attributes groups nothing
        body = fewer
    body = _PATH.sub(lambda path: ' d="' + _STEP.sub(r"\1", path[1]).strip() + '"', body)
    body = _STYLE.sub(lambda style: re.sub(r"([:;,]) ", r"\1", style[0]), body.strip())
    body, font = _with_one_font(body)
    # The width is for where no style sheet is, as in JupyterLab: a page's own overrules it.
    width = round(float(opening[1].split()[2]) * 4 / 3)  # points to pixels
    return (
        f'<svg role="img" aria-labelledby="{identity}-desc" width="{width}" viewBox="{opening[1]}"{font} '
        f'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<desc id="{identity}-desc">{escape(description)}</desc>{_with_few_styles(body)}'
    )


def _with_ids(body: str, short: str) -> str:
    """Return the drawing with ids of its own, short ones, for what is referred to, and none for anything else."""
    number = count(1)
    named = {used: f"{short}-{next(number)}" for used in dict.fromkeys(found[1] for found in _REFERENCE.findall(body))}
    body = _ID.sub(lambda match: f' id="{named[match[1]]}"' if match[1] in named else "", body)
    return _REFERENCE.sub(lambda match: match[1] + named[match[2]], body)


def _with_one_font(body: str) -> tuple[str, str]:
    """Return the drawing without the font of each text, and what gives all the page's; unchanged if there are two.

    The letters that charts are laid out with are wider than those of any page, so that nothing runs into anything.
    """
    fonts = set(re.findall(r"font-family:[^;\"]*", body))
    if len(fonts) != 1:
        return body, ""
    return _STYLE.sub(lambda style: _FONT.sub("", style[0]), body), ' style="font-family:inherit"'


def _with_few_styles(body: str) -> str:
    """Return the drawing with the style of marks that follow each other said once, and that of ticks left to themselves."""
    for tick in _TICK.findall(body):
        body = re.sub(rf'(<use xlink:href="#{tick}"[^>]*?) style="[^"]*"/>', r"\1/>", body)
    return _MARKS.sub(lambda marks: f'<g style="{marks[2]}">' + marks[0].replace(f' style="{marks[2]}"', "") + "</g>", body)
