"""Whatever a draft, a wish or a customer says stays text: no role, no template, no script."""

from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from assistant.text.html.recognition import is_html
from tests.assistant.completion.asking import click, click_streamed, deltas_of, done_of, echo, events_of
from tests.assistant.completion.injections import HTML, TEXTS
from tests.assistant.harness import own_loop
from tests.fakes import FakeProvider

PROMPTS = ("reply_friendly", "improve", "translate")
ALL = (*TEXTS, *HTML)
_DANGEROUS = {"script", "style", "iframe", "object", "embed", "form", "input", "meta", "base", "link", "svg", "math"}
_SCHEMES = ("http:", "https:", "mailto:", "tel:", "cid:")


@pytest.fixture(autouse=True)
def fake(shared_fake: FakeProvider) -> FakeProvider:
    """A model that gives back what it gets."""
    shared_fake.reply(echo)
    return shared_fake


class Dangers(HTMLParser):
    """Finds what a browser would run or load."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag."""
        if tag in _DANGEROUS:
            self.found.append(tag)
        for name, value in attrs:
            written = "".join((value or "").split()).lower()
            leads = name in {"href", "src", "action", "data"} and ":" in written and not written.startswith(_SCHEMES)
            if name.startswith("on") or leads or "javascript:" in written or "data:" in written:
                self.found.append(f"{tag} {name}={value}")

    def handle_comment(self, data: str) -> None:
        """A comment has no place in a reply."""
        self.found.append(f"comment {data}")


def places(text: str) -> list[dict[str, Any]]:
    """Return requests that have a text in each place."""
    plain = "No, we can't refund it before Monday."
    return [
        {"content": text},
        {"content": plain, "instruction": text},
        {"content": plain, "selection": {"text": "No, we can't", "before": text, "after": text}},
        {"content": plain, "selection": {"text": text}},
    ]


def test_there_are_enough_of_them() -> None:
    """At least sixty, all different."""
    assert len(set(ALL)) == len(ALL) >= 60


@pytest.mark.parametrize("prompt", PROMPTS)
@own_loop
async def test_system_message_is_the_same_for_all_texts(
    client: httpx.AsyncClient, fake: FakeProvider, prompt: str
) -> None:
    """Byte by byte: nothing that is written anywhere gets into it, and there is one only."""
    systems: dict[bool, set[str]] = {True: set(), False: set()}
    for text in ALL:
        for more in places(text):
            body = {"content": "", "prompt_key": prompt, **more}
            if (await click(client, **body)).status_code == 200:
                first, *others = fake.requests[-1].json["messages"]
                drafted = body.get("selection", {}).get("text", body["content"])
                assert first["role"] == "system"
                assert {each["role"] for each in others} <= {"user", "assistant"}
                systems[is_html(drafted)].add(first["content"])
    assert [len(found) for found in systems.values()] == [1, 1], "one for HTML and one for text"
    assert len(fake.requests) > 3 * len(ALL)


@pytest.mark.parametrize("streamed", [True, False])
@own_loop
async def test_html_that_comes_back_is_safe(client: httpx.AsyncClient, streamed: bool) -> None:  # noqa: FBT001
    """A model that gives back a hostile draft: no script, no handler, no address that runs."""
    for text in ALL:
        if not is_html(text):
            continue
        for each in await answers(client, f"<p>It is on its way.</p>{text}", streamed=streamed):
            assert Dangers(each).found == [], text


@pytest.mark.parametrize("streamed", [True, False])
@own_loop
async def test_text_comes_back_as_text(client: httpx.AsyncClient, streamed: bool) -> None:  # noqa: FBT001
    """A model that changes nothing: each text comes back as it was, tokens that are none of ours included."""
    for text in TEXTS:
        if is_html(text):
            continue
        for each in await answers(client, text, streamed=streamed):
            assert each == text.strip(), text


@own_loop
async def test_model_that_makes_html_of_a_text_gives_no_html(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """A text draft never turns into markup, whatever the model says."""
    fake.reply('<p onclick="x()">It is on its way.</p><script>alert(1)</script>')
    answer = await click(client, "it is on its way")
    assert answer.json()["data"] == "It is on its way."


@own_loop
async def test_model_that_invents_html_in_html_gives_only_what_is_safe(
    client: httpx.AsyncClient, fake: FakeProvider
) -> None:
    """The model may be the attacker: what it adds passes the same list."""
    for number, hostile in enumerate(HTML):
        fake.reply(f"<p>It is on its way.</p>{hostile}")
        for streamed in (True, False):
            for each in await answers(client, f"<p>it is on its way: {number} {streamed}</p>", streamed=streamed):
                assert Dangers(each).found == [], hostile


async def answers(client: httpx.AsyncClient, text: str, *, streamed: bool) -> list[str]:
    """Return all texts that an agent sees: the answer, and what a stream shows before."""
    if not streamed:
        return [(await click(client, text, detail=True)).json()["data"]["text"]]
    events = events_of((await click_streamed(client, text)).text)
    return [deltas_of(events), done_of(events)["text"]]
