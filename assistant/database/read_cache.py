"""Answers that are kept until something is written: many agents look at the same lists between two messages."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from assistant.database.database import Database

T = TypeVar("T")


class KeptAnswers(Generic[T]):
    """Keeps what was read while the database stays as it is; keeps nothing where the database does not tell.

    Args:
        database: what was read from.
        most: how many answers are kept; the least used goes first.
    """

    def __init__(self, database: Database, *, most: int) -> None:
        self._database = database
        self._most = most
        self._version: int | None = None
        self._answers: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable) -> T | None:
        """Return an answer that is still true. Ask this before reading again: it notices what was written."""
        version = self._database.version
        if version != self._version:
            self._answers.clear()
            self._version = version
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def keep(self, key: Hashable, answer: T) -> None:
        """Keep an answer that was read after the last `get`, unless something was written meanwhile."""
        if self._version is None or self._database.version != self._version:
            return
        self._answers[key] = answer
        if len(self._answers) > self._most:
            self._answers.popitem(last=False)
