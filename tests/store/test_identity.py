"""What readers may know a raw file by: nobody without the key finds the small numbers of an unpublished file by trying them."""

from __future__ import annotations

import hashlib
import json
from itertools import product
from pathlib import Path

import pytest

from analysis.errors import DataError
from analysis.store import identity


def sha256(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


ORIGINS = {
    "annual-report/2012-13": {"published": True},
    "dfe-cin/2024": {"published": False, "controlled": True},
    "returns/police-2013-14-Q1": {"published": False},
}


def test_published_files_keep_their_checksum_and_no_other_does(tmp_path: Path) -> None:
    inputs = {f"{name}/figures.csv": sha256(name) for name in ORIGINS} | {"tables/names.csv": sha256("names")}
    found = identity.of_inputs(tmp_path, inputs, ORIGINS)
    assert found["annual-report/2012-13/figures.csv"] == f"sha256:{sha256('annual-report/2012-13')}"
    assert found["dfe-cin/2024/figures.csv"].startswith("sha256:")
    for file in ("returns/police-2013-14-Q1/figures.csv", "tables/names.csv"):
        assert found[file].startswith("hmac-sha256:") and inputs[file] not in found[file]
    assert identity.of_inputs(tmp_path, inputs, ORIGINS) == found  # the same file is known again


def test_trying_every_small_number_finds_nothing(tmp_path: Path) -> None:
    """A return of two figures below twenty: its plain checksum gives both away at once, what readers have doesn't."""
    file, content = "returns/police-2013-14-Q1/figures.csv", "contacts,{}\nplans,{}\n"
    inputs = {file: sha256(content.format(3, 17))}
    shown = identity.of_inputs(tmp_path, inputs, ORIGINS)[file].partition(":")[2]
    tried = {sha256(content.format(*each)): each for each in product(range(20), repeat=2)}
    assert tried[inputs[file]] == (3, 17)
    assert shown not in tried and shown not in {sha256(f"{file} {each}") for each in tried}


def test_another_folder_has_another_key(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    assert identity.digest(one, "text") != identity.digest(other, "text")
    assert (one / identity.FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("held", ["", "no key", "ab" * 31])
def test_a_key_that_is_none_is_refused_and_never_replaced(tmp_path: Path, held: str) -> None:
    (tmp_path / identity.FILE).write_text(held)
    with pytest.raises(DataError, match=r"\.identity: found no key, expected 64 hexadecimal digits"):
        identity.key(tmp_path)
    assert (tmp_path / identity.FILE).read_text() == held


def test_no_pack_has_the_checksum_of_an_unpublished_file(data: Path) -> None:
    build = json.loads((data / "processed" / "build.json").read_text())
    assert set(build["identities"]) == set(build["inputs"])
    for file, shown in build["identities"].items():
        assert shown == f"sha256:{build['inputs'][file]}" or shown.startswith("hmac-sha256:")
