"""The patterns that an admin adds: only such whose work on any text is bounded."""

import importlib
import re
from collections.abc import Iterable
from functools import lru_cache
from math import prod
from typing import Any

from msgspec import Struct

_parser: Any = importlib.import_module("re._parser")  # has no types; the tree behind `re.compile`
_MOST_LENGTH = 300
_MOST_WAYS = 500  # of matching at one place: with 64 KB of text, about a second at the very worst
_SHORTEST = 2
_SINGLE = {"LITERAL", "NOT_LITERAL", "ANY", "IN", "AT"}
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}
_REFUSED = {
    "GROUPREF": "a reference to an earlier group",
    "GROUPREF_EXISTS": "a condition on an earlier group",
    "ASSERT": "a look-ahead or look-behind",
    "ASSERT_NOT": "a look-ahead or look-behind",
}


class CustomPattern(Struct, frozen=True, kw_only=True):
    """A regular expression of the admin; `private` keeps what it finds from every provider, masking on or off.

    Make one only of a pattern that `check_pattern` accepts.
    """

    name: str
    pattern: str
    private: bool = False


@lru_cache(maxsize=256)
def check_pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern that can't be slow on any text.

    Refused is what may take long: a repeat without an end anywhere but at the pattern's own end, repeats that leave too
    many ways to match at one place, references and look-arounds; and what would match nothing or single characters.

    Raises:
        ValueError: the pattern can't be used; a sentence says why.
    """
    if len(text) > _MOST_LENGTH:
        raise ValueError(f"The pattern has {len(text)} characters; the limit is {_MOST_LENGTH}.")
    try:
        tree = _parser.parse(text)
        compiled = re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"The pattern is not a regular expression: {error}.") from None
    if tree.getwidth()[0] < _SHORTEST:
        raise ValueError(f"The pattern must match at least {_SHORTEST} characters.")
    if _ways(tree, last=True) > _MOST_WAYS:
        raise ValueError("The pattern can match in too many ways; use fewer or shorter repeats, such as {1,9}.")
    return compiled


def _ways(nodes: Iterable[Any], *, last: bool) -> int:
    """Return in how many ways a sequence can match at one place, at most; `last` says that nothing follows it."""
    found = list(nodes)
    return prod(_ways_of(node, last=last and index == len(found) - 1) for index, node in enumerate(found))


def _ways_of(node: tuple[Any, Any], *, last: bool) -> int:
    name, value = str(node[0]), node[1]
    if name in _SINGLE:
        return 1
    if name in _REPEATS:
        return _ways_of_repeat(*value, last=last)
    if name == "BRANCH":
        return sum(_ways(branch, last=last) for branch in value[1])
    if name == "SUBPATTERN":
        return _ways(value[3], last=last)
    if name == "ATOMIC_GROUP":
        return _ways(value, last=False)
    raise ValueError(f"The pattern holds {_REFUSED.get(name, name)}, which is not supported.")


def _ways_of_repeat(least: int, most: int, body: Iterable[Any], *, last: bool) -> int:
    """Count the ways of a repeat; what ends the whole pattern always succeeds at once, so it counts as one."""
    inner = _ways(body, last=False)
    endless = int(most) >= int(_parser.MAXREPEAT)
    if endless and (not last or inner > 1):
        raise ValueError("Only the end of the pattern may repeat without limit; write {1,40} instead of + or *.")
    if endless:
        return 1
    deepest = min(int(most), 64)  # enough to exceed the limit, without computing huge powers
    return int(min((int(most) - least + 1) * inner**deepest, _MOST_WAYS + 1))
