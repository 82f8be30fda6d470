"""Letters that become many when a text is folded for the search, and marks that pile up on one letter."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.desk.search_index import words_of
from tests.assistant.desk.client import DeskClient
from tests.assistant.desk.exported import running
from tests.assistant.harness import settings_for
from tests.ticking import ticking

LONGEST = 200_000
LETTERS = {
    "Arabic sentence in one sign": "\ufdfa",
    "the same in words": "\ufdfa ",
    "square Katakana": "\u3300",
    "ligature": "\ufb03",
    "letter in brackets": "\U0001f110",
    "letter with two marks in small": "\u0390",
    "marks in the wrong order": "\u0301\u0316",
    "marks that are two": "\u0344\u0316",
    "Korean": "\ud55c",
    "letters of Hangul": "\u1112\u1161\u11ab",
}


@pytest.fixture
async def desk(state: Path) -> AsyncIterator[DeskClient]:
    """A running desk on SQLite, and a client that is signed in as its administrator."""
    async with running(settings_for(state)) as client:
        yield client


async def test_no_message_stops_the_desk(desk: DeskClient) -> None:
    """The longest message of any of these letters is kept, and everyone else is answered meanwhile."""
    conversation = await desk.new_conversation()
    path = f"/api/v1/conversations/{conversation['uuid']}/messages"
    for name, letter in LETTERS.items():
        text = f"needle{letter[:1]} " + letter * ((LONGEST - 10) // len(letter))
        async with ticking() as stall:
            made = await desk.post(path, {"message": text, "sender_type": "agent"})
        assert stall.longest < 1, name
        assert made["content"] == text.strip(), name


async def test_what_stands_before_is_found(desk: DeskClient) -> None:
    """What is cut off is the end of such a text: its beginning is found, and so is every word of an ordinary one."""
    conversation = await desk.new_conversation()
    path = f"/api/v1/conversations/{conversation['uuid']}/messages"
    for text in ("Aberystwyth " + "\ufdfa" * (LONGEST - 20), "\ud55c\uae00 " * 60_000 + "Aberystwyth"):
        await desk.post(path, {"message": text, "sender_type": "agent"})
    assert len(await desk.get("/api/v1/messages/search", query="aberystwyth")) == 2


async def test_no_query_stops_the_desk(desk: DeskClient) -> None:
    """Neither does the longest query of them, to any search."""
    await desk.new_conversation()
    for name, letter in LETTERS.items():
        for place in ("messages", "conversations", "contacts"):
            async with ticking() as stall:
                await desk.get(f"/api/v1/{place}/search", query=letter * (1000 // len(letter)))
            assert stall.longest < 1, (name, place)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("M\u00fcller caf\u00e9 cafe\u0301s", ["muller", "cafe", "cafes"]),
        ("a" + "\u0301" * 100 + "b", ["ab"]),
        ("\ufb03x \u2122", ["ffix", "TM"]),
        ("x" * 4095 + "\u00e9" + "y", [("x" * 64)]),
        (" " * 4095 + "e\u0301t\u00e9", ["ete"]),
    ],
)
def test_words_are_as_they_were(text: str, words: list[str]) -> None:
    """Where a text is taken apart to be folded changes no word of it."""
    assert words_of(text) == words
