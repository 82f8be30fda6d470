"""A conversation as templates read it, each field as long as they may count on."""

from assistant.auth.actor import Actor
from assistant.conversation.thread import Thread
from assistant.conversation.transcript import Transcript, Turn
from prompts.conversation import (
    FIELDS,
    LISTS,
    MESSAGE_FIELDS,
    MESSAGE_LISTS,
    Around,
    Person,
    SpokenConversation,
    SpokenMessage,
    indented,
)

_TIME = "%Y-%m-%d %H:%M"


def around_of(thread: Thread, transcript: Transcript, actor: Actor) -> Around:
    """Return a conversation as templates read it, each field as long as they may count on."""
    fields = FIELDS["conversation"]
    return Around(
        conversation=SpokenConversation(
            subject=_line(thread.subject, fields["subject"]),
            status=_line(thread.status, fields["status"]),
            channel=_line(thread.channel, fields["channel"]),
            tags=_entries(thread.tags, LISTS["conversation"]["tags"]),
            messages=tuple(_spoken(turn, thread) for turn in transcript.turns),
            episodes=indented("\n".join(_entries(transcript.episodes, fields["episodes"] // 2))),
            earlier=indented(transcript.summary[: fields["earlier"] // 3]),
            left_out=thread.before + sum(cut.reason == "over budget" and not cut.text for cut in transcript.cuts),
        ),
        contact=Person(
            name=_line(thread.contact, FIELDS["contact"]["name"]),
            language=_line(thread.language, FIELDS["contact"]["language"]),
        ),
        agent=Person(name=_line(actor.name, FIELDS["agent"]["name"])),
        team=Person(name=_line(actor.team, FIELDS["team"]["name"])),
    )


def _spoken(turn: Turn, thread: Thread) -> SpokenMessage:
    name = turn.name or (thread.contact if turn.voice == "customer" else "")
    return SpokenMessage(
        role=turn.voice,
        author=_line(name, MESSAGE_FIELDS["author"]),
        time=turn.at.strftime(_TIME),
        text=indented(turn.text),
        attachments=_entries(turn.attachments, MESSAGE_LISTS["attachments"]),
    )


def _entries(entries: tuple[str, ...], most: int) -> tuple[str, ...]:
    """Return the first entries of a list that have so many characters at most, together."""
    taken: list[str] = []
    for entry in entries:
        line = _line(entry, most)
        most -= len(line)
        if most < 0 or not line:
            break
        taken.append(line)
    return tuple(taken)


def _line(text: str, most: int) -> str:
    """Return a text as one line of printable characters, and no more than so many."""
    if len(text) <= most and text.isprintable() and text == " ".join(text.split()):
        return text
    shown = "".join(each if each.isprintable() else " " for each in text[: 4 * most])
    return " ".join(shown.split())[:most]
