"""What a model is told of a conversation: who said what, without what was said before, within a budget."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct, structs

from assistant.conversation.thread import Message, Thread
from prompts.conversation import MOST_MESSAGES

if TYPE_CHECKING:
    from assistant.text.mails.mails import Mail

Voice: TypeAlias = Literal["customer", "agent", "note"]
Reason: TypeAlias = Literal[
    "quoted", "signature", "older episode", "over budget", "summarized", "no conversation", "private"
]

_BYTES_PER_TOKEN = 4
_MOST_READ = 1000  # mails that are not read again
_LONGEST_KEPT = 10_000  # characters of one
_MOST_EPISODES = 10
_LONGEST_BEGINNING = 120  # characters of an episode
_TURN_TOKENS = 8  # of what stands around a turn


class Cut(Struct, frozen=True, kw_only=True):
    """What a model is not told of a message, and why; `text` is what was left out of one that is told in part."""

    message: str
    reason: Reason
    text: str = ""


class Turn(Struct, frozen=True, kw_only=True):
    """What one person wrote in a row.

    Attributes:
        voice: who wrote; a note is for agents alone.
        name: of who wrote, if known.
        at: when the first of its messages was written.
        text: without quoted history and signatures; several messages are apart by an empty line.
        attachments: names of files.
        messages: names of the messages that it is made of.
    """

    voice: Voice
    name: str
    at: datetime
    text: str
    attachments: tuple[str, ...]
    messages: tuple[str, ...]

    @property
    def tokens(self) -> int:
        """About how many tokens a model counts for it."""
        size = len(self.text.encode()) + sum(len(name.encode()) for name in self.attachments)
        return size // _BYTES_PER_TOKEN + _TURN_TOKENS


class Transcript(Struct, frozen=True, kw_only=True):
    """What a model is told: turns, the oldest first, and what was left out.

    Attributes:
        episodes: a line for each time that the conversation was resolved before.
        read: all messages that it is about.
        older: those of them that did not fit.
        summary: of these; empty if there is none.
    """

    turns: tuple[Turn, ...]
    cuts: tuple[Cut, ...]
    episodes: tuple[str, ...] = ()
    read: tuple[Message, ...] = ()
    older: tuple[Message, ...] = ()
    summary: str = ""

    @property
    def tokens(self) -> int:
        """About how many tokens a model counts for it."""
        return sum(turn.tokens for turn in self.turns)

    def with_summary(self, summary: str, told: "Transcript") -> "Transcript":
        """Return it with a summary that was made of another transcript: what that tells is no more over budget."""
        summarized = {uuid for turn in told.turns for uuid in turn.messages}
        cuts = tuple(
            structs.replace(cut, reason="summarized")
            if cut.reason == "over budget" and not cut.text and cut.message in summarized
            else cut
            for cut in self.cuts
        )
        return structs.replace(self, summary=summary, cuts=cuts)


def transcript_of(thread: Thread, *, notes: bool, all_episodes: bool, budget: int) -> Transcript:
    """Return what a model is told of a conversation.

    Args:
        thread: the conversation.
        notes: whether private notes are told.
        all_episodes: whether what was said before the conversation was last resolved is told too.
        budget: tokens; the newest turns that fit are told.
    """
    cuts: list[Cut] = []
    spoken = list(_spoken(thread.messages, cuts, notes=notes))
    ends = [] if all_episodes else _ends(thread, spoken)
    current = [message for message in spoken if message.id > max(ends, default=0)]
    cuts += [
        Cut(message=message.uuid, reason="older episode") for message in spoken if message.id <= max(ends, default=0)
    ]
    told = turns_of(current, thread, budget)
    left_out = {cut.message for cut in told.cuts if cut.reason == "over budget" and not cut.text}
    return structs.replace(
        told,
        cuts=(*cuts, *told.cuts),
        episodes=tuple(_episodes(spoken, ends, thread)),
        older=tuple(message for message in current if message.uuid in left_out),
    )


def turns_of(messages: Sequence[Message], thread: Thread, budget: int) -> Transcript:
    """Return what is told of some messages of a conversation: the newest turns that fit."""
    cuts: list[Cut] = []
    turns = _turns(_newest(messages, _names(thread), budget, cuts))
    return Transcript(turns=tuple(_within(turns, budget, cuts)), cuts=tuple(cuts), read=tuple(messages))


def _names(thread: Thread) -> tuple[str, ...]:
    return tuple({message.name for message in thread.messages if message.name} | {thread.contact})


def _spoken(messages: Sequence[Message], cuts: list[Cut], *, notes: bool) -> Iterator[Message]:
    for message in messages:
        if not message.spoken:
            cuts.append(Cut(message=message.uuid, reason="no conversation"))
        elif message.private and not notes:
            cuts.append(Cut(message=message.uuid, reason="private"))
        else:
            yield message


def _ends(thread: Thread, spoken: Sequence[Message]) -> list[int]:
    """Return after which messages the conversation was resolved, but for one after which nothing was said."""
    ends = {message.id for message in thread.messages if message.resolves}
    if thread.resolved_at is not None:
        ends.add(max((message.id for message in spoken if message.at <= thread.resolved_at), default=0))
    last = spoken[-1].id if spoken else 0
    return sorted(end for end in ends if end < last)


def _episodes(spoken: Sequence[Message], ends: Sequence[int], thread: Thread) -> Iterator[str]:
    """Return a line for each of the last episodes that are over: when it was, and how it began."""
    episodes = [list(said) for _, said in groupby(spoken, key=lambda message: bisect_left(ends, message.id))]
    for said in episodes[:-1][-_MOST_EPISODES:]:
        first = next((message for message in said if message.author == "customer"), said[0])
        turn = _read(first, _names(thread), [])
        words = " ".join(turn.text.split()) if turn else ""
        began = words if len(words) <= _LONGEST_BEGINNING else f"{words[:_LONGEST_BEGINNING]}…"
        count = "1 message" if len(said) == 1 else f"{len(said)} messages"
        yield f"{said[0].at:%Y-%m-%d} to {said[-1].at:%Y-%m-%d}, {count}, began with: {began}"


def _newest(messages: Sequence[Message], names: tuple[str, ...], budget: int, cuts: list[Cut]) -> list[Turn]:
    """Return a turn for each of the newest messages, until they are more than fits; older ones are not even read."""
    told: list[Turn] = []
    left = budget
    for place in range(len(messages) - 1, -1, -1):
        if left < 0:
            cuts += [Cut(message=message.uuid, reason="over budget") for message in messages[place::-1]]
            break
        turn = _read(messages[place], names, cuts)
        if turn is not None:
            told.append(turn)
            left -= turn.tokens
    return told[::-1]


def _read(message: Message, names: tuple[str, ...], cuts: list[Cut]) -> Turn | None:
    """Return what the sender of a message newly wrote; all of a bare forward; None for an empty one."""
    read = _mail_again if len(message.body) <= _LONGEST_KEPT else _mail
    mail = read(message.body, message.html, names)
    text = mail.fresh
    if text or not mail.cuts:
        cuts += [Cut(message=message.uuid, reason=cut.reason, text=cut.text) for cut in mail.cuts]
    else:
        text = "\n\n".join(cut.text for cut in mail.cuts)
    if not text and not message.attachments:
        return None
    return Turn(
        voice="note" if message.private else message.author,
        name=message.name,
        at=message.at,
        text=text,
        attachments=message.attachments,
        messages=(message.uuid,),
    )


def _mail(body: str, html: bool, names: tuple[str, ...]) -> "Mail":  # noqa: FBT001 - the cache tells places apart
    from assistant.text.mails.mails import read_mail  # noqa: PLC0415 - large expressions, which not every start needs

    return read_mail(body, html=html, names=names)


_mail_again = lru_cache(_MOST_READ)(_mail)
"""The same, which is read once; what is long is not kept."""


def _turns(told: Iterable[Turn]) -> list[Turn]:
    """Join what one person wrote in a row."""
    return [_joined(list(run)) for _, run in groupby(told, key=lambda turn: (turn.voice, turn.name))]


def _joined(run: Sequence[Turn]) -> Turn:
    if len(run) == 1:
        return run[0]
    return structs.replace(
        run[0],
        text="\n\n".join(turn.text for turn in run if turn.text),
        attachments=tuple(name for turn in run for name in turn.attachments),
        messages=tuple(uuid for turn in run for uuid in turn.messages),
    )


def _within(turns: Sequence[Turn], budget: int, cuts: list[Cut]) -> list[Turn]:
    """Return the newest turns that fit; of the newest one as much as fits."""
    kept: list[Turn] = []
    left = budget
    for turn in reversed(turns):
        if left >= turn.tokens and len(kept) < MOST_MESSAGES:
            kept.append(turn)
            left -= turn.tokens
            continue
        if not kept:
            kept.append(_shortened(turn, budget, cuts))
        else:
            cuts += [Cut(message=uuid, reason="over budget") for uuid in turn.messages]
        left = 0
    return kept[::-1]


def _shortened(turn: Turn, budget: int, cuts: list[Cut]) -> Turn:
    """Keep the beginning of a turn, to the end of a line or word."""
    room = max(0, (budget - _TURN_TOKENS) * _BYTES_PER_TOKEN)
    text = turn.text.encode()[:room].decode(errors="ignore")
    text = text[: max(text.rfind("\n"), text.rfind(" ")) + 1 or len(text)].rstrip()
    cuts.append(Cut(message=turn.messages[-1], reason="over budget", text=turn.text[len(text) :].strip()))
    return structs.replace(turn, text=text)
