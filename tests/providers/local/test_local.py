"""The built-in model: one process for all who use it, there when it is needed and gone afterwards."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from providers.adapters.local import output_limit, whole_sentences
from providers.base import Completion, CompletionRequest, Message, Provider, Usage
from providers.errors import ContextTooLongError, SettingError
from providers.local.process import find_model, model_name
from providers.registry import ProviderOptions, connect, resolve
from tests.providers.conftest import Ask, ask_streamed
from tests.providers.local.processes import place, running, wait_until_gone

DRAFT = "Your refund was processed. It takes 5 days. Please wait until Monday."
REWRITE = CompletionRequest(
    messages=(
        Message(role="system", content="You're an AI assistant for text re-writing. Rewrite the input text."),
        Message(role="user", content=DRAFT),
    ),
    max_output_tokens=400,
)
GREETING = CompletionRequest(messages=(Message(role="user", content="Hello!"),), max_output_tokens=8)
"""For who looks at the process, and not at what it says: a few tokens."""

_USER = """
import asyncio, pathlib, sys
from providers.registry import ProviderOptions, connect, resolve
from tests.providers.local.test_local import GREETING

async def main() -> None:
    provider = connect(resolve("local"), ProviderOptions(state_dir=pathlib.Path(sys.argv[1])))
    for line in sys.stdin:
        completion = await provider.complete(GREETING)
        print(len(completion.text), flush=True)

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> ProviderOptions:
    """Options with one state folder for the tests that may use one process after another."""
    return ProviderOptions(state_dir=tmp_path_factory.mktemp("state"))


@pytest.fixture
async def local(shared: ProviderOptions) -> AsyncIterator[Provider]:
    """The built-in model."""
    provider = connect(resolve("local"), shared)
    yield provider
    await provider.aclose()


class OtherProcess:
    """Another process that uses the built-in model of a folder."""

    def __init__(self, folder: Path) -> None:
        root = Path(__file__).parents[3]
        environment = {**os.environ, "PYTHONPATH": str(root)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _USER, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            cwd=root,
        )

    def complete(self) -> int:
        """Ask for a completion and return the length of its text."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def kill(self) -> None:
        """End it as the system does when memory runs out."""
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def start(options: ProviderOptions) -> Iterator[Callable[[], OtherProcess]]:
    """Start processes that share one built-in model."""
    started: list[OtherProcess] = []

    def begin() -> OtherProcess:
        started.append(OtherProcess(options.state_dir))
        return started[-1]

    yield begin
    for process in started:
        process.kill()


async def test_a_draft_is_answered_in_whole_sentences(local: Provider, ask: Ask) -> None:
    """The answer is a real one, finished, and no longer than the draft allows."""
    completion = await ask(local, REWRITE)
    assert completion.text
    assert completion.text.rstrip()[-1] in ".!?\"'"
    assert (completion.provider, completion.model, completion.finish) == ("local", "SmolLM2-135M-Instruct", "stop")
    assert 0 < completion.usage.output_tokens <= output_limit(REWRITE)


async def test_the_same_draft_gets_the_same_answer(local: Provider) -> None:
    """Temperature 0, streamed or not."""
    first = await local.complete(REWRITE)
    assert (await local.complete(REWRITE)).text == first.text
    assert (await ask_streamed(local, REWRITE)).text == first.text


async def test_a_text_too_long_is_refused_quickly(local: Provider, ask: Ask) -> None:
    """The model's context is small; no one waits for an answer that can't come."""
    request = CompletionRequest(messages=(Message(role="user", content="word " * 4000),), max_output_tokens=100)
    with pytest.raises(ContextTooLongError):
        await ask(local, request)


async def test_a_killed_model_is_started_again_by_the_next_request(
    local: Provider, shared: ProviderOptions, ask: Ask
) -> None:
    """An agent doesn't notice more than a delay."""
    await ask(local, GREETING)
    before = running(shared)
    os.kill(before.pid, signal.SIGKILL)
    assert (await ask(local, GREETING)).text
    assert running(shared).pid != before.pid
    assert running(shared).key != before.key


def test_processes_share_one_model_until_the_last_is_gone(
    start: Callable[[], OtherProcess], options: ProviderOptions
) -> None:
    """It survives the end of one user, also a violent one, and ends with the last."""
    one, other = start(), start()
    assert one.complete()
    server = running(options).pid
    assert other.complete()
    assert running(options).pid == server
    one.kill()
    time.sleep(4)
    assert other.complete()
    assert running(options).pid == server
    other.kill()
    wait_until_gone(server)
    assert not place(options).state.exists()


async def test_closing_gives_the_model_back(options: ProviderOptions) -> None:
    """A service that changes its provider doesn't keep the model in memory."""
    provider = connect(resolve("local"), options)
    await provider.complete(GREETING)
    server = running(options).pid
    await provider.aclose()
    wait_until_gone(server)


async def test_the_model_process_holds_no_secret_of_the_service(
    options: ProviderOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its environment and command line hold no key, and its own is in a file that only the owner reads."""
    monkeypatch.setenv("ASSISTANT_SECRET_KEY", "very-secret")
    monkeypatch.setenv("OPENAI_API_KEY", "very-secret")
    provider = connect(resolve("local"), options)
    await provider.complete(GREETING)
    server = running(options)
    seen = b"".join(Path(f"/proc/{server.pid}/{name}").read_bytes() for name in ("environ", "cmdline"))
    files = [path for path in options.state_dir.iterdir() if path.is_file()]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in files}
    await provider.aclose()
    assert b"providers.local.server" in seen
    assert b"very-secret" not in seen
    assert server.key.encode() not in seen
    assert modes == {0o600}


def test_connecting_starts_nothing(options: ProviderOptions) -> None:
    """A service that never asks the built-in model never pays for it."""
    connect(resolve("local"), options)
    assert not options.state_dir.exists()


def test_a_missing_model_file_is_said_to_be_missing(options: ProviderOptions) -> None:
    """The message names the variable to set."""
    missing = msgspec.structs.replace(options, local_model=Path("nowhere.gguf"))
    with pytest.raises(SettingError, match="ASSISTANT_LOCAL_MODEL") as caught:
        connect(resolve("local"), missing)
    assert caught.value.field == "local_model"


def test_the_packaged_model_is_found() -> None:
    """Without a file of one's own the package's is used, under a name without its quantisation."""
    assert model_name(find_model(None)) == "SmolLM2-135M-Instruct"
    assert model_name(Path("Qwen2.5-0.5B-Instruct-Q4_K_M.gguf")) == "Qwen2.5-0.5B-Instruct"


@pytest.mark.parametrize(
    ("characters", "allowed", "limit"), [(4, 400, 64), (200, 400, 100), (9000, 400, 160), (9000, 50, 50)]
)
def test_the_limit_follows_the_draft(characters: int, allowed: int, limit: int) -> None:
    """Twice the draft, from 64 to 160 tokens, and never more than was asked for."""
    messages = (Message(role="user", content="x" * characters), Message(role="assistant", content="no"))
    assert output_limit(CompletionRequest(messages=messages, max_output_tokens=allowed)) == limit


@pytest.mark.parametrize(
    ("text", "finish", "whole", "reported"),
    [
        ("One. Two is cut", "length", "One.", "stop"),
        ("One! (Two.) Three", "length", "One! (Two.)", "stop"),
        ("One. Two.", "length", "One. Two.", "stop"),
        ("It costs 3.50 and", "length", "It costs 3.50 and", "length"),
        ("One. Two", "stop", "One. Two", "stop"),
    ],
)
def test_an_answer_ends_at_a_sentence(text: str, finish: str, whole: str, reported: str) -> None:
    """Only what ran into the limit is shortened, and only to a whole sentence."""
    completion = Completion(text=text, provider="local", model="m", finish=finish, usage=Usage())  # type: ignore[arg-type] # one of the three
    ended = whole_sentences(completion)
    assert (ended.text, ended.finish) == (whole, reported)
