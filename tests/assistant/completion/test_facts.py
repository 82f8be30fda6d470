"""What of a draft is a fact for the whole service: how often the model is asked, and what the agent is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant.completion.asking import asked, click, using
from tests.assistant.harness import service
from tests.fakes import FakeProvider, steps

SIGNATURE = (
    '<p>we check it</p><p><span style="color:#1f497d;font-size:10pt" data-id="4711001">Tom Berg</span></p>'
    '<table width="600" bgcolor="#0a7b8c"><tr><td><font color="#1F497D">Shop GmbH</font></td></tr></table>'
)
KEPT: list[tuple[str, str, str | None]] = [
    ("Hi {{contact.first_name}}, your ticket is solved.", "Hello ZQX1FIELD, great news: it is solved!", None),
    ("<p>Hi &lt;%= name %&gt;, it is solved.</p>", "<p>Hello ZQX1FIELD, it is solved!</p>", None),
    (SIGNATURE, "<p>We are checking it.</p><p>Tom Berg<br>Shop GmbH</p>", None),
    ("商品は5月3日に届きます。ありがとうございます。", "The item will arrive on May 3. Thank you.", "English"),
    ("Reply within 14 days, please.", "Prosimy o odpowiedź w ciągu czternastu dni.", "Polish"),
    ("Es beginnt um halb vier, bitte kommen Sie.", "It starts at 3:30, please come.", "English"),
]
LOST = [
    ("Hi {{contact.first_name}}, your ticket is solved.", "Hi there, your ticket is solved!", "{{contact.first_name}}"),
    ("Hi #{ticket.customer.firstname}, it is solved.", "Hi, it is solved!", "#{ticket.customer.firstname}"),
    ("Hi [First Name], it is solved.", "Hi, it is solved!", "[First Name]"),
    ("<p>Hi {%customer.name%}, it is solved.</p>", "<p>Hi, it is solved!</p>", "{%customer.name%}"),
    ("We refund 19,99 € at once.", "We refund it at once.", "19,99 €"),
]


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider."""
    with FakeProvider() as fake:
        yield fake


async def test_a_faithful_answer_costs_one_call(state: Path, fake: FakeProvider) -> None:
    """Placeholders come back, styling may go, dates and numbers may be said in another way: no one is asked twice."""
    async with service(state, **using(fake)) as client:
        for draft, reply, language in KEPT:
            calls = len(asked(fake))
            fake.script(steps.reply(reply))
            more = {"prompt_key": "translate", "variables": {"language": language}} if language else {}
            answer = await click(client, draft, detail=True, **more)
            assert answer.json()["data"]["warnings"] == [], draft
            assert len(asked(fake)) == calls + 1, draft


async def test_what_is_lost_twice_is_named_once(state: Path, fake: FakeProvider) -> None:
    """The agent reads it as it stands in the draft; the model never saw it."""
    async with service(state, **using(fake)) as client:
        for draft, reply, value in LOST:
            calls = len(asked(fake))
            fake.script(steps.reply(reply), steps.reply(reply))
            answer = await click(client, draft, detail=True)
            assert [value in warning for warning in answer.json()["data"]["warnings"]] == [True], draft
            assert len(asked(fake)) == calls + 2, draft
    assert not any(value in each.body.decode() for each in asked(fake) for _, _, value in LOST)
