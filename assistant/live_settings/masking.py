"""What is masked: what the operator set for good, and what administrators add, one document replaced as a whole."""

import re
from collections.abc import Collection, Iterator

from msgspec import Struct, structs

from assistant.errors import InvalidRequestError, MaskingPatternError, MaskingUnknownError
from assistant.live_settings.documents import Documents, LiveDocument
from assistant.telemetry import log
from assistant.text.masking.custom import CustomPattern, check_pattern
from assistant.text.masking.masking import MaskingRules
from assistant.text.offloading import offload_always

NAME = "masking"
"""The document's name, also in messages between replicas."""

MOST_PATTERNS = 100
"""Own patterns that there may be."""
MOST_PRIVATE = 200
"""Kinds that may be listed as private."""
LARGEST_TOGETHER = 20_000
"""What all patterns together may weigh, in what `check_pattern` returns."""
_TOO_LARGE = "makes all patterns together too large; use shorter repeats, or fewer patterns"
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
            raise InvalidRequestError(field, f"may have at most {most} entries")
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


def broken_patterns(document: MaskingDocument) -> Iterator[BrokenPattern]:
    """Return the patterns of a document that can't be used, whoever sent it or whatever version saved it."""
    total = 0
    for index, each in enumerate(document.patterns):
        field, before = f"patterns[{index}].pattern", total
        try:
            total += check_pattern(each.pattern)
        except ValueError as error:
            yield BrokenPattern(field=field, name=each.name, reason=str(error))
        if before <= LARGEST_TOGETHER < total:
            yield BrokenPattern(field=field, name=each.name, reason=_TOO_LARGE)


class MaskingSettings(LiveDocument[MaskingDocument]):
    """Holds what is masked; `current` is what administrators add.

    Args:
        documents: where administrators' part is kept.
        kinds: names of the built-in kinds.
        private: kinds that are private for good, whatever administrators say.
        poll: seconds between two looks for another replica's change.

    Attributes:
        broken: the patterns in use that can't be used: another version saved them. What they would hide is not known,
            so no text may leave until they are changed.
    """

    def __init__(
        self, documents: Documents, *, kinds: Collection[str], private: frozenset[str] = frozenset(), poll: float = 5.0
    ) -> None:
        self._kinds = kinds
        self._private = private
        self.broken: tuple[BrokenPattern, ...] = ()
        super().__init__(documents, NAME, MaskingDocument(), check=self._checked, adopt=self._note, poll=poll)
        self._seen, self._rules = self.current, MaskingRules(private=private)

    async def replace(self, content: MaskingDocument, *, agent_id: int, based_on: int | None = None) -> None:
        """Save what is to be masked and use it.

        Raises:
            InvalidRequestError: a member can't be used; the error names it.
            StaleEditError: `based_on` is not the revision that is saved.
            DatabaseUnavailableError: the database does not answer.
        """
        for each in await self._broken_in(self._checked(content)):
            raise InvalidRequestError(each.field, each.reason)
        await super().replace(content, agent_id=agent_id, based_on=based_on)

    def rules(self) -> MaskingRules:
        """Return what is masked now; made again only when the document is another one.

        Raises:
            MaskingUnknownError: what administrators saved can't be read.
            MaskingPatternError: a pattern that they saved can't be used.
        """
        if not self.readable:
            raise MaskingUnknownError
        if self.broken:
            raise MaskingPatternError([each.name for each in self.broken])
        if self.current is not self._seen:
            self._rules, self._seen = self._rules_of(self.current), self.current
        return self._rules

    async def rules_for(self, document: MaskingDocument) -> tuple[MaskingRules, tuple[BrokenPattern, ...]]:
        """Return the rules that a document would make without the patterns that can't be used, and those.

        Raises:
            InvalidRequestError: a member can't be used; the error names it.
        """
        broken = await self._broken_in(self._checked(document))
        unusable = {each.field: each.reason for each in broken}
        usable = []
        for index, each in enumerate(document.patterns):
            reason = unusable.get(f"patterns[{index}].pattern")
            if reason == _TOO_LARGE:
                break
            usable += [] if reason else [each]
        return self._rules_of(structs.replace(document, patterns=usable)), broken

    def _rules_of(self, document: MaskingDocument) -> MaskingRules:
        private = frozenset(document.private) | self._private
        patterns = tuple(
            CustomPattern(name=each.name, pattern=each.pattern, private=each.name in private)
            for each in document.patterns
        )
        return MaskingRules(private=private, patterns=patterns)

    def _checked(self, document: MaskingDocument) -> MaskingDocument:
        return checked(document, kinds=self._kinds)

    async def _broken_in(self, document: MaskingDocument) -> tuple[BrokenPattern, ...]:
        """Compile all patterns beside the loop: a hundred may take their time."""
        return await offload_always(lambda: tuple(broken_patterns(document)))

    async def _note(self, document: MaskingDocument) -> None:
        broken = await self._broken_in(document)
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
