"""What is masked besides the built-in kinds, as an administrator writes it: one document, replaced as a whole."""

import re
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager

from msgspec import Struct

from assistant.completion.live_document import LiveDocument
from assistant.errors import InvalidRequestError
from assistant.store.documents import Documents

NAME = "masking"
"""The document's name, also in messages between replicas."""

_MOST = 100
_LONGEST_PATTERN = 300
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Pattern(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An own kind of value: its name, and the regular expression that finds it."""

    name: str
    pattern: str


class MaskingDocument(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Own patterns, and which kinds, built in or own, are private: never shown to a provider."""

    patterns: list[Pattern] = []
    private: list[str] = []


def checked(
    document: MaskingDocument, *, kinds: Collection[str], check_pattern: Callable[[str], object]
) -> MaskingDocument:
    """Return the document if it can be used.

    Args:
        document: as it was sent.
        kinds: names of the built-in kinds.
        check_pattern: raises `ValueError`, saying why, for a pattern that can't be used.

    Raises:
        InvalidRequestError: a member can't be used; the error names it.
    """
    if len(document.patterns) > _MOST:
        raise InvalidRequestError("patterns", f"must be at most {_MOST}")
    known = set(kinds)
    for index, each in enumerate(document.patterns):
        _check_name(each.name, f"patterns[{index}].name", known)
        _check_pattern(each.pattern, f"patterns[{index}].pattern", check_pattern)
        known.add(each.name)
    for index, kind in enumerate(document.private):
        if kind not in known:
            raise InvalidRequestError(
                f"private[{index}]", f"there is no such kind; known are {', '.join(sorted(known))}"
            )
    return document


class MaskingSettings:
    """Holds what is masked besides the built-in kinds.

    Args:
        documents: where it is kept.
        kinds: names of the built-in kinds.
        check_pattern: raises `ValueError`, saying why, for a pattern that can't be used.
        adopt: told of each new content before it is in force.
        poll: seconds between two looks for another replica's change.
    """

    def __init__(
        self,
        documents: Documents,
        *,
        kinds: Collection[str],
        check_pattern: Callable[[str], object],
        adopt: Callable[[MaskingDocument], Awaitable[None]] | None = None,
        poll: float = 5.0,
    ) -> None:
        self._kinds = kinds
        self._check_pattern = check_pattern
        self._document = LiveDocument(documents, NAME, MaskingDocument(), check=self._checked, adopt=adopt, poll=poll)

    @property
    def current(self) -> MaskingDocument:
        """What is in force."""
        return self._document.current

    @property
    def readable(self) -> bool:
        """Whether what is saved can be read; if not, nobody knows what would have to be hidden."""
        return self._document.readable

    def running(self) -> AbstractAsyncContextManager[None]:
        """Take what is saved, and follow other replicas' changes until the end."""
        return self._document.running()

    async def reload(self) -> None:
        """Take what is saved, if it is newer: another replica says so.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        await self._document.reload()

    async def replace(self, document: MaskingDocument, *, agent_id: int) -> None:
        """Save what is to be masked and put it in force.

        Raises:
            InvalidRequestError: a member can't be used; the error names it.
            DatabaseUnavailableError: the database does not answer.
        """
        await self._document.replace(self._checked(document), agent_id=agent_id)

    def _checked(self, document: MaskingDocument) -> MaskingDocument:
        return checked(document, kinds=self._kinds, check_pattern=self._check_pattern)


def _check_name(name: str, field: str, known: Collection[str]) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidRequestError(field, "must be lower-case letters, digits and _, 40 at most, a letter first")
    if name in known:
        raise InvalidRequestError(field, f"there is a kind {name} already; choose another name")


def _check_pattern(pattern: str, field: str, check_pattern: Callable[[str], object]) -> None:
    if not 0 < len(pattern) <= _LONGEST_PATTERN:
        raise InvalidRequestError(field, f"must have 1 to {_LONGEST_PATTERN} characters")
    try:
        check_pattern(pattern)
    except ValueError as error:
        raise InvalidRequestError(field, str(error)) from None
