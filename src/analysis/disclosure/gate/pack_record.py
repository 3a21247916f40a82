"""What the manifest says of a pack, held against its pages: which entries it may have, when, by what, for whom, of which period.

An entry that nothing on the pages bears out (the seconds of a report, the versions of libraries) has its form checked alone: the
seal is over all of them (`seal`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from analysis import store
from analysis.catalogue import periods, tables, wording
from analysis.disclosure import policy
from analysis.disclosure.gate.rules import Broken, rules
from analysis.disclosure.gate.seal import ENTRY, MANIFEST
from analysis.errors import UnknownNameError

Said = Mapping[str, Sequence[str]]

# What a page says of its pack, each in the one place that the template has for it.
_PLACES = {
    "audience": re.compile(r'<body class="([^"]*)">'),
    "banner": re.compile(r'<div class="banner"><p><strong>([^<]*)</strong></p></div>'),
    "period": re.compile(r'<p class="period">([^<]*)'),
    "made": re.compile(r"<dt>Made</dt><dd>([^<]*)</dd>"),
    "version": re.compile(r"<dt>By</dt><dd>safeguarding-analysis, version ([^<]*)</dd>"),
    "for": re.compile(r"<dt>For</dt><dd>([^<]*)</dd>"),
    "parameter": re.compile(r"<dt>Parameter: ([^<]*</dt><dd>[^<]*)</dd>"),
    "input": re.compile(r"<dt>([\w./-]+</dt><dd>(?:SHA-256 <code>[0-9a-f]{64}</code>|Not published))</dd>"),
}
_PART = "</dt><dd>"
_HASH, _ID = re.compile(r"[0-9a-f]{64}"), re.compile(r"[A-Za-z0-9][\w-]*")
_VERSION, _TEXT = re.compile(r"[\w.+-]{1,60}"), re.compile(r"[^\n]{0,300}")


def said_by(html: str) -> dict[str, list[str]]:
    """Return what a page says of its pack: {what: its words}, several where the page says it several times.

    >>> said_by('<body class="seg"><dt>Made</dt><dd>1 May 2013, 09:00 UTC</dd>')["made"]
    ['1 May 2013, 09:00 UTC']
    """
    return {name: [unescape(each) for each in place.findall(html)] for name, place in _PLACES.items()}


def unknown_entries(manifest: Mapping[str, Any]) -> Iterator[Broken]:
    """Yield where a manifest has an entry that none has, or one of another form: nothing is hidden in it."""
    for name in sorted({*_REQUIRED} - set(manifest)):
        yield Broken("manifest-entry", MANIFEST, f"no entry {name!r}")
    for name, value in manifest.items():
        if name not in _ENTRIES or not _ENTRIES[name](value):
            yield Broken("manifest-entry", MANIFEST, f"the entry {name!r}" if name in _ENTRIES else "an entry that none has")


def differences(manifest: Mapping[str, Any], pages: Mapping[str, Said], notebooks: Collection[str]) -> Iterator[Broken]:
    """Yield where the pages say otherwise of their pack than the manifest; `notebooks` are the names in their archive."""
    asked, reports = manifest.get("parameters", {}), manifest.get("reports", {})
    try:
        label, rule = policy.banner(str(asked.get("audience")))
        when = _in_words(str(asked.get("period")))
        expected = {
            "audience": asked["audience"], "banner": label, "for": f"{label}. {rule}", "made": manifest.get("made"),
            "version": manifest.get("version"),
        }  # fmt: skip
        for page, said in pages.items():
            differs = [name for name, words in expected.items() if list(said[name]) != [words]]
            differs += [] if len(said["period"]) == 1 and said["period"][0].startswith(when) else ["period"]
            own = reports.get(page.removesuffix(".html"), {"parameters": asked})["parameters"]
            differs += ["parameters"] if list(said["parameter"]) != _parameters(own) else []
            differs += ["inputs"] if said["input"] and list(said["input"]) != _inputs(manifest["inputs"]) else []
            for name in dict.fromkeys(differs):
                yield Broken("manifest-differs", page, f"its {name}")
        if any(
            each.get("parameters", {}).get(name) != asked[name] for each in reports.values() for name in ("period", "audience")
        ):
            yield Broken("manifest-differs", MANIFEST, "the parameters of a report")
        if {f"{page}.html" for page in reports} - set(pages):
            yield Broken("manifest-differs", MANIFEST, "a report without a page")
        named = {f"{name}.ipynb" for each in reports.values() for name in each.get("seconds", {})}
        if named != set(notebooks):
            yield Broken("manifest-differs", MANIFEST, "the notebooks of its reports")
    except (AttributeError, KeyError, TypeError, ValueError, UnknownNameError):
        yield Broken("manifest-differs", MANIFEST, "its parameters or reports, which can't be read")
        return
    own = manifest.get(ENTRY, {})
    if ENTRY in manifest and own.get("version") != manifest.get("version"):
        yield Broken("manifest-differs", MANIFEST, "the version of the gate")
    if own and own.get("version") == store.version() and own.get("rules") != list(rules()):
        yield Broken("manifest-differs", MANIFEST, "the rules of the gate")


def _in_words(period: str) -> str:
    """Return how the head of a page begins: "Quarter 4 of 2012/13"."""
    if periods.kind(period) == "quarter":
        return f"Quarter {period[-1]} of {periods.label(period[:7])}"
    return periods.label(period)


def _parameters(parameters: Mapping[str, Any]) -> list[str]:
    words = {name: value if isinstance(value, list) else [value] for name, value in parameters.items()}
    return [f"{name}{_PART}{wording.listing([str(each) for each in value])}" for name, value in words.items()]


def _inputs(inputs: Mapping[str, str]) -> list[str]:
    said = {name: digest.partition(":") for name, digest in inputs.items()}
    return [
        f"{name}{_PART}{f'SHA-256 <code>{digest}</code>' if kind == 'sha256' else 'Not published'}"
        for name, (kind, _, digest) in said.items()
    ]


def _is(form: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(form.fullmatch(value))


def _each(keys: re.Pattern[str], holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(keys.fullmatch(key) and holds(each) for key, each in value.items())


def _list(holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(holds, value))


def _record(**holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Return whether a value has no entry but these, each of its form."""
    return lambda value: isinstance(value, dict) and all(key in holds and holds[key](each) for key, each in value.items())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


_text, _texts = _is(_TEXT), _list(_is(_TEXT))
_parameter = _record(
    period=_text,
    audience=lambda value: value in set(tables.read("audiences")["id"]),
    areas=_texts,
    domain=_text,
    comparators=_text,
)
_figure = _record(indicator=_text, area=_text, period=_text, category=_text, was=_text, now=_text, page=_text)
_REQUIRED = ("made", "version", "parameters", "inputs", "reports", "files")
_ENTRIES: dict[str, Callable[[Any], bool]] = {
    "made": _text,
    "key": _is(_HASH),
    "version": _is(_VERSION),
    "versions": _each(_ID, _is(_VERSION)),
    "parameters": _parameter,
    "inputs": _each(re.compile(r"[\w./-]{1,200}"), _is(re.compile(r"(?:(?:hmac-)?sha256:)?[0-9a-f]{64}"))),
    "reports": _each(
        _ID,
        _record(
            notebooks=_list(_is(re.compile(r"[\w-]+\.ipynb"))),
            parameters=_each(_ID, lambda value: _text(value) or _texts(value) or isinstance(value, int | float)),
            seconds=_each(_ID, _is_number),
        ),
    ),
    "failed": _list(_is(_ID)),
    "left_out": _list(_is(_ID)),
    "own_figures": _is_flag,
    "signed_off": _list(_record(role=_text, on=_text)),
    "corrections": _list(_record(on=_text, figures=_list(_figure))),
    "files": _each(re.compile(r"[\w./-]{1,200}"), _is(_HASH)),
    ENTRY: _record(
        rules=_texts, version=_is(_VERSION), files=_is(_HASH), record=_is(_HASH), cells=_is(_HASH), seal=_is(_HASH),
        register=_record(files=_is_number, digest=_is(_HASH)),
    ),
}  # fmt: skip
