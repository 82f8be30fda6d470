"""Regular expressions that every Python from 3.11 on reads alike."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from re import _constants as codes
from re import _parser as parser
from typing import Any

import pytest

PACKAGES = ("assistant", "http1", "messages", "prompts", "providers")
SINGLE = {codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY, codes.CATEGORY}
FLAGS = re.IGNORECASE | re.DOTALL | re.MULTILINE | re.VERBOSE | re.ASCII


def expressions() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Give all expressions that stand in a module, also those in a tuple."""
    for package in PACKAGES:
        root = importlib.import_module(package)
        for found in pkgutil.walk_packages(root.__path__, f"{package}."):
            if found.name.endswith("__main__"):
                continue
            for name, value in list(vars(importlib.import_module(found.name)).items()):
                for each in value if isinstance(value, list | tuple) else [value]:
                    if isinstance(getattr(each, "pattern", None), str) and hasattr(each, "flags"):
                        yield f"{found.name}.{name}", each


def possessive_groups(tree: Any) -> bool:  # noqa: ANN401 - the parser's own types
    """Tell whether a possessive quantifier stands behind more than one sign, anywhere in an expression."""
    for code, rest in tree:
        if code is codes.POSSESSIVE_REPEAT and not (len(rest[2]) == 1 and rest[2][0][0] in SINGLE):
            return True
        parts = rest if isinstance(rest, list | tuple) else [rest]
        inner = [each for part in parts for each in (part if isinstance(part, list) else [part])]
        if any(possessive_groups(each) for each in inner if isinstance(each, parser.SubPattern)):
            return True
    return False


@pytest.mark.parametrize(
    "pattern", [r"(?:ab|c)*+", r"x(?:[a-z]b)?+", r"(?P<name>c(?>d(?:ef)++))", r"(?:a|(?:bc){1,2}+)"]
)
def test_such_groups_are_found(pattern: str) -> None:
    """Wherever they stand."""
    assert possessive_groups(parser.parse(pattern))


def test_no_group_is_possessive() -> None:
    """Before 3.11.5, Python goes on at the wrong place behind one (its issue 106052); `(?>(?:…)*)` says the same."""
    found = list(expressions())
    assert len(found) > 300
    assert not [name for name, each in found if possessive_groups(parser.parse(each.pattern, each.flags & FLAGS))]
