"""One example of each operation: what an agent with the right sends, and what they see.

Most make what they look at, under names of their own, and share one service. Those that look at all that there is, or
change what others look at, get a service of their own: they are `alone`.
"""

from collections.abc import Awaitable, Callable

from tests.assistant.desk.client import DeskClient

Example = Callable[[DeskClient], Awaitable[None]]
EXAMPLES: dict[tuple[str, str], Example] = {}
"""The examples by method and path."""
ALONE: set[tuple[str, str]] = set()
"""Those that need a service of their own."""


def example(method: str, path: str, *, alone: bool = False) -> Callable[[Example], Example]:
    """Make a function the example of an operation."""

    def register(function: Example) -> Example:
        assert (method, path) not in EXAMPLES
        EXAMPLES[method, path] = function
        if alone:
            ALONE.add((method, path))
        return function

    return register
