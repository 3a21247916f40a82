"""A text as its reader sees it: without tags and references, with one kind of space, hyphen and digit; and what can't be seen.

What stands in a file is not what is read: an address may be cut by a tag, written in references or with a no-break space.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

# Elements that don't end a line: what stands around their tags is read as one word.
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "code",
        "del",
        "em",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "tspan",
        "u",
        "var",
        "wbr",
    ]
)
_UNREAD = re.compile(r"<(style|head)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?([A-Za-z][\w:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_SPOKEN = re.compile(r"\b(?:aria-[a-z]+|title|alt|content|data-label|download)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_HYPHENS = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_END = "\x00"
# Characters without a shape of their own that Unicode doesn't count among those of format.
_SHAPELESS = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U0001d159\U000e0100-\U000e01ef"
_HIDDEN = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
_SHAPES = re.compile(f"[{_SHAPELESS}]")


def lines(markup: str) -> list[str]:
    """Return what a page says, a text for each element that begins a line; what is spoken of a drawing is a line too.

    >>> lines("<p>943<b>&nbsp;476</b> 59<wbr>19</p><p>a</p>")
    ['943 476 5919', 'a']
    """
    body = _UNREAD.sub(_END, markup)
    spoken = [one or other for _, attributes in _TAG.findall(body) for one, other in _SPOKEN.findall(attributes)]
    texts = _TAG.sub(lambda tag: "" if tag[1].lower() in _INLINE else _END, body).split(_END)
    return [text for each in (*texts, *spoken) if (text := plain(html.unescape(each)).strip())]


def plain(text: str) -> str:
    """Return a text with one kind of space, hyphen, letter and digit.

    >>> plain("９４３\u00a0476\u20115919")
    '943 476-5919'
    """
    if text.isascii():
        return _SPACES.sub(" ", text)
    return _SPACES.sub(" ", _HYPHENS.sub("-", unicodedata.normalize("NFKC", _HYPHENS.sub("-", text))))


def has_hidden(text: str) -> bool:
    """Return whether a text has a character that nobody sees, or that turns the order of the others round.

    >>> has_hidden("43\u00ad76"), has_hidden("43&#xAD;76"), has_hidden("43 76")
    (True, True, False)
    """
    return _any_hidden(text) or ("&" in text and _any_hidden(html.unescape(text)))


def _any_hidden(text: str) -> bool:
    if text.isascii() and text.isprintable():
        return False
    return bool(_SHAPES.search(text)) or any(_is_hidden(each) for each in set(text))


@lru_cache(maxsize=1 << 12)
def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in _HIDDEN and letter not in "\t\n\r"
