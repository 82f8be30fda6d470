"""What gateways answer in the dialects of Anthropic and of Responses: the text is read, whatever stands around it."""

from pathlib import Path
from typing import Any

import pytest

from providers.dialects import Dialect
from tests.providers.adapters.playing import (
    DONE,
    TEXT,
    streamed,
    whole,
)

HALF = len(TEXT) // 2


def _block(kind: str, **more: object) -> dict[str, object]:
    return {"type": kind, "index": 0, **more}


START: dict[str, Any] = {
    "type": "message_start",
    "message": {"model": "m", "content": [], "usage": {"input_tokens": 5}},
}
ENDED: dict[str, Any] = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}}
STOP = {"type": "message_stop"}
MESSAGES: list[tuple[str, list[Any]]] = [
    (
        "text in the block's beginning",
        [
            START,
            _block("content_block_start", content_block={"type": "text", "text": TEXT[:HALF]}),
            _block("content_block_delta", delta={"type": "text_delta", "text": TEXT[HALF:]}),
            ENDED,
            STOP,
        ],
    ),
    (
        "text in the message's beginning",
        [{"type": "message_start", "message": {"content": [{"type": "text", "text": TEXT}]}}, ENDED, STOP],
    ),
    (
        "thoughts, and nulls",
        [
            {**START, "usage": None},
            _block("content_block_start", content_block={"type": "thinking", "thinking": "Kinder.", "text": None}),
            _block("content_block_delta", delta={"type": "thinking_delta", "thinking": "Kinder."}),
            _block("content_block_delta", delta={"type": "signature_delta", "signature": "x"}),
            _block("content_block_delta", delta=None),
            _block("content_block_delta", delta={"text": TEXT}),
            {**ENDED, "usage": None},
            STOP,
        ],
    ),
    ("an end of OpenAI's", [START, _block("content_block_delta", delta={"text": TEXT}), ENDED, DONE]),
    ("both ends", [START, _block("content_block_delta", delta={"text": TEXT}), ENDED, STOP, DONE]),
    (
        "no reason",
        [START, _block("content_block_delta", delta={"text": TEXT}), {"type": "message_delta", "delta": {}}, STOP],
    ),
]


@pytest.mark.parametrize("events", [each[1] for each in MESSAGES], ids=[each[0] for each in MESSAGES])
async def test_streams_of_messages(tmp_path: Path, events: list[Any]) -> None:
    """The official SDKs begin a block with its own text; gateways mix the ends of two dialects (new-api, LiteLLM)."""
    assert (await streamed(tmp_path, events, dialect="messages")).text == TEXT


WHOLE: list[tuple[Dialect, dict[str, Any]]] = [
    ("messages", {"content": TEXT, "stop_reason": "end_turn"}),
    ("messages", {"content": [{"text": TEXT}], "stop_reason": None, "usage": 7}),
    ("messages", {"content": [{"type": "thinking", "thinking": "Hm.", "text": 7}, {"type": "text", "text": TEXT}]}),
    ("responses", {"status": "completed", "output": [{"type": "message", "content": TEXT}]}),
    ("responses", {"output": [{"type": "reasoning", "content": None, "summary": []}, {"content": [{"text": TEXT}]}]}),
    ("responses", {"output_text": TEXT, "output": None, "usage": [], "error": None, "incomplete_details": 7}),
]


@pytest.mark.parametrize(("dialect", "answer"), WHOLE)
async def test_whole_answers_of_the_other_dialects(tmp_path: Path, dialect: Dialect, answer: dict[str, Any]) -> None:
    """Read as far as the text needs it."""
    completion = await whole(tmp_path, answer, dialect=dialect)
    assert (completion.text, completion.finish) == (TEXT, "stop")


RESPONSES: list[tuple[str, list[Any]]] = [
    ("without the finished response", [{"type": "response.output_text.delta", "delta": TEXT}, DONE]),
    (
        "a response of nulls",
        [
            {"type": "response.created", "response": None},
            {"type": "response.output_text.delta", "delta": TEXT},
            {"type": "response.completed", "response": {"status": "completed", "output": None, "usage": None}},
        ],
    ),
    (
        "text at its end only",
        [
            {"type": "response.output_text.done", "text": TEXT},
            {"type": "response.completed", "response": {}},
        ],
    ),
    (
        "events that are unknown",
        [
            {"type": "response.reasoning_text.delta", "delta": "Hm."},
            {"type": "codex.rate_limits", "plan": 7},
            {"type": "response.output_text.delta", "delta": TEXT},
            {"type": "response.done", "response": {"status": "completed"}},
        ],
    ),
    (
        "a delta of parts",
        [
            {"type": "response.output_text.delta", "delta": {"type": "output_text", "text": TEXT}},
            {"type": "response.completed", "response": {"status": "completed"}},
            DONE,
        ],
    ),
]


@pytest.mark.parametrize("events", [each[1] for each in RESPONSES], ids=[each[0] for each in RESPONSES])
async def test_streams_of_responses(tmp_path: Path, events: list[Any]) -> None:
    """What gateways make of other dialects (vLLM, LM Studio, LiteLLM)."""
    assert (await streamed(tmp_path, events, dialect="responses")).text == TEXT
