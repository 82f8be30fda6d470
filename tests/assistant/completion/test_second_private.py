"""What a model is told of private things that it lost: their codes, and no part of them, however short."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from assistant.text.masking.kinds import MASKED_KINDS
from tests.assistant.completion.asking import asked, click, using
from tests.assistant.harness import own_loop, service
from tests.fakes import FakeProvider

_ITEM = re.compile(r"^- (.*)$", re.MULTILINE)
_CODE = re.compile(r"ZQX\d+[A-Z]+")
_PLAIN = re.compile(r"\d+|[^\W\d_]+")
OWN = {
    "customer": r"(?:Herr|Frau|Mr\.?|Ms\.?) [A-Z]\w+(?: [A-Z]\w+)?",
    "address": r"[A-Z][\w-]+(?:stra\u00dfe|weg) \d+\w?",
    "reference": r"KD \d\d \d\d \d\d",
    "product": r"[A-Z]{2}(?:Pal|Box)\b",
}
CASES = {
    "<p>Call +33\n6\n12\n34\n56\n78 now</p>": ["33", "6", "12", "34", "56", "78"],
    "<p>Call +49\n  30\n  123\n  456 now</p>": ["49", "30", "123", "456"],
    "<p>Pay 1\n234,50 \u20ac today</p>": ["1", "234", "50"],
    "Dear Mr. Ng, we wrote to Ms. Li Wu today. All is well.": ["Ng", "Wu"],
    "Kind regards to all of you\n\nThanks,\nMs. Oz": ["Oz"],
    "<p>Bachstra\u00dfe 12 in Wien, Am Steinweg 7b</p>": ["12", "7"],
    "Bachstra\u00dfe 12 in Wien, Steinweg 7": ["12", "7"],
    "<p>Nummer KD 12\n34\n56 ist da</p>": ["KD", "12", "34", "56"],
    "We sent your ABBox and your XYPal in 3 days.": ["ABBox", "XYPal"],
}
"""Drafts, and the parts of private values in them."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guarded(
    running_fake: FakeProvider, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A service that shows its provider nothing private, of our own kinds neither."""
    state = tmp_path_factory.mktemp("guarded") / "var"
    async with service(state, mask_private=frozenset(MASKED_KINDS), **using(running_fake)) as client:
        patterns = [{"name": name, "pattern": pattern} for name, pattern in OWN.items()]
        document = {"patterns": patterns, "private": list(OWN)}
        assert (await client.put("/api/v1/ai/masking", json=document)).status_code == 200
        yield client


@own_loop
@pytest.mark.parametrize("draft", CASES, ids=range(len(CASES)))
async def test_no_part_of_a_private_value_is_told(
    guarded: httpx.AsyncClient, shared_fake: FakeProvider, draft: str
) -> None:
    """The second question has no word that the first did not have; the agent reads what is missing."""
    written = "Thanks for your patience, all is well."
    shared_fake.reply(f"<p>{written}</p>" if draft.startswith("<") else written)
    answer = await click(guarded, draft, detail=True)
    first, second = (json.loads(each.body)["messages"] for each in asked(shared_fake))
    told = " ".join(_ITEM.findall(second[-1]["content"]))
    assert _CODE.search(told), told
    seen = set(_PLAIN.findall(_CODE.sub(" ", first[-1]["content"])))
    said = _PLAIN.findall(_CODE.sub(" ", re.sub(r"\d+ more", "", told)))
    assert [part for part in CASES[draft] if part in said and part not in seen] == []
    agent = " ".join(answer.json()["data"]["warnings"])
    assert any(part in agent for part in CASES[draft])


async def test_what_the_model_has_read_is_named(state: Path) -> None:
    """A product, or a number that is no one's: told as it is, beside what is private."""
    with FakeProvider() as fake:
        fake.reply("Thanks for your patience, all is well.")
        async with service(state, mask_private=frozenset({"email"}), **using(fake)) as client:
            await click(client, "Write to max@shop.example about PayPal within 14 days, 3 times at most.")
        told = json.loads(asked(fake)[1].body)["messages"][-1]["content"]
    for value in ("PayPal", "14", "ZQX1MAIL"):
        assert value in told
    assert "max" not in re.sub("max_|at most", "", told)
