"""What is masked besides the built-in kinds, as an administrator writes it: one document, replaced as a whole."""

import re
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import AbstractAsyncContextManager

from msgspec import Struct

from assistant.errors import InvalidRequestError
from assistant.live_settings.document_rows import Documents
from assistant.live_settings.live_document import LiveDocument
from assistant.telemetry import log
from assistant.text.offloading import offload_always

NAME = "masking"
"""The document's name, also in messages between replicas."""

MOST_PATTERNS = 100
"""Own patterns that there may be."""
MOST_PRIVATE = 200
"""Kinds that may be listed as private."""
LARGEST_TOGETHER = 20_000
"""What all patterns together may weigh, in what `check_pattern` returns."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Pattern(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An own kind of value: its name, and the regular expression that finds it."""

    name: str
    pattern: str


class MaskingDocument(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Own patterns, and which kinds, built in or own, are private: never shown to a provider."""

    patterns: list[Pattern] = []
    private: list[str] = []


class BrokenPattern(Struct, frozen=True, kw_only=True):
    """A saved pattern that can't be used: its place in the document, its name, and why."""

    field: str
    name: str
    reason: str


def checked(document: MaskingDocument, *, kinds: Collection[str]) -> MaskingDocument:
    """Return the document if it can be read; its patterns are not looked at.

    Args:
        document: as it was sent.
        kinds: names of the built-in kinds.

    Raises:
        InvalidRequestError: a member can't be used; the error names it.
    """
    for field, members, most in (
        ("patterns", document.patterns, MOST_PATTERNS),
        ("private", document.private, MOST_PRIVATE),
    ):
        if len(members) > most:
            raise InvalidRequestError(field, f"must be at most {most}")
    known = set(kinds)
    for index, each in enumerate(document.patterns):
        _check_name(each.name, f"patterns[{index}].name", known)
        known.add(each.name)
    for index, kind in enumerate(document.private):
        if kind not in known:
            raise InvalidRequestError(
                f"private[{index}]", f"there is no such kind; known are {', '.join(sorted(known))}"
            )
    return document


def broken_patterns(document: MaskingDocument, check_pattern: Callable[[str], int]) -> Iterator[BrokenPattern]:
    """Return the patterns of a document that can't be used.

    Args:
        document: as it was sent, or saved by whatever version.
        check_pattern: returns how large a pattern is; raises `ValueError`, saying why, for one that can't be used.
    """
    total = 0
    for index, each in enumerate(document.patterns):
        field, before = f"patterns[{index}].pattern", total
        try:
            total += check_pattern(each.pattern)
        except ValueError as error:
            yield BrokenPattern(field=field, name=each.name, reason=str(error))
        if before <= LARGEST_TOGETHER < total:
            reason = "makes all patterns together too large; use shorter repeats, or fewer patterns"
            yield BrokenPattern(field=field, name=each.name, reason=reason)


class MaskingSettings:
    """Holds what is masked besides the built-in kinds.

    Args:
        documents: where it is kept.
        kinds: names of the built-in kinds.
        check_pattern: returns how large a pattern is; raises `ValueError`, saying why, for one that can't be used.
        adopt: told of each new content before it is in force.
        poll: seconds between two looks for another replica's change.

    Attributes:
        broken: the patterns of what is in force that can't be used: another version saved them. What they would hide
            is not known, so no text may leave until they are changed.
    """

    def __init__(
        self,
        documents: Documents,
        *,
        kinds: Collection[str],
        check_pattern: Callable[[str], int],
        adopt: Callable[[MaskingDocument], Awaitable[None]] | None = None,
        poll: float = 5.0,
    ) -> None:
        self._kinds = kinds
        self._check_pattern = check_pattern
        self._told = adopt
        self.broken: tuple[BrokenPattern, ...] = ()
        self._document = LiveDocument(
            documents, NAME, MaskingDocument(), check=self._checked, adopt=self._adopt, poll=poll
        )

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
        for each in await self._broken_in(self._checked(document)):
            raise InvalidRequestError(each.field, each.reason)
        await self._document.replace(document, agent_id=agent_id)

    def _checked(self, document: MaskingDocument) -> MaskingDocument:
        return checked(document, kinds=self._kinds)

    async def _broken_in(self, document: MaskingDocument) -> tuple[BrokenPattern, ...]:
        """Compile all patterns beside the loop: a hundred may take their time."""
        return await offload_always(lambda: tuple(broken_patterns(document, self._check_pattern)))

    async def _adopt(self, document: MaskingDocument) -> None:
        broken = await self._broken_in(document)
        if self._told is not None:
            await self._told(document)
        if broken:
            log.error(
                "saved masking patterns can't be used, and no text is sent to a provider: save others in their place",
                patterns=", ".join(each.name for each in broken),
            )
        self.broken = broken


def _check_name(name: str, field: str, known: Collection[str]) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidRequestError(field, "must be lower-case letters, digits and _, 40 at most, a letter first")
    if name in known:
        raise InvalidRequestError(field, f"there is a kind {name} already; choose another name")
