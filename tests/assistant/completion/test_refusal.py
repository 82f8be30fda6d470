"""An answer that lost something, for a caller who would see no warning: refused, told, and not kept."""

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.assistant.completion.asking import asked, click, click_streamed, done_of, events_of, until, using
from tests.assistant.harness import error, own_loop, service
from tests.fakes import FakeProvider, steps
from tests.fakes.drip import Drip

REFUSED = (422, "DataException", "answer_refused")
DRAFT = "the refund of 19,99 € is on its way, see https://shop.example/terms?id=7 for more."
LOST = "Your refund is on its way!"
TWICE = """---
title: Mine
brief: say it nicer
guards: [links, numbers]
on_breach: {on_breach}
---
{{% block system %}}Say it nicer.{{% endblock %}}
{{% block user %}}{{{{ content }}}}{{% endblock %}}
"""


@pytest.fixture(autouse=True)
def fake(shared_fake: FakeProvider) -> FakeProvider:
    """A provider that loses all facts."""
    shared_fake.reply(LOST)
    return shared_fake


async def test_answer_that_lost_facts_twice_is_no_new_draft(state: Path, fake: FakeProvider) -> None:
    """The agent is told what was lost and that the draft is as it was; nothing is stored, and the usage says why."""
    async with service(state, **using(fake)) as client:
        refused = await click(client, DRAFT)
        assert error(refused) == REFUSED
        message = refused.json()["message"]
        assert "19,99 €" in message
        assert "https://shop.example/terms?id=7" in message
        assert message.endswith("; your draft was left as it is. Try again.")
        assert len(asked(fake)) == 2, "it was asked once more before"
        fake.reply("Your refund of ZQX1SUM is on its way, see ZQX2LINK for more!")
        better = await click(client, DRAFT)
        assert better.status_code == 200, better.text
        assert better.headers["x-assistant-cache"] == "miss"

        async def told() -> bool:
            usage = (await client.get("/api/v1/ai/usage?by=prompt")).json()["data"]["groups"]
            return bool(usage) and (usage[0]["requests"], usage[0]["errors"]) == (2, 1)

        await until(told)


@own_loop
async def test_who_sees_warnings_gets_the_answer_with_them(client: httpx.AsyncClient) -> None:
    """With `detail`, and in a stream, the answer comes with its warnings."""
    detailed = (await click(client, DRAFT, detail=True)).json()["data"]
    streamed = done_of(events_of((await click_streamed(client, DRAFT)).text))
    for answer in (detailed, streamed):
        assert answer["text"] == LOST
        assert "19,99 €" in " ".join(answer["warnings"])


@own_loop
async def test_each_of_those_who_wait_together_gets_what_they_can_read(
    client: httpx.AsyncClient, fake: FakeProvider
) -> None:
    """Two ask the same at once, one of them with `detail`: one answer, told to each in their own way."""
    drip = Drip(LOST)
    fake.script(drip)
    clicks = [asyncio.create_task(click(client, DRAFT, detail=detail)) for detail in (True, False, False)]
    assert await asyncio.to_thread(drip.begun.wait, 20)
    drip.finish()
    detailed, *bare = await asyncio.gather(*clicks)
    assert detailed.json()["data"]["warnings"]
    assert [error(each) for each in bare] == [REFUSED, REFUSED]
    assert len(asked(fake)) == 2


@pytest.mark.parametrize(
    ("draft", "answer", "named"),
    [
        ("the total is €1.250,00 for now", "The total is known now.", "€1.250,00"),
        ("please write to help@shop.example today", "Please write to us today.", "help@shop.example"),
        ("call +49 30 901820 please", "Please call us.", "+49 30 901820"),
        ("your order #48213 is late", "Your order is late.", "#48213"),
        ("pay to DE89 3704 0044 0532 0130 00 please", "Please pay to our account.", "DE89 3704 0044 0532 0130 00"),
        (
            "<p>see <a href='https://shop.example/a'>this</a> page</p>",
            "<p>See this page.</p>",
            "https://shop.example/a",
        ),
        ("your parcel weighs 1250 grams now", "Your parcel weighs 1350 grams now.", "1250"),
        ("the code is X7K-4199 for you", "There is a code for you.", "X7K-4199"),
        ("送料は500円です。よろしくお願いします。", "送料がかかります。よろしくお願いします。", "500円"),
        ("Доставка стоит 500 рублей, спасибо.", "Доставка платная, спасибо.", "500 рублей"),
        ("Teslimat 50 TL, teşekkürler.", "Teslimat ücretlidir, teşekkürler.", "50 TL"),
        ("it is 4711 or https://shop.example/b", "It is https://shop.example/c or 4711.", "https://shop.example/b"),
    ],
)
@own_loop
async def test_every_kind_of_fact_is_named(
    client: httpx.AsyncClient, fake: FakeProvider, draft: str, answer: str, named: str
) -> None:
    """A lost link, address, code or figure, or another one in its place, refuses; the message names it."""
    fake.reply(answer)
    refused = await click(client, draft)
    assert error(refused) == REFUSED
    assert named in refused.json()["message"]


@pytest.mark.parametrize(
    ("draft", "answer"),
    [
        ("we will answer by 3 May, Ana", "We will answer by the third of May, Ana."),
        ("we will answer on 2027-05-03, Ana", "We will answer on 3 May 2027, Ana."),
        ("it takes 2 days, Ana", "It takes two days, Ana."),
        ("it takes two days, Ana", "It takes a couple of days, Ana."),
        ("the shop opens at 17:00 today", "Today the shop opens at 5 pm."),
        ("hi Ana, wait a bit", "Hi Bob, please wait a bit."),
        ("hi, wait a bit.\n\nBest,\nTom", "Hi, please wait a bit."),
    ],
)
@own_loop
async def test_other_breaches_do_not_refuse(
    client: httpx.AsyncClient, fake: FakeProvider, draft: str, answer: str
) -> None:
    """Dates, numbers in words, names and closings are warned about at most."""
    fake.reply(answer)
    assert (await click(client, draft)).status_code == 200


@pytest.mark.parametrize(("on_breach", "status"), [("warn", 200), ("refuse", 422)])
async def test_prompt_may_say_that_it_only_warns(
    state: Path, fake: FakeProvider, tmp_path: Path, on_breach: str, status: int
) -> None:
    """`on_breach: warn` gives the answer to everyone; it is still not kept."""
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "mine.j2").write_text(TWICE.format(on_breach=on_breach))
    async with service(state, prompts_dir=folder, **using(fake)) as client:
        for _ in range(2):
            answer = await click(client, DRAFT, prompt_key="mine")
            assert answer.status_code == status
    assert len(asked(fake)) == 4


@pytest.mark.parametrize("html", [False, True])
@pytest.mark.parametrize("answer", ["<p></p>", "&nbsp;", "---", "...", "**", "<!-- done -->", "\u200b"])
@own_loop
async def test_answer_that_says_nothing_is_none(
    client: httpx.AsyncClient, fake: FakeProvider, answer: str, *, html: bool
) -> None:
    """No one's draft is replaced by nothing, with `detail` and in a stream neither; a better second try counts."""
    fake.reply(answer)
    draft = "<p>hello Ana, please restart it</p>" if html else "hello Ana, please restart it"
    for more in ({}, {"detail": True}):
        assert error(await click(client, draft, **more)) == (502, "NetworkException", "provider_unavailable")
    fake.script(steps.reply(answer), steps.reply("Hello Ana, please restart it."))
    assert "restart" in (await click(client, draft)).json()["data"]


@own_loop
async def test_wish_may_be_to_change_a_figure(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """With an instruction no one can tell a loss from what was asked for: the answer comes, and is not kept."""
    fake.reply("The refund is 25 € now, see ZQX2LINK for more.")
    for _ in range(2):
        answer = await click(client, DRAFT, instruction="change the refund to 25 €")
        assert (answer.status_code, answer.headers["x-assistant-cache"]) == (200, "miss")


@own_loop
async def test_second_try_that_lost_less_counts(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """Of two answers the one that lost no fact is given, although it breaks more of the other rules."""
    fake.script(
        steps.reply("Dear Ana, the refund is on its way."),
        steps.reply("Dear Bob, the refund of ZQX1SUM is on its way.\n\nBest regards,\nYour Team"),
    )
    answer = await click(client, "Dear Ana, the refund of 19,99 € is on its way.")
    assert answer.status_code == 200, answer.text
    assert "19,99 €" in answer.json()["data"]


async def test_built_in_model_only_warns(state: Path) -> None:
    """Its answers are for trying the service; it loses too much to refuse all of it."""
    draft = "the refund of 19,99 € for order #48213 is on its way, see https://shop.example/terms?id=7 for more."
    async with service(state, request_timeout=60.0) as client:
        answers = [await click(client, draft, prompt_key=key) for key in ("simplify", "improve")]
        detailed = [await click(client, draft, prompt_key=key, detail=True) for key in ("simplify", "improve")]
    assert [each.status_code for each in answers] == [200, 200]
    assert "missing" in str([each.json()["data"]["warnings"] for each in detailed]), "it did lose something"
