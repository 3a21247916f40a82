"""Notes how long the parts of a run take: every Python process that `bench.profile` starts loads it as its `sitecustomize`.

It wraps the public functions of `PARTS` when their module is imported, and the imports themselves. Times are those of the thread
on the processor, each without what another part has taken within it; they are added to the file that TRACE_FILE names.
"""

from __future__ import annotations

import builtins
import functools
import importlib.abc
import importlib.machinery
import os
import sys
import threading
import time
from collections import Counter
from typing import Any

IMPORTS = "imports"
PARTS = {
    "cleaning": ["analysis.clean.build:clean"],
    "reading": ["analysis.store.tidy_table:read"],
    "protecting": ["analysis.disclosure.protection.protected_store:for_audience"],
    "measures": ["analysis.measures.indicator_values:measure", "analysis.measures.indicator_values:official"],
    "charts": ["analysis.exhibits.parts.charts:panel"],
    "rest of the cells": ["IPython.core.interactiveshell:InteractiveShell.run_cell"],
    "kernels": ["ipykernel.kernelapp:IPKernelApp.initialize"],
    "papermill and its messages": ["analysis.pack.run.execute:execute"],
    "what is taken over": ["analysis.pack.run.reuse:digest_function", "analysis.pack.run.reuse:take_over"],
    "pages": ["analysis.pack.pages.page:render_page", "analysis.pack.pages.page:render_index"],
    "dashboard": ["analysis.pack.pages.index_summary:summarise", "analysis.pack.pages.corrections:compare"],
    "workbook and data files": ["analysis.pack.downloads.workbook:of_pack", "analysis.pack.downloads.csv_files:write"],
    "gate": ["analysis.disclosure.gate.check:check", "analysis.disclosure.gate.one_file:look"],
    "audit": ["analysis.disclosure.audit:derived", "analysis.disclosure.audit:printed"],
    "register": ["analysis.store.register:record", "analysis.store.register:position", "analysis.store.register:verify"],
}
_FLUSH = 0.001  # seconds: smaller sums are kept until more has come together
_here = threading.local()


def watched(part: str, function: Any) -> Any:
    """Return the function, its time on the processor noted under the part."""

    @functools.wraps(function)
    def timed(*arguments: Any, **options: Any) -> Any:
        if not hasattr(_here, "within"):
            _here.within, _here.sums = [], Counter()
        _here.within.append(0.0)
        started = time.thread_time()
        try:
            return function(*arguments, **options)
        finally:
            seconds = time.thread_time() - started
            _here.sums[part] += seconds - _here.within.pop()
            if _here.within:
                _here.within[-1] += seconds
            if part != IMPORTS or not _here.within:
                _flush()

    return timed


def _flush() -> None:
    if _here.sums.total() > _FLUSH and "TRACE_FILE" in os.environ:
        lines = "".join(f"{part}\t{seconds}\n" for part, seconds in _here.sums.items())
        _here.sums.clear()
        with open(os.environ["TRACE_FILE"], "a", encoding="utf-8") as file:  # noqa: PTH123 (pathlib is not imported yet)
            file.write(lines)


class _Wrapping(importlib.abc.MetaPathFinder):
    """Finds the modules of `PARTS`, and wraps their functions before whoever imports them sees them."""

    def __init__(self) -> None:
        self.wanted: dict[str, list[tuple[str, str]]] = {}
        for part, places in PARTS.items():
            for place in places:
                module, _, name = place.partition(":")
                self.wanted.setdefault(module, []).append((part, name))

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """Return the module's own specification with a loader that wraps; None for any other module."""
        if name not in self.wanted:
            return None
        places = self.wanted.pop(name)
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        assert spec is not None and spec.loader is not None
        execute = spec.loader.exec_module

        def execute_and_wrap(module: Any) -> None:
            execute(module)
            for part, function in places:
                *within, last = function.split(".")
                holder = functools.reduce(getattr, within, module)
                setattr(holder, last, watched(part, getattr(holder, last)))

        spec.loader.exec_module = execute_and_wrap  # type: ignore[method-assign]
        return spec


def install() -> None:
    """Begin to note times in this process and in those that it starts."""
    sys.meta_path.insert(0, _Wrapping())
    builtins.__import__ = watched(IMPORTS, builtins.__import__)
