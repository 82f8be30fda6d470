"""Variables of a prompt: how they are declared, and whether a value fits."""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from messages.sentences import Sentence
from prompts.characters import HALF_CHARACTER, has_half_character
from prompts.errors import MissingVariableError, UnknownVariableError, WrongVariableError, listed, shortened

Value: TypeAlias = str | int | float | bool | list[str]
VariableType: TypeAlias = Literal["string", "integer", "number", "boolean", "choice", "list"]
MAX_ITEMS = 20
"""Items that a list variable may hold."""
MAX_VARIABLES = 100
"""Variables that a prompt may declare."""
MAX_NUMBER = 10**12
"""The largest amount, up or down, that a number may be."""


class Variable(Struct, frozen=True, kw_only=True):
    """A value that a request may set; required when it has neither a default nor a setting to take one from.

    `max_length` counts characters, of each item in a list. `default_setting` names a setting of the service, such as
    `language`. Raises `ValueError` when the fields don't go together.
    """

    type: VariableType
    description: str = ""
    default: Value | UnsetType = UNSET
    default_setting: str | None = None
    choices: tuple[str, ...] = ()
    max_length: Annotated[int, Meta(ge=1, le=20_000, description="must be a whole number from 1 to 20000")] = 200
    multiline: bool = False

    def __post_init__(self) -> None:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError("`type: choice` needs `choices`, and no other type may have them")
        if self.default is not UNSET and self.default_setting:
            raise ValueError("has both a default and a default_setting; keep one")
        if self.multiline and self.type != "string":
            raise ValueError("only a string can be multiline")

    @property
    def required(self) -> bool:
        """Whether a request must give it."""
        return self.default is UNSET

    @property
    def max_characters(self) -> int:
        """An upper bound of the characters that a value takes in a prompt."""
        if self.type == "string":
            return self.max_length
        if self.type == "list":
            return self.max_length * MAX_ITEMS
        return max((len(choice) for choice in self.choices), default=24)


def resolve_values(variables: Mapping[str, Variable], given: Mapping[str, object]) -> dict[str, Value]:
    """Check what was given and fill in the defaults; returns exactly the declared variables.

    Raises:
        UnknownVariableError: something was given that is not declared.
        MissingVariableError: a variable without a default was not given.
        WrongVariableError: a value has the wrong type, is too long, or is none of the choices.
    """
    for name in given:
        if name not in variables:
            raise UnknownVariableError(name, _unknown(name, variables))
    return {name: _resolve(name, variable, given) for name, variable in variables.items()}


def _unknown(name: str, variables: Iterable[str]) -> Sentence:
    known = listed(variables) or Sentence("none")
    return Sentence("The prompt has no variable {name!r}; it has: {known}.", name=shortened(name), known=known)


def check_value(name: str, variable: Variable, value: object) -> Value:
    """Return the value as it will be used; raises `WrongVariableError`."""
    reason = _CHECKS[variable.type](variable, value)
    if reason:
        raise WrongVariableError(name, Sentence("The variable {name!r} {reason}.", name=name, reason=reason))
    return list(value) if isinstance(value, (list, tuple)) else value  # type: ignore[return-value] # checked above


def _resolve(name: str, variable: Variable, given: Mapping[str, object]) -> Value:
    if name in given:
        return check_value(name, variable, given[name])
    if isinstance(variable.default, UnsetType):
        raise MissingVariableError(name, Sentence("The prompt needs the variable {name!r}.", name=name))
    return list(variable.default) if isinstance(variable.default, list) else variable.default


def _check_string(variable: Variable, value: object) -> str | None:
    if not isinstance(value, str):
        return Sentence("must be text")
    if len(value) > variable.max_length:
        return Sentence("is longer than {most} characters", most=variable.max_length)
    if not variable.multiline and value.splitlines() not in ([], [value]):
        return Sentence("must be a single line")
    return HALF_CHARACTER if has_half_character(value) else None


def _check_integer(_variable: Variable, value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return Sentence("must be a whole number")
    return _check_range(value)


def _check_number(_variable: Variable, value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return Sentence("must be a number")
    return _check_range(value)


def _check_range(value: float) -> str | None:
    if -MAX_NUMBER <= value <= MAX_NUMBER:
        return None
    return Sentence("must be between {least} and {most}", least=-MAX_NUMBER, most=MAX_NUMBER)


def _check_boolean(_variable: Variable, value: object) -> str | None:
    return None if isinstance(value, bool) else Sentence("must be true or false")


def _check_choice(variable: Variable, value: object) -> str | None:
    fits = isinstance(value, str) and value in variable.choices
    return None if fits else Sentence("must be one of: {choices}", choices=listed(variable.choices))


def _check_list(variable: Variable, value: object) -> str | None:
    if not isinstance(value, (list, tuple)):
        return Sentence("must be a list of text items")
    if len(value) > MAX_ITEMS:
        return Sentence("has more than {most} items", most=MAX_ITEMS)
    reasons = (_check_string(variable, item) for item in value)
    return next((Sentence("has an item that {reason}", reason=reason) for reason in reasons if reason), None)


_CHECKS: dict[VariableType, Callable[[Variable, object], str | None]] = {
    "string": _check_string,
    "integer": _check_integer,
    "number": _check_number,
    "boolean": _check_boolean,
    "choice": _check_choice,
    "list": _check_list,
}
