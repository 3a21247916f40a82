"""Checks of the arguments of all statistics, and the words for a result that can't be given."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from analysis.errors import SafeguardingError

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

# A field of a result: a float, a bool or a str if every argument was a single number, else an array of the
# shape that the arguments broadcast to. The caller knows which of the two it asked for; a union would make
# every caller ask again.
Scalars: TypeAlias = Any

OK = "ok"
MISSING = "missing"
NO_BASE = "no base"
NO_EVENTS = "no events"
TOO_FEW_POINTS = "too few points"


class StatisticsError(SafeguardingError):
    """An argument that no statistic is made of; the sentence names the argument and the offending value."""


def numbers(name: str, value: ArrayLike, *, infinite: bool = False) -> Floats:
    """Return `value` as a new array of floats, of its shape; a missing value (None, NaN, pandas.NA) is NaN.

    Text is not a number, even if it reads as one. Infinity is an error unless `infinite` lets it pass.
    """
    try:
        array = np.array(value)
    except ValueError:
        raise StatisticsError(f"{name} must be a number or an even table of numbers, got {value!r}.") from None
    if array.dtype.kind == "O":
        array = _number_by_number(name, array)
    elif array.dtype.kind not in "biuf":
        offending = str(array.flat[0] if array.size else array.dtype)
        raise StatisticsError(f"{name} must be numeric, got {offending!r}.")
    floats = array.astype(np.float64)
    if not infinite:
        refuse(np.isinf(floats), f"{name} must be finite", floats)
    return floats


def _number_by_number(name: str, entries: NDArray[np.object_]) -> Floats:
    array = np.full(entries.shape, np.nan)
    for place, entry in np.ndenumerate(entries):
        # By name, since pandas is not imported here.
        if entry is None or type(entry).__name__ == "NAType":
            continue
        if isinstance(entry, str):
            raise StatisticsError(f"{name} must be numeric, got {entry!r}.")
        try:
            array[place] = float(entry)
        except (TypeError, ValueError):
            raise StatisticsError(f"{name} must be numeric, got {entry!r}.") from None
    return array


def refuse(wrong: Flags, rule: str, values: Floats) -> None:
    """Raise StatisticsError with `rule`, the first offending value, and its place (from 0) among several."""
    if not wrong.any():
        return
    place = tuple(int(i) for i in np.argwhere(wrong)[0])
    sentence = f"{rule}, got {values[place]:g}"
    if place:
        sentence += f" at position {place[0] if len(place) == 1 else place}"
    raise StatisticsError(f"{sentence}.")


def not_negative(name: str, value: ArrayLike) -> Floats:
    """Return `value` as floats; a negative one is an error, a missing one NaN."""
    array = numbers(name, value)
    refuse(array < 0, f"{name} must not be negative", array)
    return array


def whole_counts(name: str, value: ArrayLike) -> Floats:
    """Return `value` as floats that are whole numbers from 0 on, as exact tests need them; missing is NaN."""
    array = not_negative(name, value)
    refuse(array > np.floor(array), f"{name} must be a whole number", array)
    return array


def together(**arrays: Floats) -> list[Floats]:
    """Return the arrays broadcast to one shape; StatisticsError names their shapes if they don't fit."""
    try:
        return list(np.broadcast_arrays(*arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise StatisticsError(f"The arguments must have shapes that fit each other, got {shapes}.") from None


def positive(name: str, value: float) -> float:
    """Return one number greater than zero as a float; anything else is an error."""
    array = numbers(name, value)
    if array.ndim or not array > 0:
        raise StatisticsError(f"{name} must be one number greater than 0, got {value!r}.")
    return float(array)


def between_0_and_1(name: str, value: float) -> float:
    """Return one number strictly between 0 and 1 as a float; anything else is an error."""
    array = numbers(name, value)
    if array.ndim or not 0 < array < 1:
        raise StatisticsError(f"{name} must be one number between 0 and 1, got {value!r}.")
    return float(array)


def normal_deviate(confidence: float) -> float:
    """Return z with P(-z < Z < z) = `confidence` for a standard normal Z: 1.96 at 0.95."""
    return float(scipy.special.ndtri(0.5 + between_0_and_1("confidence", confidence) / 2))


def series(name: str, array: Floats) -> Floats:
    """Return `array` if it is one series of values; anything but one dimension is an error."""
    if array.ndim != 1:
        raise StatisticsError(f"{name} must be one series of values, got {array.ndim} dimensions.")
    return array


def plain(array: NDArray[Any]) -> Scalars:
    """Return an array without dimensions as the plain Python value in it, and any other array as it is."""
    return array.item() if array.ndim == 0 else array
