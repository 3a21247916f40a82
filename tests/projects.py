"""Small projects to run packs in: a copy of the figures, one or two quick reports, and the command as people type it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from conftest import ROOT, RawCopy
from nbformat.v4 import new_code_cell, new_notebook

BIN = Path(sys.executable).parent
PERIOD = "2012-13-Q4"
QUICK = """
[reports.dols]
notebook = "year_on_year"
title = "DoLS: year on year"
section = "DoLS"
summary = "What changed."
parameters = { domain = "dols", areas = ["Leicestershire", "Rutland"] }

[reports.quality]
notebook = "data_quality"
title = "Data quality"
section = "Quality"
summary = "What can be trusted."
"""


@dataclass(frozen=True)
class Project:
    """A project folder with data, notebooks and reports."""

    root: Path

    @property
    def raw(self) -> RawCopy:
        return RawCopy(self.root / "data")

    @property
    def pack(self) -> Path:
        return self.root / "reports" / PERIOD

    def plan(self, text: str) -> None:
        (self.root / "notebooks" / "pack.toml").write_text(text, encoding="utf-8")

    def notebook(self, name: str, *cells: str) -> None:
        """Write a notebook whose first cell declares a period and an audience, followed by these."""
        first = new_code_cell('period = ""\naudience = ""', id="first", metadata={"tags": ["parameters"]})
        rest = [new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(cells)]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(new_notebook(cells=[first, *rest], metadata=kernel), self.root / "notebooks" / f"{name}.ipynb")

    def files(self) -> dict[str, bytes]:
        """Every file of every pack that readers see, by path."""
        packs = [pack for name in self.packs() if not (pack := self.root / "reports" / name).is_symlink()]
        return {
            path.relative_to(self.root / "reports").as_posix(): path.read_bytes()
            for pack in packs
            for path in pack.rglob("*")
            if path.is_file()
        }

    def packs(self) -> list[str]:
        """What lies in reports/, but what is hidden, `latest` and the page above the packs, which lead to the others."""
        apart = ("latest", "index.html")
        return sorted(path.name for path in (self.root / "reports").iterdir() if path.name not in apart and path.name[0] != ".")

    def hidden(self) -> list[str]:
        """What a run keeps or has left in reports/ beside the packs, without the lock, which a killed owner leaves unlocked."""
        return sorted(path.name for path in (self.root / "reports").iterdir() if path.name[0] == "." and path.name != ".run")

    def command(self, *words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """`safeguarding` with these words, typed in the project's folder."""
        return subprocess.run(
            [BIN / "safeguarding", *words], cwd=self.root, env=environment(env), capture_output=True, text=True, check=False
        )


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a person's shell: the commands on the path, no data folder named."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("SAFEGUARDING_", "COV_", "PYTEST_"))}
    return plain | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"} | dict(more or {})


def make_project(root: Path, data: Path, plan: str | None = QUICK) -> Project:
    """A project in `root` with a copy of these figures and of the notebooks; its pack is that of `plan`, or the whole one."""
    shutil.copytree(data, root / "data")
    shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    project = Project(root)
    if plan is not None:
        project.plan(plan)
    return project


def notebooks_in(pack: Path) -> dict[str, str]:
    """The text of each executed notebook of a pack, by the id of its report."""
    with zipfile.ZipFile(pack / "notebooks.zip") as archive:
        return {name.removesuffix(".ipynb"): archive.read(name).decode() for name in archive.namelist()}
