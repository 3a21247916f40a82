"""When parts are all that there are: both sexes, age bands without a gap, words of making up; and when they overlap."""

from __future__ import annotations

import re
from itertools import pairwise

from analysis.claims.draft.reading.words import alternatives

MADE_OF = (
    r"(?:comprising|comprised|comprises|made up of|consisting of|consisted of|being made up of|split "
    r"between|broken down (?:as|into)|divided (?:into|between)|being)"
)
COMPARED = re.compile(
    r"\b(?:compared|comparing|against|previous|last year|year before|up from|down from|in comparison|average|target|per )\b",
    re.IGNORECASE,
)
OVERLAP = re.compile(
    (
        r"\b(?:more than one|multiple|alone or|combined|some of whom|also|both|either|include[sd]?|including|"
        r"at least|such as|may be|not exclusive|e\.g\.|mainly|repeat|further|again)\b"
    ),
    re.IGNORECASE,
)
_BAND = re.compile(
    (
        r"\b(?:aged? |ages )?(?:(?P<low>\d{1,2}) ?(?:to|-|–|and) ?(?P<high>\d{1,2})|(?:under|below) "
        r"(?P<under>\d{1,2})s?|(?P<over>\d{1,2}) ?(?:\+|and over|or over|years and over|and above|or older)|"
        r"over (?P<above>\d{1,2})s?)"
    ),
    re.IGNORECASE,
)


def both_sexes(rest: str, parts: int) -> bool:
    """Return whether the words name both sexes and, but for those not known, nobody else."""
    named = {word.lower().rstrip("s") for word in re.findall(rf"\b(?:{alternatives('sex')})\b", rest, re.IGNORECASE)}
    male, female = named & {"male", "boy", "men"}, named & {"female", "girl", "women"}
    others = len(
        re.findall(r"\b(?:unborn|unknown|not recorded|not known|not stated|other|non-binary|not to say)\b", rest, re.IGNORECASE)
    )
    return bool(male and female) and parts == 2 + others


def all_bands(rest: str, parts: int) -> bool:
    """Return whether age bands in the words touch one another and leave none out, from the youngest to the oldest."""
    bands: list[tuple[int, int]] = []
    for match in _BAND.finditer(re.sub(r"«[A-Z]\d+»", "§", rest)):
        if match["low"]:
            bands.append((int(match["low"]), int(match["high"])))
        elif match["under"]:
            bands.append((0, int(match["under"]) - 1))
        else:
            bands.append((int(match["over"] or int(match["above"])), 200))
    bands = sorted(set(bands))
    if len(bands) < 3 or len(bands) != parts or bands[0][0] not in (0, 16, 18, 65) or bands[-1][1] not in (200, 17, 18):
        return False
    return all(following[0] - band[1] in (0, 1) for band, following in pairwise(bands))
