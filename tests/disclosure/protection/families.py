"""Made-up families of linked tables: two to four dimensions with totals, quarters and year to date, two releases."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy import sparse

from analysis.disclosure.protection.family import Family


def family(rng: np.random.Generator, dimensions: int = 0, biggest: int = 4, mean: float = 9.0, rounding: int = 1) -> Family:
    """A table of two to four dimensions, each with its total; one dimension may be quarters whose running sums are shown too."""
    dimensions = dimensions or int(rng.integers(2, 5))
    shape = tuple(int(size) for size in rng.integers(2, max(biggest + 3 - dimensions, 3), size=dimensions))
    inner = rng.poisson(rng.gamma(0.8, mean / 0.8, size=shape))
    full = np.zeros(tuple(size + 1 for size in shape), dtype=int)
    for place in product(*(range(size + 1) for size in shape)):
        full[place] = inner[tuple(slice(None) if at == size else at for at, size in zip(place, shape, strict=True))].sum()
    number = np.arange(full.size).reshape(full.shape)
    rows = []
    for axis, size in enumerate(shape):
        for line in np.moveaxis(number, axis, -1).reshape(-1, size + 1):
            row = np.zeros(full.size)
            row[line[:size]], row[line[size]] = 1.0, -1.0
            rows.append(row)
    values, matrix = full.ravel(), np.array(rows)
    if rng.random() < 0.5:
        values, matrix = _running(values, matrix, number)
    return of(values, matrix, rng, rounding)


def of(values: np.ndarray, matrix: np.ndarray, rng: np.random.Generator | None = None, rounding: int = 1) -> Family:
    """The family of these values and equations; of some cells an earlier release has shown the value, if `rng` says so."""
    count = len(values)
    values = values.astype(float)
    sensitive = (values >= 1) & (values <= 4)
    before = np.zeros(count, dtype=bool) if rng is None else (rng.random(count) < 0.08) & ~sensitive & (rng.random() < 0.5)
    low, high = values, values
    if rounding > 1:
        shown = np.floor(values / rounding + 0.5) * rounding
        low = np.where(shown > 0, np.maximum(np.ceil(shown - rounding / 2), 5), 0.0)
        high = np.where(shown > 0, np.ceil(shown + rounding / 2) - 1, 0.0)
        low, high = np.where(sensitive, values, low), np.where(sensitive, values, high)
    return Family(
        name="made up",
        values=values,
        low=low,
        high=high,
        floor=np.where(before, values, 0.0),
        ceiling=np.where(before, values, np.inf),
        weight=1.0 + values / 10.0,
        free=~before,
        hidden=np.zeros(count, dtype=bool),
        sensitive=sensitive & ~before,
        equations=sparse.csr_array(matrix),
        difference=np.zeros(count, dtype=bool),
    )


def _running(values: np.ndarray, matrix: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Add running sums along the last dimension (year to date) for the first line of the table."""
    line = number.reshape(-1, number.shape[-1])[0][:-1]
    added = len(line) - 2
    if added < 1:
        return values, matrix
    wide = np.hstack([matrix, np.zeros((len(matrix), added))])
    for step in range(added):
        row = np.zeros(wide.shape[1])
        row[line[: step + 2]], row[len(values) + step] = 1.0, -1.0
        wide = np.vstack([wide, row])
    return np.concatenate([values, [values[line[: step + 2]].sum() for step in range(added)]]), wide
