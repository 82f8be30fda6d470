"""What each dialect writes on the wire."""

from typing import Any

import msgspec
import pytest

from providers.base import Message
from providers.registry import resolve, wire_for
from tests.providers.conftest import REQUEST

SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
SYSTEM, USER = REQUEST.messages


def _written(provider: str, api: Any = None, *, stream: bool = False, **changed: Any) -> Any:  # noqa: ANN401 - JSON
    wire = wire_for(resolve(provider, api_key="k", model="m", api=api))
    return msgspec.json.decode(
        msgspec.json.encode(wire.body(msgspec.structs.replace(REQUEST, **changed), stream=stream))
    )


def test_chat_as_openai_takes_it() -> None:
    """Reasoning is kept short, since it counts towards the limit; a stream asks for its usage."""
    assert _written("openai", "chat", stream=True, temperature=0.3) == {
        "model": "m",
        "messages": [{"role": SYSTEM.role, "content": SYSTEM.content}, {"role": USER.role, "content": USER.content}],
        "max_completion_tokens": 300,
        "temperature": 0.3,
        "reasoning_effort": "low",
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_chat_as_compatible_hosts_take_it() -> None:
    """They know the older name of the limit, and no reasoning effort."""
    written = _written("mistral", output_schema=SCHEMA)
    assert set(written) == {"model", "messages", "max_tokens", "response_format", "stream"}
    assert written["stream"] is False  # some gateways stream unless told not to
    assert written["response_format"]["json_schema"] == {"name": "answer", "schema": SCHEMA, "strict": True}


def test_responses_tell_earlier_answers_from_questions() -> None:
    """Examples reach the model as turns of its own, in the long form that every server of this dialect takes."""
    written = _written("openai", messages=(USER, Message(role="assistant", content="Sorry."), USER))
    said = [{"type": "output_text", "text": "Sorry."}]
    assert written["input"][0] == {"role": "user", "content": USER.content}
    assert written["input"][1] == {"type": "message", "role": "assistant", "status": "completed", "content": said}


def test_responses_keep_nothing_at_the_provider() -> None:
    """Customers' texts are not stored there."""
    written = _written("openai", output_schema=SCHEMA)
    assert written["store"] is False
    assert written["max_output_tokens"] == 300
    assert written["reasoning"] == {"effort": "low"}
    assert written["text"]["format"] == {"type": "json_schema", "name": "answer", "schema": SCHEMA, "strict": True}


def test_messages_join_system_turns_and_know_no_temperature() -> None:
    """The system text has a place of its own; a short answer is asked for with low effort."""
    messages = (SYSTEM, USER, Message(role="system", content="Keep the language."))
    assert _written("anthropic", messages=messages, temperature=0.3) == {
        "model": "m",
        "max_tokens": 300,
        "system": "Rewrite the draft.\n\nKeep the language.",
        "messages": [{"role": "user", "content": USER.content}],
        "output_config": {"effort": "low"},
        "stream": False,
    }


@pytest.mark.parametrize(("limit", "config"), [(1024, {"effort": "low"}), (1025, None)])
def test_a_long_answer_is_left_its_usual_effort(limit: int, config: dict[str, str] | None) -> None:
    """Only an answer of up to 1024 tokens is asked for with less."""
    assert _written("anthropic", max_output_tokens=limit).get("output_config") == config
