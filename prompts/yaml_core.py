"""YAML 1.2's core schema on PyYAML's parser, which by itself reads `no` as false and `010` as eight (YAML 1.1).

Source: YAML 1.2.2, section 10.3.2, tag resolution. libyaml does the parsing where PyYAML was built with it.
"""

import re

import yaml

from prompts.characters import HALF_CHARACTER, has_half_character

_PREFIX = "tag:yaml.org,2002:"
BOOL, FLOAT, INT, NULL, STR = (f"{_PREFIX}{name}" for name in ("bool", "float", "int", "null", "str"))

_RULES = (
    (NULL, re.compile(r"(?:null|Null|NULL|~|)"), ["n", "N", "~", ""]),
    (BOOL, re.compile(r"(?:true|True|TRUE|false|False|FALSE)"), list("tTfF")),
    (INT, re.compile(r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)"), list("-+0123456789")),
    (
        FLOAT,
        re.compile(
            r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
        ),
        list("-+.0123456789"),
    ),
)
_MOST_DEPTH = 20
_LONGEST_NUMBER = 100  # characters; Python writes no number out that is much longer
_BASES = {"0o": 8, "0x": 16}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # one of two classes with one interface
    """Composes nodes, with the tags that YAML 1.2 gives them."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - replaces PyYAML's own table


for _tag, _pattern, _first in _RULES:
    _Loader.add_implicit_resolver(_tag, re.compile(rf"^{_pattern.pattern}$"), _first)


def compose(text: str) -> yaml.Node | None:
    """Return the root of the one document of a text, or nothing when it is empty; raises `yaml.YAMLError`."""
    node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    return node


def find_unread(text: str) -> tuple[int, str] | None:
    """Return the first thing that we don't read, with its line from 1 and the reason; raises `yaml.YAMLError`.

    These are anchors and aliases, nesting so deep that composing it would overflow libyaml's stack, and half
    characters, which PyYAML lets through where it was built without libyaml.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = int(event.start_mark.line) + 1  # type: ignore[union-attr] # a parsed event has its place
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if getattr(event, "anchor", None) is not None:
            return line, "anchors (&) and aliases (*) are not supported; put text that starts with & or * in quotes"
        if has_half_character(getattr(event, "value", "")):
            return line, HALF_CHARACTER
        if depth > _MOST_DEPTH:
            return line, f"is nested more than {_MOST_DEPTH} levels deep"
    return None


def construct(tag: str, value: str) -> float | bool | None:
    """Return what a plain scalar with one of the four value tags means; raises ValueError."""
    if tag == NULL:
        return None
    if tag == BOOL:
        # Another text with that tag was written as `!!bool yes`.
        if value.lower() not in {"true", "false"}:
            raise ValueError("not a boolean")
        return value.lower() == "true"
    if len(value) > _LONGEST_NUMBER:
        raise ValueError("too long")
    if tag == INT:
        return int(value[2:], _BASES[value[:2]]) if value[:2] in _BASES else int(value)
    return float(value.lower().replace(".inf", "inf").replace(".nan", "nan"))
