"""Models that take less than they are sent: each is asked once more, with less, and from then on with less at once.

Sources are public reports, by repository and number.
"""

from pathlib import Path
from typing import Any

import pytest

from providers.adapters.adapting import most_tokens, room_in_context, without_system
from providers.base import Message
from providers.dialects import Dialect
from providers.errors import ContextTooLongError, CredentialsError, InvalidRequestError
from providers.faults import read_fault
from providers.registry import ProviderOptions, resolve
from providers.sdk.inspection import check, list_models
from tests.fakes import FakeProvider, steps
from tests.fakes.exchange import Exchange
from tests.providers.adapters.playing import TEXT, playing, with_limit
from tests.providers.conftest import REQUEST, Ask

NO_SYSTEM: list[tuple[int, str]] = [
    (400, "System role not supported"),  # vLLM with Gemma (vllm #2964)
    (500, "System role not supported"),  # SGLang, FastMLX, llama.cpp: the template's error (sglang #892)
    (400, "Developer instruction is not enabled for models/gemma-3-27b-it"),  # Gemini (adk-python #3900)
    (400, "Conversation roles must alternate user/assistant/user/assistant/..."),  # vLLM with Mistral (autogen #1037)
    (400, "Unsupported value: 'messages[0].role' does not support 'system' with this model."),  # o1 (forgecode #1177)
    (400, 'Error rendering prompt with jinja template: "Only user and assistant roles are supported!"'),  # LM Studio
    (422, "Template error: unknown method: system role is not supported (in <string>:1)"),  # TGI
    (400, "This model doesn't support system messages. Try again without a system message."),  # Bedrock
    (400, 'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter'),  # gateways
    (400, "Messages with role 'system' are not allowed for this model"),
    (400, "The first message must have the role 'user'"),
    (400, "Invalid role at index 0. Supported roles are: user, assistant"),
    (422, "role: value is not one of ['user', 'assistant']"),
    (422, "messages.0.role: Input should be 'user' or 'assistant'"),  # servers on FastAPI
]


@pytest.mark.parametrize(("status", "message"), NO_SYSTEM)
async def test_a_model_without_system_messages(
    tmp_path: Path, ask: Ask, dialect: Dialect, status: int, message: str
) -> None:
    """Their text goes before the draft, now and at every later click."""
    async with playing(tmp_path, steps.status(status, message=message), dialect=dialect) as played:
        assert (await ask(played.provider, REQUEST)).text == TEXT
        await ask(played.provider, REQUEST)
        sent = [received.json for received in played.fake.requests]
    assert ["Rewrite the draft." in str(body) for body in sent] == [True] * 3
    for body in sent[1:]:
        turns = body.get("messages") or body["input"]
        assert [turn["role"] for turn in turns] == ["user"]
        assert turns[0]["content"] == "Rewrite the draft.\n\nno refund today, wait 5 days"
        assert "system" not in body


async def test_a_server_that_fails_is_not_taken_for_one_without_system_messages(tmp_path: Path, ask: Ask) -> None:
    """A word alone is no reason to write a request anew."""
    async with playing(tmp_path, steps.status(500, message="The file system is full")) as played:
        with pytest.raises(Exception, match="not available"):
            await ask(played.provider, REQUEST)
        assert len(played.fake.requests) == 1


def test_roles_take_turns_without_system_messages() -> None:
    """Each text stands before what the user says next; nothing is lost."""
    said = [("system", "A"), ("user", "B"), ("assistant", "C"), ("system", "D"), ("system", "E"), ("user", "F")]
    messages = [Message(role=role, content=text) for role, text in said]  # type: ignore[arg-type] # literals
    turns = without_system([*messages, Message(role="user", content="G"), Message(role="system", content="H")])
    assert [(turn.role, turn.content) for turn in turns] == [
        ("user", "A\n\nB"),
        ("assistant", "C"),
        ("user", "D\n\nE\n\nF\n\nG"),
        ("user", "H"),
    ]


MOST: list[tuple[str, int]] = [
    # OpenAI (NextChat #3195)
    (
        "max_tokens is too large: 8192. This model supports at most 4096 completion tokens, whereas you provided 8192.",
        4096,
    ),
    # Anthropic
    (
        "max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens for claude-3-5-sonnet-20241022",
        4096,
    ),
    # Groq
    (
        "`max_tokens` must be less than or equal to `4096`, the maximum value for `max_tokens` is less than the window",
        4096,
    ),
    # DeepSeek (DeepSeek-V3 #69)
    ("Invalid max_tokens value, the valid range of max_tokens is [1, 4096]", 4096),
    # DashScope (open-webui #10507)
    ("<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 4096]", 4096),
    # Vertex
    ("it has a maxOutputTokens value of 8192 but the supported range is from 1 (inclusive) to 4097 (exclusive).", 4096),
    # Bedrock
    (
        "The maximum tokens you requested exceeds the model limit of 4096. Try again with a value lower than 4097",
        4096,
    ),
    # Volcengine (openclaude #331)
    (
        "`max_completion_tokens` are not valid: integer above maximum, expected a value <= 4096, but got 8192 instead.",
        4096,
    ),
    # vLLM
    ("max_tokens=8192 cannot be greater than max_model_len=max_total_tokens=4096. Please request fewer tokens.", 4096),
    # xAI and others in signs
    ("max_tokens must be \u2264 4096", 4096),
    # with commas
    ("max_output_tokens must be at most 4,096", 4096),
    # LiteLLM around OpenAI (ExtractThinker #346)
    (
        "Error code: 400 - max_tokens is too large: 8192. This model supports at most 4096 completion tokens",
        4096,
    ),
]


@pytest.mark.parametrize(("message", "most"), MOST)
async def test_a_limit_that_a_model_names_is_kept(
    tmp_path: Path, ask: Ask, dialect: Dialect, message: str, most: int
) -> None:
    """Asked again with it once, and from then on at once; a shorter answer is asked for as before."""
    async with playing(tmp_path, steps.status(400, message=message), dialect=dialect) as played:
        assert (await ask(played.provider, with_limit(REQUEST, 8192))).text == TEXT
        await ask(played.provider, with_limit(REQUEST, 8192))
        await ask(played.provider, with_limit(REQUEST, 100))
        limits = [_limit(received.json) for received in played.fake.requests]
    assert limits == [8192, most, most, 100]


async def test_a_limit_is_no_refused_parameter(tmp_path: Path, ask: Ask) -> None:
    """The name of the limit stays where the words fit both; and a refused name is no limit, whatever figures it has."""
    both = steps.status(400, message="max_tokens: 8192 is not allowed, it must be at most 4096")
    async with playing(tmp_path, both) as played:
        await ask(played.provider, with_limit(REQUEST, 8192))
        assert played.fake.requests[-1].json["max_tokens"] == 4096
    other = "Error code: 400 - Unsupported parameter: 'max_tokens' is not supported with this model."
    async with playing(tmp_path, steps.status(400, message=other)) as played:
        await ask(played.provider, with_limit(REQUEST, 8192))
        assert played.fake.requests[-1].json["max_completion_tokens"] == 8192


async def test_a_limit_in_the_parameter_s_place(tmp_path: Path, ask: Ask) -> None:
    """So a gateway wrote it (AQBot #93); 416 is another one's status (scaleway/docs-content #4858)."""
    said = "max_tokens is too large: 8192. This model supports at most 4096 completion tokens"
    for step in (steps.status(400, message="Param Incorrect", param=said), steps.status(416, message=said)):
        async with playing(tmp_path, step) as played:
            await ask(played.provider, with_limit(REQUEST, 8192))
            assert _limit(played.fake.requests[-1].json) == 4096


CONTEXT: list[str] = [
    # vLLM (claude-code #272)
    (
        "'max_tokens' is too large: 8000. This model's maximum context length is 8192 tokens and your request has 500"
        " input tokens (8000 > 8192 - 500). None"
    ),
    # OpenAI, and vLLM before (NextChat #3195)
    (
        "This model's maximum context length is 8192 tokens. However, you requested 8500 tokens (500 in the messages,"
        " 8000 in the completion). Please reduce the length of the messages or completion."
    ),
    # SGLang
    (
        "Requested token count exceeds the model's maximum context length of 8192 tokens. You requested a total of 8500"
        " tokens: 500 tokens from the input messages and 8000 tokens for the completion."
    ),
    # TGI, Together
    "`inputs` tokens + `max_new_tokens` must be <= 8192. Given: 500 `inputs` tokens and 8000 `max_new_tokens`",
    # Anthropic
    "input length and `max_tokens` exceed context limit: 500 + 8000 > 8192, decrease input length or `max_tokens`",
]


@pytest.mark.parametrize("message", CONTEXT)
async def test_room_in_a_context(tmp_path: Path, ask: Ask, message: str) -> None:
    """The answer gets what the prompt leaves; another prompt may leave more."""
    async with playing(tmp_path, steps.status(400, message=message)) as played:
        assert (await ask(played.provider, with_limit(REQUEST, 8000))).text == TEXT
        await ask(played.provider, with_limit(REQUEST, 8000))
        limits = [_limit(received.json) for received in played.fake.requests]
    assert limits[0] == limits[2] == 8000
    assert 7600 < limits[1] <= 7692


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 8192 tokens. However, your request has 9000 input tokens.",
        (
            "This model's maximum context length is 8192 tokens. However, you requested 9300 tokens (9000 in the"
            " messages, 300 in the completion)."
        ),
        "prompt is too long: 9000 tokens > 8192 maximum",
    ],
)
async def test_a_prompt_that_is_too_long_by_itself(tmp_path: Path, ask: Ask, message: str) -> None:
    """No room for an answer makes it shorter: the agent has to."""
    async with playing(tmp_path, steps.status(400, message=message)) as played:
        with pytest.raises(ContextTooLongError):
            await ask(played.provider, REQUEST)
        assert len(played.fake.requests) == 1


async def test_a_host_that_never_says_yes_is_given_up(tmp_path: Path, ask: Ask) -> None:
    """It names a lower limit each time."""
    async with playing(tmp_path, *[_lower] * 50) as played:
        with pytest.raises(InvalidRequestError):
            await ask(played.provider, with_limit(REQUEST, 8000))
        assert len(played.fake.requests) == 6


async def _lower(exchange: Exchange) -> None:
    limit = _limit(exchange.received.json) - 100
    await steps.status(400, message=f"max_tokens must be at most {limit}")(exchange)


@pytest.mark.parametrize(
    ("status", "message"), [(400, "temperature must be at most 2"), (503, "max_tokens must be at most 20"), (400, "")]
)
def test_other_figures_are_no_limits(status: int, message: str) -> None:
    """Only a refusal that speaks of the limit of tokens is one."""
    fault = read_fault(status, message.encode())
    assert most_tokens(fault, 300) is None
    assert room_in_context(fault, 300) is None


THINKING: list[tuple[str, str, str]] = [
    ("ollama", "reasoning_effort", '"qwen2.5" does not support thinking'),
    ("ollama", "reasoning_effort", "invalid think value: none"),
    ("lmstudio", "reasoning_effort", "Invalid value for 'reasoning_effort': 'none'. Must be low, medium or high"),
    ("vllm", "chat_template_kwargs", "chat_template is not supported for Mistral tokenizers."),
    ("vllm", "chat_template_kwargs", "chat_template_kwargs: Extra inputs are not permitted"),
    ("deepseek", "thinking", "Unknown parameter: thinking"),
]


@pytest.mark.parametrize(("provider", "name", "message"), THINKING)
async def test_a_switch_that_a_model_does_not_know(
    tmp_path: Path, ask: Ask, provider: str, name: str, message: str
) -> None:
    """The host knows how thinking is switched off; a model without the switch is asked without it."""
    async with playing(tmp_path, steps.status(400, message=message), provider=provider) as played:
        assert (await ask(played.provider, REQUEST)).text == TEXT
        await ask(played.provider, REQUEST)
        assert [name in received.json for received in played.fake.requests] == [True, False, False]


SWITCHES: list[tuple[str, dict[str, Any]]] = [
    ("ollama", {"reasoning_effort": "none"}),  # ollama #14821
    ("lmstudio", {"reasoning_effort": "none"}),  # lmstudio-bug-tracker #2057
    ("vllm", {"chat_template_kwargs": {"enable_thinking": False, "thinking": False}}),  # vllm #17356
    ("deepseek", {"thinking": {"type": "disabled"}}),  # api-docs.deepseek.com/guides/thinking_mode
    ("custom", {}),
]


@pytest.mark.parametrize(("provider", "switch"), SWITCHES)
async def test_thinking_is_switched_off_where_the_host_knows_how(
    tmp_path: Path, ask: Ask, provider: str, switch: dict[str, Any]
) -> None:
    """The live test asks the same way."""
    async with playing(tmp_path, provider=provider) as played:
        await ask(played.provider, REQUEST)
        setting = resolve(provider, base_url=played.fake.url, model="small")
        await check(setting, ProviderOptions(state_dir=tmp_path))
        for received in played.fake.requests:
            known = {"reasoning_effort", "chat_template_kwargs", "thinking"}
            assert {name: value for name, value in received.json.items() if name in known} == switch


KEY = "k-1"


async def _wants_x_api_key(exchange: Exchange) -> None:
    if exchange.received.headers.get("x-api-key") != KEY:
        await steps.status(401, kind="authentication_error", message="x-api-key header is required")(exchange)
    else:
        await steps.reply()(exchange)


async def test_a_host_that_wants_the_key_elsewhere(tmp_path: Path, ask: Ask) -> None:
    """Anthropic's older header is tried once, remembered, and never sent beside the other (claudius #110)."""
    async with playing(tmp_path, *[_wants_x_api_key] * 9, dialect="messages", key=KEY) as played:
        assert (await ask(played.provider, REQUEST)).text == TEXT
        await ask(played.provider, REQUEST)
        headers = [received.headers for received in played.fake.requests]
    assert ["authorization" in each for each in headers] == [True, False, False]
    assert ["x-api-key" in each for each in headers] == [False, True, True]


async def test_the_live_test_tries_both_headers(tmp_path: Path) -> None:
    """So a setting that works can be saved."""
    with FakeProvider("messages") as fake:
        fake.script(*[_wants_x_api_key] * 2)
        setting = resolve("custom", base_url=fake.url, model="small", api="messages", api_key=KEY)
        options = ProviderOptions(state_dir=tmp_path)
        assert (await check(setting, options)).text
        fake.script(steps.status(401))
        assert "small" in await list_models(setting, options)


@pytest.mark.parametrize(("dialect", "calls"), [("messages", 2), ("chat", 1), ("responses", 1)])
async def test_a_wrong_key_is_wrong_in_either(tmp_path: Path, ask: Ask, dialect: Dialect, calls: int) -> None:
    """Only Anthropic's dialect has two headers, and each is asked with once."""
    async with playing(tmp_path, *[steps.status(401)] * 9, dialect=dialect, key=KEY) as played:
        with pytest.raises(CredentialsError):
            await ask(played.provider, REQUEST)
        assert len(played.fake.requests) == calls


def _limit(body: dict[str, Any]) -> int:
    names = ("max_tokens", "max_completion_tokens", "max_output_tokens")
    return next(int(body[name]) for name in names if name in body)
