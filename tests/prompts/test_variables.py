"""Values that come with a request."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.characters import HALF_CHARACTER
from prompts.errors import MissingVariableError, UnknownVariableError, VariableError, WrongVariableError
from prompts.variables import Variable, resolve_values

VARIABLES = {
    "tone": Variable(type="string", default="warm", max_length=10),
    "note": Variable(type="string", default="", multiline=True),
    "count": Variable(type="integer", default=3),
    "share": Variable(type="number", default=0.5),
    "formal": Variable(type="boolean", default=False),
    "size": Variable(type="choice", choices=("small", "large"), default="small"),
    "topics": Variable(type="list", default=["billing"], max_length=10),
}
DEFAULTS = {name: variable.default for name, variable in VARIABLES.items()}


def test_fills_in_defaults() -> None:
    """What a request leaves out has its default, and what it gives replaces it."""
    assert resolve_values(VARIABLES, {}) == DEFAULTS
    assert resolve_values(VARIABLES, {"tone": "calm"}) == {**DEFAULTS, "tone": "calm"}


def test_a_default_list_is_nobodys_to_change() -> None:
    """Changing the values of one request leaves the next one alone."""
    first = resolve_values(VARIABLES, {})["topics"]
    assert isinstance(first, list)
    first.append("x")
    assert resolve_values(VARIABLES, {})["topics"] == ["billing"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("tone", ""), ("note", "a\nb"), ("count", -7), ("share", 1), ("formal", True), ("size", "large"), ("topics", [])],
)
def test_takes_what_fits(name: str, value: object) -> None:
    """A value of the declared type is used as it is."""
    assert resolve_values(VARIABLES, {name: value})[name] == value


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("tone", 5, "The variable 'tone' must be text."),
        ("tone", None, "The variable 'tone' must be text."),
        ("tone", "x" * 11, "The variable 'tone' is longer than 10 characters."),
        ("tone", "a\nb", "The variable 'tone' must be a single line."),
        ("tone", "a\u2028b", "The variable 'tone' must be a single line."),
        ("tone", "a\n", "The variable 'tone' must be a single line."),
        ("tone", "\ud800", f"The variable 'tone' {HALF_CHARACTER}."),
        ("topics", ["\ud800"], f"The variable 'topics' has an item that {HALF_CHARACTER}."),
        ("count", True, "The variable 'count' must be a whole number."),
        ("count", 1.5, "The variable 'count' must be a whole number."),
        ("count", 10**4000, "The variable 'count' must be between -1000000000000 and 1000000000000."),
        ("share", float("nan"), "The variable 'share' must be between -1000000000000 and 1000000000000."),
        ("share", float("inf"), "The variable 'share' must be between -1000000000000 and 1000000000000."),
        ("share", "1", "The variable 'share' must be a number."),
        ("formal", "yes", "The variable 'formal' must be true or false."),
        ("size", "huge", "The variable 'size' must be one of: small, large."),
        ("size", ["small"], "The variable 'size' must be one of: small, large."),
        ("topics", "billing", "The variable 'topics' must be a list of text items."),
        ("topics", ["a"] * 21, "The variable 'topics' has more than 20 items."),
        ("topics", ["a", "x" * 11], "The variable 'topics' has an item that is longer than 10 characters."),
        ("topics", [1], "The variable 'topics' has an item that must be text."),
    ],
)
def test_refuses_what_does_not_fit(name: str, value: object, reason: str) -> None:
    """A wrong value is named together with what would fit."""
    with pytest.raises(WrongVariableError) as refused:
        resolve_values(VARIABLES, {name: value})
    assert (refused.value.name, refused.value.reason) == (name, reason)


def test_refuses_unknown_variables() -> None:
    """An unknown variable is refused, and the known ones are named."""
    with pytest.raises(UnknownVariableError) as refused:
        resolve_values(VARIABLES, {"tome": "x"})
    known = "tone, note, count, share, formal, size, topics"
    assert refused.value.reason == f"The prompt has no variable 'tome'; it has: {known}."


def test_asks_for_required_variables() -> None:
    """A variable without a default must be given."""
    required = {"order": Variable(type="string")}
    assert required["order"].required
    with pytest.raises(MissingVariableError) as refused:
        resolve_values(required, {})
    assert (refused.value.name, refused.value.reason) == ("order", "The prompt needs the variable 'order'.")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(given_values=st.dictionaries(st.sampled_from([*VARIABLES, "other"]), ANYTHING))
def test_any_value_is_taken_or_refused(given_values: dict[str, Any]) -> None:
    """Whatever a request holds, the answer is a value for each variable or a `VariableError`."""
    try:
        values: dict[str, Any] = dict(resolve_values(VARIABLES, given_values))
    except VariableError:
        values = DEFAULTS
    assert values.keys() == VARIABLES.keys()
