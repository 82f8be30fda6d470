"""One example of each operation: what an agent with the right sends, and what they see."""

from collections.abc import Awaitable, Callable

from tests.assistant.desk.client import DeskClient

Example = Callable[[DeskClient], Awaitable[None]]
EXAMPLES: dict[tuple[str, str], Example] = {}
"""The examples by method and path."""


def example(method: str, path: str) -> Callable[[Example], Example]:
    """Make a function the example of an operation."""

    def register(function: Example) -> Example:
        assert (method, path) not in EXAMPLES
        EXAMPLES[method, path] = function
        return function

    return register
