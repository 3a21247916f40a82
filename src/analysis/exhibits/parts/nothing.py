"""What stands on a page where there is nothing to show: each exhibit has a sentence of its own, given with its empty list."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, SupportsIndex, TypeVar, overload

Arguments = ParamSpec("Arguments")
Item = TypeVar("Item")


class Listed(list[Item]):
    """Exhibits, and the sentence that is shown where there are none."""

    def __init__(self, exhibits: list[Item], otherwise: str) -> None:
        super().__init__(exhibits)
        self.otherwise = otherwise

    @overload
    def __getitem__(self, key: SupportsIndex) -> Item: ...
    @overload
    def __getitem__(self, key: slice) -> Listed[Item]: ...
    def __getitem__(self, key: SupportsIndex | slice) -> Item | Listed[Item]:
        """Return an exhibit, or some of them, which keep the sentence."""
        return Listed(super().__getitem__(key), self.otherwise) if isinstance(key, slice) else super().__getitem__(key)


def otherwise(sentence: str) -> Callable[[Callable[Arguments, list[Item]]], Callable[Arguments, Listed[Item]]]:
    """Have a function that returns exhibits say `sentence` where it returns none (see `show`)."""

    def decorate(function: Callable[Arguments, list[Item]]) -> Callable[Arguments, Listed[Item]]:
        @wraps(function)
        def listed(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Listed[Item]:
            return Listed(function(*args, **kwargs), sentence)

        return listed

    return decorate
