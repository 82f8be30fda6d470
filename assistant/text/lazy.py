"""What is worked out when it is first needed: attributes, and regular expressions."""

import re
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")

_MEMBERS = [
    "match",
    "fullmatch",
    "search",
    "finditer",
    "findall",
    "sub",
    "subn",
    "split",
    "pattern",
    "flags",
    "groups",
    "groupindex",
]


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


class _Pattern:
    """A regular expression that is compiled when it is first used; then it has all members of the compiled one."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a member of any type
        if name not in _MEMBERS:
            raise AttributeError(name)
        self.compile()
        return vars(self)[name]

    def compile(self) -> None:
        """Compile it, unless that was done."""
        if "match" in vars(self):
            return
        compiled = re.compile(self._pattern, self._flags)
        vars(self).update({name: getattr(compiled, name) for name in _MEMBERS})


def regex(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a regular expression that is compiled when it is first used: some take 40 ms."""
    made = _Pattern(pattern, flags)
    _PATTERNS.append(made)
    return cast("re.Pattern[str]", made)


def compile_patterns() -> None:
    """Compile all of them, so that no one who needs them waits for that."""
    while _PATTERNS:
        _PATTERNS.pop().compile()


_PATTERNS: list[_Pattern] = []
