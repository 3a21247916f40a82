"""What ships of official statistics is what was published, cell by cell: read back, each figure and each withheld one is the same."""

from __future__ import annotations

import pandas as pd
import pytest
from official_files import FIGURE, OPEN, SHIPPED, read, real_data

from analysis.catalogue import tables

pytestmark = real_data
PARTS = (
    ("dfe-cin", "2024-10-extract/children-in-need.csv", "dfe-cin/*.csv", "extract"),
    ("dfe-cin", "2024-10-extract/population.csv", "dfe-cin/ons_*.csv", "extract-population"),
    ("dfe-cla", "2024-11-extract/looked-after.csv", "dfe-cla/*.csv", "extract"),
)

# The publisher's own files differ: West Sussex's plans of 2013 (424 in one table, 379 in two), and with them its region's and
# England's; England's children in care as first published and as revised; assessments of 2013-14, which one table leaves out.
DIFFERING = {
    ("plans_in_force", "E10000032", "2013-03-31"),
    ("plans_in_force", "E12000008", "2013-03-31"),
    ("plans_in_force", "E92000001", "2013-03-31"),
    ("assessments", "E92000001", "2013-14"),
    *(("children_in_care", "E92000001", f"{year}-03-31") for year in (2012, 2013, 2014)),
}


@pytest.mark.parametrize(("source", "file", "pattern", "layout"), PARTS)
def test_every_cell_is_the_published_one(source: str, file: str, pattern: str, layout: str) -> None:
    assert OPEN is not None
    shipped = read(source, SHIPPED / source / file).observations.set_index(FIGURE)
    published = pd.concat([read(source, path).observations for path in sorted(OPEN.glob(pattern))])
    entries = tables.read("official_layouts").query("source == @source and layout == @layout and role == 'figure'")
    column = published["series"] + (":" + published["category"]).where(published["category"] != "all", "")
    is_in_reach = (published["period"].str[:4].astype(int) + (published["period"].str.len() == 7)) >= 2012
    published = published[column.isin(entries["column"]) & is_in_reach]
    several = published.groupby(FIGURE)[["value", "status"]].nunique()
    assert {key[:3] for key in several.index[(several > 1).any(axis=1)]} == {
        key for key in DIFFERING if key[0] in set(entries["reference"])
    }
    # Of figures that stand in several files the first counts: the table of all figures, and the file of the year.
    published = published.drop_duplicates(FIGURE).set_index(FIGURE)
    assert len(published) > 1_900
    assert published.index.isin(shipped.index).all()
    same = shipped.loc[published.index]
    assert same["status"].tolist() == published["status"].tolist()
    assert same["value"].fillna(-1).tolist() == published["value"].fillna(-1).tolist()
    # What no file gives for an area and year is said not to be available, and nothing else.
    assert set(shipped.loc[~shipped.index.isin(published.index), "status"]) <= {"not_available"}
