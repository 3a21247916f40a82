"""Under whose heading an indicator stands: counts with their rates and breakdowns, and shares of their own."""

from __future__ import annotations

import pytest

from analysis import catalogue


@pytest.mark.parametrize(
    ("indicator", "subject"),
    [
        ("contacts", "contacts"),
        ("contacts_per_10k", "contacts"),
        ("plans_in_force_ethnicity_pct", "plans_in_force"),
        ("adult_referrals_age", "adult_referrals"),
        ("plans_repeat", "plans_repeat_pct"),  # nothing but the number behind one percentage
        ("initial_assessments", "initial_assessments"),  # other shares are of it
        ("referrals_of_contacts_pct", "referrals_of_contacts_pct"),
        ("children_in_need_per_10k", "children_in_need_per_10k"),  # its count is no indicator
        ("attendance_sab", "attendance_sab"),
    ],
)
def test_an_indicator_stands_under_the_count_that_it_is_of(indicator: str, subject: str) -> None:
    assert catalogue.subject(indicator) == subject


def test_every_subject_is_its_own_and_of_the_same_domain() -> None:
    indicators = catalogue.indicators()
    for name in indicators.index:
        subject = catalogue.subject(name)
        assert catalogue.subject(subject) == subject
        assert indicators.at[subject, "domain"] == indicators.at[name, "domain"]


def test_an_unknown_indicator_has_none() -> None:
    with pytest.raises(KeyError):
        catalogue.subject("contactz")
