"""What servers of the wild answer: the text is read, whatever stands around it.

Sources are public reports, by repository and number.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from providers.errors import (
    ContentFilteredError,
    CredentialsError,
    ProviderError,
    RateLimitedError,
    StreamInterruptedError,
    ThoughtsOnlyError,
    TimedOutError,
    UnavailableError,
)
from tests.providers.adapters.playing import (
    DONE,
    TEXT,
    choice,
    chunk,
    streamed,
    whole,
)

HALF = len(TEXT) // 2
THOUGHT = {"type": "thinking", "thinking": [{"type": "text", "text": "They want it kinder."}]}
PARTS: list[tuple[str, Any]] = [
    ("thoughts before it", [THOUGHT, {"type": "text", "text": TEXT}]),
    ("in two parts", [{"type": "text", "text": TEXT[:HALF]}, {"type": "text", "text": TEXT[HALF:]}]),
    ("plain texts", [TEXT[:HALF], TEXT[HALF:]]),
    ("mixed", [THOUGHT, TEXT[:HALF], {"type": "text", "text": TEXT[HALF:]}]),
    ("no type", [{"text": TEXT}]),
    ("output_text", [{"type": "reasoning", "text": "Hm."}, {"type": "output_text", "text": TEXT}]),
    ("a part alone", {"type": "text", "text": TEXT}),
    ("a value inside", [{"type": "text", "text": {"value": TEXT, "annotations": []}}]),
    ("Gemini's thoughts", [{"thought": True, "text": "Kinder."}, {"text": TEXT}]),
    ("parts that are nothing", [None, 7, {}, {"type": "text", "text": None}, {"type": "text", "text": TEXT}]),
]


@pytest.mark.parametrize("content", [part[1] for part in PARTS], ids=[part[0] for part in PARTS])
async def test_text_in_parts(tmp_path: Path, content: object) -> None:
    """Mistral's reasoning models answer so (vercel/ai #8072, langchain4j #4474), and gateways to Anthropic."""
    assert (await whole(tmp_path, choice(content))).text == TEXT
    assert (await streamed(tmp_path, [chunk(content), chunk(finish="stop"), DONE])).text == TEXT


ODD: list[tuple[str, dict[str, Any]]] = [
    ("nulls", {"usage": None, "created": None, "system_fingerprint": None, "error": None, "model": None}),
    ("empty error", {"error": {}}),
    ("error of blanks", {"error": {"message": "", "code": None}}),
    ("usage as a list", {"usage": [], "model": 7}),
    ("usage of texts", {"usage": {"prompt_tokens": "many", "completion_tokens": {}, "prompt_tokens_details": 3}}),
    ("false error", {"error": False, "prompt_filter_results": [{"content_filter_results": None}]}),
]


@pytest.mark.parametrize("more", [odd[1] for odd in ODD], ids=[odd[0] for odd in ODD])
async def test_fields_that_nobody_needs(tmp_path: Path, more: dict[str, Any]) -> None:
    """They may be null or of any type (Azure's filter results, openai-python #1677; one-api's usage)."""
    assert (await whole(tmp_path, {**choice(TEXT, tool_calls=None, audio=7), **more})).text == TEXT
    events = [{**chunk(TEXT, logprobs=7), **more}, {**chunk(finish="stop"), **more}, DONE]
    assert (await streamed(tmp_path, events)).text == TEXT


async def test_figures_beyond_json(tmp_path: Path) -> None:
    """Servers in Python write NaN and -Infinity into logprobs."""
    answer = json.dumps(choice(TEXT)).replace('"id"', '"logprobs": [-Infinity, NaN], "id"').encode()
    assert (await whole(tmp_path, answer)).text == TEXT


NOTHING: list[tuple[str, Any]] = [
    ("delta null", {"choices": [{"index": 0, "delta": None, "finish_reason": None}]}),
    ("no delta", {"choices": [{"index": 0, "content_filter_offsets": {"check_offset": 44}, "finish_reason": None}]}),
    ("no choices", {"id": "", "choices": [], "prompt_filter_results": []}),
    ("choices null", {"choices": None}),
    ("choice null", {"choices": [None]}),
    ("content null", chunk(role="assistant", content=None)),
    ("null", "data: null\n\n"),
    ("text", "data: ping\n\n"),
    ("an empty object", "data: {}\n\n"),
    ("a list", "data: []\n\n"),
    ("a ping", "event: ping\ndata: keep-alive\n\n"),
    ("a comment", ": OPENROUTER PROCESSING\n\n"),
    ("another event", 'event: x-progress\ndata: {"queue": 3}\n\n'),
    ("an unknown field", "foo: bar\nid: 7\nretry: 100\n\n"),
]


@pytest.mark.parametrize("nothing", [each[1] for each in NOTHING], ids=[each[0] for each in NOTHING])
async def test_events_that_carry_nothing(tmp_path: Path, nothing: object) -> None:
    """Azure's annotations (autogen #6465, litellm #3811), OpenRouter's comments, keep-alives of gateways."""
    events = [nothing, chunk(TEXT[:HALF]), nothing, chunk(TEXT[HALF:]), chunk(finish="stop"), nothing, DONE]
    assert (await streamed(tmp_path, events)).text == TEXT


@pytest.mark.parametrize("reason", [None, "", "null", "None", {"type": "stop"}, 0], ids=str)
async def test_done_is_an_end(tmp_path: Path, reason: object) -> None:
    """Gemini's proxies leave out the reason, older Ollama and SGLang write "" (ollama #4357, sglang #3912)."""
    completion = await streamed(tmp_path, [chunk(TEXT, reason), DONE])
    assert (completion.text, completion.finish) == (TEXT, "stop")
    assert (await whole(tmp_path, choice(TEXT, reason))).finish == "stop"


@pytest.mark.parametrize("end", ["data: [DONE]", "data:[DONE]\n\n", 'data: "[DONE]"\n\n', "data: [done] \n\n"])
async def test_spellings_of_the_end(tmp_path: Path, end: str) -> None:
    """With and without the empty line behind it."""
    assert (await streamed(tmp_path, [chunk(TEXT), end])).text == TEXT


async def test_a_native_reason_counts_where_there_is_no_other(tmp_path: Path) -> None:
    """OpenRouter names it beside its own."""
    answer: dict[str, Any] = choice(TEXT, None)
    answer["choices"][0]["native_finish_reason"] = "MAX_TOKENS"
    assert (await whole(tmp_path, answer)).finish == "length"


async def test_a_stream_without_any_end_broke_off(tmp_path: Path) -> None:
    """Half a sentence is no answer; what was cut in an event is none either."""
    with pytest.raises(StreamInterruptedError):
        await streamed(tmp_path, [chunk(TEXT)])
    with pytest.raises(StreamInterruptedError):
        await streamed(tmp_path, [chunk(TEXT[:HALF]), 'data: {"choices": [{"delta": {"content": "and th'])


CHOICES: list[tuple[str, list[Any]]] = [
    ("one after the other", [chunk(TEXT, "stop"), chunk("Another.", "stop", index=1)]),
    (
        "in turn",
        [chunk(TEXT[:HALF]), chunk("Ano", index=1), chunk(TEXT[HALF:], "stop"), chunk("ther", "stop", index=1)],
    ),
    ("together", [{"choices": [*chunk(TEXT, "stop")["choices"], *chunk("Another.", index=1)["choices"]]}]),  # type: ignore[misc] # lists
    ("an empty one first", [chunk("", "tool_calls", index=1), chunk(TEXT, "stop")]),
    ("without its number at the end", [chunk(TEXT), chunk(finish="stop", index=None)]),
]


@pytest.mark.parametrize("events", [each[1] for each in CHOICES], ids=[each[0] for each in CHOICES])
async def test_of_several_choices_one_is_read(tmp_path: Path, events: list[Any]) -> None:
    """The first that says something; GitHub Copilot parts text and calls so (HKUDS/nanobot #1481)."""
    completion = await streamed(tmp_path, [*events, DONE])
    assert (completion.text, completion.finish) == (TEXT, "stop")


async def test_of_several_whole_choices_one_is_read(tmp_path: Path) -> None:
    """The first that has text."""
    empty, full = choice(None, "tool_calls"), choice(TEXT)
    both = {"choices": [*empty["choices"], *full["choices"]]}  # type: ignore[misc] # lists
    completion = await whole(tmp_path, both)
    assert (completion.text, completion.finish) == (TEXT, "stop")


OTHER_PLACES: list[tuple[str, list[Any]]] = [
    ("text of the older endpoint", [{"choices": [{"index": 0, "text": TEXT, "finish_reason": "stop"}]}]),
    ("a message for a delta", [{"choices": [{"message": {"content": TEXT}, "finish_reason": "stop"}]}]),
    ("a plain delta", [{"choices": [{"delta": TEXT, "finish_reason": "stop"}]}]),
    ("a message that repeats", [chunk(TEXT), {"choices": [{"message": {"content": TEXT}, "finish_reason": "stop"}]}]),
    (
        "messages in pieces",
        [
            {"choices": [{"message": {"content": TEXT[:HALF]}, "finish_reason": None}]},
            {"choices": [{"message": {"content": TEXT[HALF:]}, "finish_reason": "stop"}]},
        ],
    ),
]


@pytest.mark.parametrize("events", [each[1] for each in OTHER_PLACES], ids=[each[0] for each in OTHER_PLACES])
async def test_text_in_other_places(tmp_path: Path, events: list[Any]) -> None:
    """Servers of one's own put it where others have a whole answer's (CerebriumAI/examples #67)."""
    assert (await streamed(tmp_path, [*events, DONE])).text == TEXT


EMOJI = "Thanks \U0001f44b see you \U0001f680!"


@pytest.mark.parametrize(
    "pieces",
    [
        ["Thanks \ud83d", "\udc4b see you \ud83d", "\ude80!"],
        ["Thanks ", "\ud83d", "", "\udc4b see you \U0001f680!"],
        ["Thanks \ud83d\udc4b see you \ud83d", "\ude80", "!"],
        [*"Thanks \ud83d\udc4b see you \ud83d\ude80!"],
        ["Thanks \U0001f44b see you \U0001f680!"],
        ["Thanks \U0001f44b see you \U0001f680!\ud83d"],
    ],
)
async def test_a_character_in_two_pieces(tmp_path: Path, pieces: list[str]) -> None:
    """Servers in JavaScript cut a text at any UTF-16 unit (eliza #30904, rakazo #416)."""
    assert (await streamed(tmp_path, [*map(chunk, pieces), chunk(finish="stop"), DONE])).text == EMOJI


async def test_half_a_character_is_no_trouble(tmp_path: Path) -> None:
    """It has no place in a text; nothing after it fails."""
    assert (await whole(tmp_path, choice("Hi \ud83d there"))).text == "Hi \ufffd there"
    assert (await streamed(tmp_path, [chunk("Hi \udc4b"), chunk(" there", "stop"), DONE])).text == "Hi \ufffd there"


REPORTED: list[tuple[object, type[ProviderError]]] = [
    ({"object": "error", "message": "The model is overloaded", "code": 50001}, UnavailableError),
    ({"error": {"code": 401, "message": "User not found."}}, CredentialsError),
    ({"base_resp": {"status_code": 1004, "status_msg": "invalid api key"}}, CredentialsError),
    (
        {"choices": [{"error": {"code": 502, "message": "Upstream died"}, "message": {"content": "Half"}}]},
        UnavailableError,
    ),
    ({"code": "429", "msg": "slow down"}, RateLimitedError),
]


@pytest.mark.parametrize(("answer", "expected"), REPORTED)
async def test_errors_in_good_answers(tmp_path: Path, answer: object, expected: type[ProviderError]) -> None:
    """FastChat, OpenRouter, MiniMax and Zhipu report them with status 200."""
    with pytest.raises(expected):
        await whole(tmp_path, answer)


BROKEN: list[tuple[object, type[ProviderError]]] = [
    ({"error": {"message": "TimeoutError", "type": "GatewayTimeout", "code": 504}}, TimedOutError),
    ({"object": "error", "message": "Engine died", "type": "InternalServerError", "code": 500}, UnavailableError),
    ({"choices": [{"index": 0, "delta": {}, "error": {"message": "died"}}]}, UnavailableError),
    ('event: error\ndata: {"message": "died", "code": 500}\n\n', UnavailableError),
    ({"type": "error", "message": "Too many requests", "code": "rate_limit_exceeded"}, RateLimitedError),
]


@pytest.mark.parametrize(("event", "expected"), BROKEN)
async def test_an_error_before_the_end_is_no_end(tmp_path: Path, event: object, expected: type[ProviderError]) -> None:
    """vLLM, FastChat and gateways report it and close the stream as if all were well (guidellm #743)."""
    with pytest.raises(expected) as caught:
        await streamed(tmp_path, [chunk(TEXT[:HALF]), event, DONE])
    assert type(caught.value) is expected


@pytest.mark.parametrize(
    "message",
    [
        {"content": "", "reasoning": "They want it kinder."},
        {"content": None, "reasoning_content": "They want it kinder."},
        {"content": [THOUGHT]},
    ],
)
@pytest.mark.parametrize("finish", ["stop", "length"])
async def test_thoughts_alone_are_no_answer(tmp_path: Path, message: dict[str, Any], finish: str) -> None:
    """Ollama and LM Studio write the first two (agentmemory #240, lmstudio-bug-tracker #1990), Mistral the third."""
    content, message = message["content"], {name: each for name, each in message.items() if name != "content"}
    with pytest.raises(ThoughtsOnlyError):
        await whole(tmp_path, choice(content, finish, **message))
    with pytest.raises(ThoughtsOnlyError):
        await streamed(tmp_path, [chunk(content, **message), chunk(finish=finish), DONE])


async def test_a_refusal_is_told(tmp_path: Path) -> None:
    """OpenAI's own field for it, in either way of asking."""
    with pytest.raises(ContentFilteredError):
        await whole(tmp_path, choice(None, refusal="I can't help with that."))
    with pytest.raises(ContentFilteredError):
        await streamed(tmp_path, [chunk(refusal="I can't"), chunk(finish="stop"), DONE])


@pytest.mark.parametrize(
    ("usage", "output"),
    [
        ({"prompt_tokens": 20, "completion_tokens": 168, "total_tokens": 736}, 716),  # Gemini (any-llm #1293)
        ({"prompt_tokens": 20, "completion_tokens": 7, "total_tokens": 27}, 7),
        ({"prompt_tokens": 20, "completion_tokens": 7}, 7),
        ({"prompt_tokens": 20, "completion_tokens": 7, "total_tokens": 0}, 7),
        ({"prompt_tokens": 20, "completion_tokens": 7, "total_tokens": "many"}, 7),
        ({"completion_tokens": 7, "total_tokens": 27}, 7),
        ({"prompt_tokens": 20, "total_tokens": 27}, 7),
    ],
)
async def test_thoughts_that_only_the_total_counts_are_counted(
    tmp_path: Path, usage: dict[str, object], output: int
) -> None:
    """They are paid for like what is written."""
    answers = (
        await whole(tmp_path, {**choice(TEXT), "usage": usage}),
        await streamed(tmp_path, [chunk(TEXT), chunk(finish="stop"), {"choices": [], "usage": usage}, DONE]),
    )
    assert [answer.usage.output_tokens for answer in answers] == [output] * 2
