"""Attributes that are worked out when they are first read."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Lazy(Generic[T]):
    """Turns a method without arguments into an attribute, and keeps its value in the object.

    Unlike Python 3.11's `functools.cached_property`, it takes no lock: a text is read by one thread.

    Args:
        find: returns the value.
    """

    def __init__(self, find: Callable[[Any], T]) -> None:
        self._find = find
        self.__doc__ = find.__doc__

    def __get__(self, owner: Any, kind: type | None = None) -> T:  # noqa: ANN401 - whatever has such an attribute
        """Work the value out; from then on, the object's own attribute is found first."""
        value = self._find(owner)
        owner.__dict__[self._find.__name__] = value
        return value
