"""Whatever stands in the members of an answer, it is read or it is an error of a provider's: never one of ours."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.adapters.arriving import read_whole
from providers.dialects import DIALECTS, Dialect
from providers.errors import ProviderError
from providers.faults import error_from, read_fault
from providers.registry import resolve, wire_for
from tests.fakes import chat, messages, responses
from tests.providers.conftest import REQUEST

FAKES: dict[Dialect, Any] = {"chat": chat, "responses": responses, "messages": messages}
TEXT = "Thank you for waiting."
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.just("\ud83d"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "text", "content"]), inner),
    max_leaves=4,
)


def places(value: object, here: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to every member of an answer."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in members:
        yield (*here, name)
        yield from places(inner, (*here, name))


def changed(answer: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """Return an answer with up to three of its members odd."""
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from(list(places(answer)) or [("x",)]))
        answer = copy.deepcopy(answer)
        inner: Any = answer
        for name in way:
            inner = inner[name]
        inner[last] = data.draw(ODD)
    return answer


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(deadline=None)  # a slow machine is no fault
@given(data=st.data())
def test_a_whole_answer(dialect: Dialect, data: st.DataObject) -> None:
    """What is read of it can be written down again."""
    wire = wire_for(resolve("custom", base_url="http://127.0.0.1:9", api=dialect))
    answer = changed(FAKES[dialect].answer(TEXT, "m", "stop"), data)
    try:
        wire.completion(read_whole(wire, json.dumps(answer).encode())).text.encode()
    except ProviderError:
        return


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(deadline=None)  # a slow machine is no fault
@given(data=st.data())
def test_a_stream(dialect: Dialect, data: st.DataObject) -> None:
    """So can each piece of it, and the pieces are the answer."""
    wire = wire_for(resolve("custom", base_url="http://127.0.0.1:9", api=dialect))
    lines = [event.decode() for event in FAKES[dialect].events([TEXT[:9], TEXT[9:]], "m", "stop")]
    events = []
    for line in lines:
        head, _, body = line.rpartition("data: ")
        odd = body.startswith("{") and data.draw(st.booleans())
        written = json.dumps(changed(json.loads(body), data)) if odd else body.strip()
        events.append(f"{head}data: {written}\n\n")
    try:
        wire.completion(read_whole(wire, "".join(events).encode())).text.encode()
    except ProviderError:
        return


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(deadline=None)
@given(data=st.data(), status=st.sampled_from([200, 400, 401, 403, 404, 413, 422, 429, 500, 503, 529]))
def test_an_error(dialect: Dialect, data: st.DataObject, status: int) -> None:
    """The status counts, whatever its body says; and the next request is written as well as the first."""
    wire = wire_for(resolve("custom", base_url="http://127.0.0.1:9", api=dialect))
    body = changed(FAKES[dialect].error(status, "invalid_request_error", "max_tokens: at most 100", "max_tokens"), data)
    fault = read_fault(status, json.dumps(body).encode())
    assert isinstance(error_from("p", fault), ProviderError)
    sent = wire.body(REQUEST, stream=False)
    again = wire.adapted(REQUEST, sent, fault, stream=False)
    assert again is None or again[1] != sent
