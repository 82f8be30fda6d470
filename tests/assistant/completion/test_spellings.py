"""However a private value is spelled, the provider reads no part of it, and the agent gets back what they wrote."""

import html
import json
import re
import unicodedata
from itertools import permutations, product

import httpx
import msgspec
import pytest

from assistant.text.html.sanitising import safe_html
from tests.assistant.completion.asking import asked, click, click_streamed, deltas_of, echo, events_of
from tests.assistant.completion.ordinary import SENTENCES
from tests.assistant.completion.spellings import BESIDE, HTML, LABELS, SEAMS, Probe, probes
from tests.assistant.harness import own_loop
from tests.fakes import FakeProvider

BEFORE, AFTER = "Hello, we have", "now"
_TOKEN = re.compile(r"ZQX\d+[A-Z]+")
_TAG = re.compile(r"<[^<>]*>")
_READABLE = 4  # letters or digits of a value that give something away
_ENTITIES = {"\u00a0": "&nbsp;", "\u00ad": "&shy;", "\u200b": "&#8203;", "\u202f": "&#x202F;", "–": "&ndash;"}  # noqa: RUF001


@pytest.fixture(autouse=True)
def fake(shared_fake: FakeProvider) -> FakeProvider:
    """A provider that changes nothing."""
    shared_fake.reply(echo)
    return shared_fake


def squeezed(text: str) -> str:
    """Return the letters and digits of a text, whatever they look like and whatever stands between them."""
    signs = unicodedata.normalize("NFKD", html.unescape(text)).casefold()
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in signs if sign.isalnum())


def readable(value: str, sent: str) -> list[str]:
    """Return the parts of a value that can be read in what a provider got."""
    seen = squeezed(_TOKEN.sub("", sent))
    whole = squeezed(_TAG.sub("", value))
    size = min(_READABLE, len(whole))
    return [part for at in range(len(whole) - size + 1) if (part := whole[at : at + size]) in seen]


def sent_draft(fake: FakeProvider) -> str:
    """Return the draft as the provider got it last, without the sentence around the value."""
    draft = str(json.loads(asked(fake)[-1].body)["messages"][-1]["content"])
    assert BEFORE in draft
    assert AFTER in draft
    return draft.replace(BEFORE, "").replace(AFTER, "")


@own_loop
async def test_no_spelling_in_a_text_is_readable(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """Each kind of value in each spelling, in a draft that is text."""
    found = probes()
    assert len(found) > 113
    leaks = []
    for probe in found:
        draft = f"{BEFORE} {probe.before}{probe.value}{probe.after} {AFTER}."
        answer = await click(client, draft)
        assert answer.json()["data"] == draft
        if parts := readable(probe.value, sent_draft(fake)):
            leaks.append((probe.value, parts, sent_draft(fake)))
    assert leaks == []


async def _shown(client: httpx.AsyncClient, draft: str, *, streamed: bool) -> str:
    """Return the answer, or what its deltas say together."""
    if not streamed:
        return str((await click(client, draft)).json()["data"])
    return safe_html(deltas_of(events_of((await click_streamed(client, draft)).text)), draft)


def as_html(probe: Probe) -> Probe:
    """Return a spelling as a composer writes it."""
    value = html.escape(probe.value, quote=False).replace("&amp;#", "&#")
    value = "".join(_ENTITIES.get(sign, sign) for sign in value).replace("\n", "<br>")
    return msgspec.structs.replace(probe, value=value)


@own_loop
async def test_no_spelling_in_html_is_readable(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """The same in HTML drafts, with entities, line breaks and tags in the middle."""
    leaks = []
    for number, probe in enumerate([*map(Probe, HTML), *map(as_html, probes()[::2])]):
        draft = f"<p>{BEFORE} {probe.before}{probe.value}{probe.after} {AFTER}.</p>"
        shown = await _shown(client, draft, streamed=number % 3 == 0)
        assert html.unescape(shown) == html.unescape(safe_html(draft, draft))
        if parts := readable(probe.value, sent_draft(fake)):
            leaks.append((probe.value, parts, sent_draft(fake)))
    assert leaks == []


@own_loop
async def test_no_value_beside_another_is_readable(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """With a tag or a dash between two values, or between one and a word, each is hidden and words stay."""
    pairs = [*permutations(BESIDE, 2), *product(LABELS, BESIDE), *product(BESIDE, LABELS)]
    leaks = []
    for seams in (SEAMS[at : at + 3] for at in range(0, len(SEAMS), 3)):
        lines = [(seam, pair) for seam in seams for pair in pairs]
        draft = "".join(f"<p>{one}{seam}{other}</p>" for seam, (one, other) in lines)
        await click(client, draft)
        sent = str(json.loads(asked(fake)[-1].body)["messages"][-1]["content"]).split("</p>")
        leaks += [(line, seen) for line, seen in zip(lines, sent, strict=False) if _shows(*line, seen)]
    assert leaks == []


def _shows(seam: str, pair: tuple[str, str], sent: str) -> bool:
    """Tell whether a value can be read, or a word beside a tag can't; a word behind a dash may belong to a link."""
    for value, other in (pair, pair[::-1]):
        if value not in LABELS and readable(value, sent.replace(other, "", 1) if other in LABELS else sent):
            return True
    return "<" in seam and any(part.isalpha() and part not in sent for part in pair)


def test_this_test_would_see_a_leak() -> None:
    """Each value is read in a draft that shows it, and in one that shows half of it."""
    for probe in probes():
        assert readable(probe.value, f"x {probe.value} y")
        assert len(squeezed(probe.value)) < 2 * _READABLE or readable(
            probe.value, f"x {probe.value[-len(probe.value) // 2 - 2 :]} ZQX1PHONE"
        )


@own_loop
async def test_ordinary_sentences_reach_the_provider_as_they_are(client: httpx.AsyncClient, fake: FakeProvider) -> None:
    """Versions, dates, hours, ranges, lists, tables, files and sentences without a space between them hide nothing."""
    assert len(SENTENCES) >= 80
    escaped = [html.escape(sentence, quote=False) for sentence in SENTENCES]
    drafts = [*SENTENCES, "".join(f"<p>{sentence}</p>" for sentence in escaped)]
    drafts += [f"<p><b>Note</b><i>{sentence}</i><b>Good</b></p>" for sentence in escaped]
    changed = []
    for draft in drafts:
        await click(client, draft)
        sent = str(json.loads(asked(fake)[-1].body)["messages"][-1]["content"])
        if sent != draft:
            changed.append((draft, sent))
    assert changed == []
