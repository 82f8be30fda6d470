"""What the documentation says of an operation, kept beside its handler."""

from typing import Any

from msgspec import Struct

_ALWAYS = frozenset({400, 401, 403, 404, 405, 413, 500, 503})


class Parameter(Struct, frozen=True, kw_only=True):
    """A query parameter and its JSON schema."""

    name: str
    schema: dict[str, Any]
    required: bool = False


class Operation(Struct, frozen=True, kw_only=True):
    """An operation, as the documentation shows it.

    Attributes:
        answers: the type of `data`; with `bare`, of the whole answer. Nothing: it is no JSON.
        body: the JSON body's type.
        form: the form's fields and their JSON schemas, and which must be there.
        query: the query parameters.
        errors: statuses of errors, besides those of every operation.
        permission: the right that the caller needs; an empty one is any agent's, nothing is anybody's.
    """

    answers: Any = bool
    bare: bool = False
    body: Any = None
    form: tuple[dict[str, Any], tuple[str, ...]] | None = None
    query: tuple[Parameter, ...] = ()
    errors: frozenset[int] = frozenset()
    permission: str | None = ""

    @property
    def statuses(self) -> list[int]:
        """All statuses of errors."""
        return sorted(_ALWAYS | self.errors)


OPT = "operation"


def documented(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - the members of `Operation`
    """Return the `opt` of a handler."""
    return {OPT: Operation(**members)}


_NUMBER = {"type": "integer", "minimum": 1}
PAGING = (
    Parameter(name="page", schema={"type": "integer", "default": 1}),
    Parameter(name="page_size", schema={**_NUMBER, "maximum": 100, "default": 30}),
)
SEARCH = (Parameter(name="query", schema={"type": "string", "minLength": 3}, required=True),)
