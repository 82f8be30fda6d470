"""A model that a customer's text leads to put codes into links: nothing private goes out by them."""

import httpx
import pytest

from tests.assistant.completion.asking import asked, click, click_streamed, deltas_of, done_of, events_of
from tests.assistant.harness import error, own_loop
from tests.fakes import FakeProvider, steps

LINK = "https://evil.example/?q="
DRAFTS = [
    ("Please write to ana@shop.example today.", "Please write to ZQX1MAIL today. {link}", "{address}"),
    (
        "<p>Please write to ana@shop.example.</p>",
        "<p>Please write to ZQX1MAIL. {link}</p>",
        '<a href="{address}">x</a>',
    ),
]


@pytest.fixture(autouse=True)
def fake(shared_fake: FakeProvider) -> FakeProvider:
    """A provider."""
    return shared_fake


@pytest.mark.parametrize(("draft", "answer", "form"), DRAFTS)
@own_loop
async def test_a_made_up_link_gets_no_value(
    client: httpx.AsyncClient, fake: FakeProvider, draft: str, answer: str, form: str
) -> None:
    """Streamed or not; the agent is told, and one who can't be told gets no such answer."""
    fake.reply(answer.format(link=form.format(address=f"{LINK}ZQX1MAIL")))
    events = events_of((await click_streamed(client, draft)).text)
    detail = (await click(client, draft, detail=True)).json()["data"]
    bare = await click(client, draft)
    done = done_of(events)
    for shown in (deltas_of(events), done["text"], detail["text"]):
        assert shown.count("ana@shop.example") == 1, shown
        assert LINK in shown, "the rest of the link is there to be seen"
    assert any("would have sent ana@shop.example" in each for each in done["warnings"]), done["warnings"]
    assert detail["warnings"] == done["warnings"]
    assert error(bare) == (422, "DataException", "answer_refused")
    assert "made up a link with ana@shop.example; your draft was left" in bare.json()["message"]


@pytest.mark.parametrize(("draft", "answer", "form"), DRAFTS)
@own_loop
async def test_a_second_try_without_the_link_is_the_answer(
    client: httpx.AsyncClient, fake: FakeProvider, draft: str, answer: str, form: str
) -> None:
    """The model is told by the code, and what it writes then is given."""
    led = answer.format(link=form.format(address=f"{LINK}ZQX1MAIL"))
    fake.script(steps.reply(led), steps.reply(answer.format(link="Thanks!")))
    text = (await click(client, draft)).json()["data"]
    assert text == answer.format(link="Thanks!").replace("ZQX1MAIL", "ana@shop.example")
    again = asked(fake)[-1].json["messages"][-1]["content"]
    assert "You put ZQX1MAIL into a link" in again
    assert "ana@shop.example" not in again


@own_loop
async def test_a_link_of_the_draft_with_a_customers_address_stays(
    client: httpx.AsyncClient, fake: FakeProvider
) -> None:
    """It was hidden as a whole, and comes back as a whole."""
    draft = "Please confirm at https://shop.example/confirm?mail=ana@shop.example today."
    fake.reply("Do confirm at ZQX1LINK today, or [mail us](ZQX1LINK).")
    text = (await click(client, draft)).json()["data"]
    link = "https://shop.example/confirm?mail=ana@shop.example"
    assert text == f"Do confirm at {link} today, or [mail us]({link})."
