"""A model that thinks where it can be heard: agents get the reply, whole, streamed and from the cache."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.assistant.completion.asking import asked, click, click_streamed, deltas_of, done_of, events_of, using
from tests.assistant.harness import own_loop, service
from tests.fakes import FakeProvider, steps

DRAFT = "ok. your parcel left our warehouse today. be patient."
REPLY = "Thank you for your patience. Your parcel left our warehouse today."
TAIL = f"Kinder words are wanted here.\n</think>\n\n{REPLY}"


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider."""
    with FakeProvider() as fake:
        yield fake


@pytest.mark.parametrize(
    "answer",
    [
        f"<think>\nOkay, the agent sounds annoyed.\n</think>\n\n{REPLY}",
        f"[THINK]The agent sounds annoyed.[/THINK]{REPLY}",
        f"Okay, the agent sounds annoyed.\n</think>\n\n{REPLY}",
        f"<think>Kinder.</think><answer>{REPLY}</answer>",
        f"<|channel|>analysis<|message|>Kinder.<|end|><|start|>assistant<|channel|>final<|message|>{REPLY}",
    ],
)
async def test_only_the_reply_reaches_a_draft(state: Path, fake: FakeProvider, answer: str) -> None:
    """Whole, streamed, and in HTML; nothing else is shown, and nothing is warned about."""
    fake.reply(answer)
    async with service(state, **using(fake)) as client:
        events = events_of((await click_streamed(client, DRAFT)).text)
        whole = await click(client, f"{DRAFT} ")
        html = await click(client, f"<p>{DRAFT}</p>")
    done = done_of(events)
    assert (deltas_of(events), done["text"], done["replaced"], done["warnings"]) == (REPLY, REPLY, False, [])
    assert (whole.json()["data"], html.json()["data"]) == (REPLY, f"<p>{REPLY}</p>")


@pytest.mark.parametrize(
    ("draft", "answer", "reply"),
    [
        (
            "your twiml must begin with the Response tag. then save it",
            "Hi there! Your TwiML must begin with the <Response> tag. Then save it, please.",
            "",
        ),
        ("i closed it because (reason). thanks", "I have closed it because <reason>. Thank you very much.", ""),
        ("<think> is shown in our chat, we fix it", "<think> blocks are shown in our chat; we will fix it.", ""),
        ("thinking... we have looked at it", "Thinking... we have looked at it, and all is well.", ""),
        (
            "the <think> block is shown, we fix it",
            "Kinder it is.\n</think>\n\nWe are sorry that the <think> block is shown; we fix it.",
            "We are sorry that the <think> block is shown; we fix it.",
        ),
        (
            "wait please.",
            "<|im_start|>think\nKinder.<|im_start|>answer\nThank you for waiting.",
            "Thank you for waiting.",
        ),
    ],
)
@own_loop
async def test_marks_that_a_reply_speaks_of_stay(
    client: httpx.AsyncClient, shared_fake: FakeProvider, draft: str, answer: str, reply: str
) -> None:
    """Nothing is lost around them, and the model's own still go; one call is enough."""
    shared_fake.reply(answer)
    whole = await click(client, draft)
    assert (whole.status_code, whole.json()["data"]) == (200, reply or answer)
    assert len(asked(shared_fake)) == 1


async def test_what_was_shown_before_a_bare_end_is_replaced(state: Path, fake: FakeProvider) -> None:
    """Nothing told that these were thoughts; from then on this model's streams wait for their end."""
    fake.reply(TAIL)
    fake.script(steps.reply(TAIL, delay=0.1))  # what comes at once is read at once, its end too
    async with service(state, **using(fake)) as client:
        first = events_of((await click_streamed(client, DRAFT)).text)
        second = events_of((await click_streamed(client, f"{DRAFT} ")).text)
    assert deltas_of(first).startswith("Kinder words")
    assert (done_of(first)["text"], done_of(first)["replaced"]) == (REPLY, True)
    assert (deltas_of(second), done_of(second)["text"], done_of(second)["replaced"]) == (REPLY, REPLY, False)


async def test_thoughts_without_a_reply_are_asked_again(state: Path, fake: FakeProvider) -> None:
    """Once, with more room, streamed too, as nothing has left yet; one that never comes is an error, not a draft."""
    alone = steps.reply("<think>Okay, the agent sounds annoyed, and I have no more room")
    async with service(state, **using(fake)) as client:
        fake.script(alone, steps.reply(REPLY))
        streamed = events_of((await click_streamed(client, DRAFT)).text)
        fake.script(alone, alone)
        calls = len(asked(fake))
        failed = await click(client, f"{DRAFT} ")
    assert (deltas_of(streamed), done_of(streamed)["text"]) == (REPLY, REPLY)
    assert (failed.status_code, failed.json()["data"]["code"]) == (502, "provider_unavailable")
    assert len(asked(fake)) == calls + 2
    rooms = [received.json["max_tokens"] for received in asked(fake)]
    assert rooms == [rooms[0], rooms[0] + 2000, rooms[0] + 2000, rooms[0] + 8000]


async def test_a_second_try_sees_the_reply_alone(state: Path, fake: FakeProvider) -> None:
    """The thoughts of the first are not told to the model again."""
    draft = "You can read about it at https://shop.example/terms?id=9 whenever you like."
    fake.script(steps.reply("<think>I drop the link.</think>You can read about it whenever you like."))
    async with service(state, **using(fake)) as client:
        fake.script(steps.reply("<think>I keep it.</think>Do read about it at ZQX1LINK whenever you like."))
        done = done_of(events_of((await click_streamed(client, draft)).text))
    assert done["text"] == "Do read about it at https://shop.example/terms?id=9 whenever you like."
    assert "drop the link" not in str(asked(fake)[-1].json)
