"""Events out of bytes, wherever the network cuts them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.http.sse import Event, EventParser, EventTooLargeError
from tests.growth import grows_no_faster

pytestmark = pytest.mark.usefixtures("no_collection")

STREAM = (
    "\ufeffdata: first\n\n"
    ": comment\r\n\r\n"
    "event: delta\ndata: Grüße 👋\n\n"
    "data:no space\rdata: second line\r\r"
    "id: 7\r\nretry: 10\r\ndata: {}\r\n\r\n"
    "event: nothing\n\n"
    "event: ping\ndata:\n\n"
    "data\r\n\r\n"
    "data: \ufeffkept\n\n"
    "data: [DONE]\n\n"
).encode()
EVENTS = [
    Event(name="", data=b"first"),
    Event(name="delta", data="Grüße 👋".encode()),
    Event(name="", data=b"no space\nsecond line"),
    Event(name="", data=b"{}"),
    Event(name="", data="\ufeffkept".encode()),
    Event(name="", data=b"[DONE]"),
]


@given(st.lists(st.integers(min_value=0, max_value=len(STREAM)), max_size=12))
def test_events_do_not_depend_on_the_pieces(cuts: list[int]) -> None:
    """Any split of the bytes, inside a character or a line end too, gives the same events."""
    places = [0, *sorted(cuts), len(STREAM)]
    parser = EventParser()
    pieces = [STREAM[start:end] for start, end in pairwise(places)]
    assert [event for piece in pieces for event in parser.feed(piece)] == EVENTS


def test_an_unfinished_event_is_kept_back() -> None:
    """Only the empty line after it makes an event."""
    parser = EventParser()
    assert parser.feed(b"data: a\n") == []
    assert parser.feed(b"\n") == [Event(name="", data=b"a")]


def test_a_long_line_in_small_pieces_is_read_quickly() -> None:
    """Each byte is copied a few times at most, however many pieces it comes in."""

    def follow(size: int) -> None:
        parser, line = EventParser(), b"data: " + b"x" * size + b"\n\n"
        events = [event for start in range(0, len(line), 64) for event in parser.feed(line[start : start + 64])]
        assert [len(event.data) for event in events] == [size]

    grows_no_faster(follow, 500_000)


@pytest.mark.parametrize("piece", [b"x" * 70, b"x" * 7, b"data: xxxxxxxxx\n", b"data:\n" * 7])
def test_neither_a_line_nor_an_event_grows_without_end(piece: bytes) -> None:
    """A server that never ends its event can't fill the memory."""
    parser = EventParser(limit=64)
    with pytest.raises(EventTooLargeError):
        [parser.feed(piece) for _ in range(10)]
