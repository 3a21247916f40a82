"""Personal data in a text, recognised by its form: a name with a title, e-mail addresses, personal numbers, a date of birth.

Data without a fixed form (a name without a title, the address of a house) is not found, so a person still has to read the text.
No function returns any of the text.
"""

from __future__ import annotations

import re
from functools import cache

from analysis.catalogue import tables

E_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
TEN_DIGITS = re.compile(r"(?<![\w.-])(?<!\d,)(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?![\w-]|[.,]\d)")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_DATE = (
    rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+\d{{2,4}}|"
    rf"{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})"
)
# "Born between 2001 and 2005" describes a figure: only a single day can be a person's date of birth.
_BIRTH = re.compile(
    rf"\b(?:d\.?\s?o\.?\s?b\b\.?|dates?\s+of\s+birth|birth\s?date|born(?:\s+on)?(?:\s+the)?)"
    rf"\s*(?:is|was|of|=|:|-|–|\()?\s*(?:{_DATE}|\d{{6}}(?:\d\d)?\b)(?!\d|\s*(?:to|and|until|or|-|–)\s*\d)",
    re.IGNORECASE,
)
_LEAD = r"(?<![\w.,/+-])(?:(?:\+44|0044)\s?(?:\(0\)\s?)?|\(?0(?=[123578]))"
_GAP = r"[ .-]"
# Groups of digits as Ofcom writes them; counts in a row of a table are not grouped like this and don't begin with 0.
_TELEPHONE = re.compile(
    rf"{_LEAD}(?:\d{{9,10}}|\d\)?{_GAP}?\d?\)?{_GAP}\d{{4}}{_GAP}?\d{{4}}|\d{{3}}\)?{_GAP}\d{{3}}{_GAP}?\d{{3,4}}|\d{{2}}\)?{_GAP}\d{{4}}{_GAP}?\d{{4}}|"
    rf"\d{{4}}\)?{_GAP}\d{{3}}{_GAP}?\d{{2,3}}|\d{{3}}\)?{_GAP}\d{{7}}|\d{{4}}\)?{_GAP}\d{{5,6}}|\d\d\)?{_GAP}\d{{8}}|"
    rf"\d{{3}}\)?{_GAP}\d{{2}}{_GAP}\d{{2}}{_GAP}\d{{2,3}})(?![\w/]|[.,-]\d)"
    r"|\b(?:tel|telephone|phone|mobile|mob|fax)\b\.?\s*(?:no\.?|number)?\s*:?\s*\(?\+?\d(?:[ -]?\d){5,}"
    r"|\bext(?:ension)?\b\.?\s*:?\s*\d{3,6}\b",
    re.IGNORECASE,
)
_NHS_NAMED = re.compile(r"\bnhs\s*(?:no\.?|number|num|#)?\s*[:#]?\s*\d{3}[ -]?\d{3}[ -]?\d{4}\b", re.IGNORECASE)
_UPN = re.compile(r"(?<!\w)[a-z] ?\d{11}[\da-z](?!\w)", re.IGNORECASE)
_INSURANCE = re.compile(
    r"(?<!\w)(?!BG|GB|NK|KN|TN|NT|ZZ)[a-ceghj-pr-tw-z][a-ceghj-npr-tw-z][ -]?\d\d[ -]?\d\d[ -]?\d\d[ -]?[a-d](?!\w)",
    re.IGNORECASE,
)


def kind_of(text: str) -> str:
    """Return the kind of personal data in a text, in words ("a telephone number"); empty where none is found."""
    normalised = re.sub(r"[\s\u00a0\u2007\u202f]+", " ", text).replace("\u2019", "'").replace("\u2011", "-")
    if E_MAIL.search(normalised):
        return "an e-mail address"
    return kind_of_number(normalised) or ("the name of a person" if _has_name(normalised) else "")


def kind_of_number(normalised: str) -> str:
    """Return the kind of a person's number in a text with plain spaces and hyphens; empty where none is found.

    >>> kind_of_number("NHS no. 943 476 5919"), kind_of_number("943 of 4,765")
    ('an NHS number', '')
    """
    if _BIRTH.search(normalised):
        return "a date of birth"
    if _NHS_NAMED.search(normalised) or any(is_nhs_number("".join(found)) for found in TEN_DIGITS.findall(normalised)):
        return "an NHS number"
    if _UPN.search(normalised):
        return "a pupil number (UPN)"
    if _INSURANCE.search(normalised):
        return "a National Insurance number"
    if _TELEPHONE.search(normalised):
        return "a telephone number"
    return ""


def is_nhs_number(digits: str) -> bool:
    """Return whether ten digits end in the check digit of an NHS number (modulus 11; NHS Data Dictionary, NHS NUMBER)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True))
    check = (11 - total % 11) % 11
    return len(digits) == 10 and check != 10 and check == int(digits[9]) and len(set(digits)) > 1


def _has_name(text: str) -> bool:
    return any(
        match["name"].rstrip(".").title() not in following_words and not match["drive"]
        for pattern, following_words in _titles()
        for match in pattern.finditer(text)
    )


@cache
def _titles() -> list[tuple[re.Pattern[str], frozenset[str]]]:
    """Return for each title the pattern of a name after it, and the words after it that are not a name ("MS Teams")."""
    patterns = []
    for row in tables.read("name_titles").itertuples(index=False):
        # "12 Mill Dr Oakham" is a street; after "seen by the Dr." a sentence begins; officers have a number before their names.
        lead = r"(?P<drive>\b\d+[a-zA-Z]? (?:[A-Z][a-z]+ )+)?(?<![\w'-])"
        lead += r"(?<!\b[Tt]he )(?<!\b[Aa] )(?<!\bour )" if row.also_a_word == "yes" else ""
        name = r"\.? (?:\d{1,5} )?(?P<name>[A-Z]\.? ?[A-Z][\w'-]+|[A-Z][\w'-]+|[A-Z]\.?(?= |$|[,;)]))"
        title = f"(?:{row.title}|{row.title.upper()})" if row.any_case == "yes" else row.title
        patterns.append((re.compile(lead + title + name), frozenset(row.not_before.split("|"))))
        if row.any_case == "yes":
            patterns.append((re.compile(rf"(?P<drive>$)?\b{row.title.lower()}\.? (?P<name>[a-z]{{3,}})"), frozenset({"And"})))
    return patterns
