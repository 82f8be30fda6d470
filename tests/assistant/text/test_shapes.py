"""Whatever a draft or an answer consists of: all that is done with both takes time in proportion to their length."""

import re

import pytest

from assistant.completion.losses import certain, led_out, lost, refusal_of
from assistant.text.answers.finishing import finish_text
from assistant.text.answers.streaming import StreamText
from assistant.text.emptiness import is_empty
from assistant.text.guards.base import GuardOptions
from assistant.text.guards.redaction import redaction_of
from assistant.text.guards.registry import GUARDS, check
from assistant.text.html.plain_drafts import plain_draft, with_links
from assistant.text.html.recognition import is_html, with_words_shown
from assistant.text.masking.kinds import KINDS
from assistant.text.masking.masking import Mask, MaskingRules
from assistant.text.word_diff import word_diff
from tests.assistant.text.shapes import MARKUP, TEXTS, Shape, text_of
from tests.growth import Stages, stages_grow_no_faster

pytestmark = pytest.mark.usefixtures("no_collection")

SIZE = 2048
LONGEST = 64 * 1024
SHORT = "Hi Ana, thank you. See you."
TOKEN = re.compile(r"ZQX\d+[A-Z]+")
OTHERS = 500_000  # number from which on pieces are none of the draft's
DELTA = 4
WORST = ("six-digit numbers", "at signs", "hashes", "rows of signs", "placeholders", "links")
"""What has once taken seconds."""


def streamed(mask: Mask, draft: str, answer: str, *, html: bool) -> None:
    """Show an answer as it comes, a few characters at a time."""
    stream = StreamText(mask, html=html, draft=draft)
    for start in range(0, len(answer), DELTA):
        stream.feed(answer[start : start + DELTA])
    stream.finish()


def there_and_back(stages: Stages, draft: str, answer: str | None, *, html: bool) -> None:
    """Do all that is done with a draft and an answer; without one, each token of the draft comes back broken."""
    take = stages.take
    take("prepared", lambda: (is_html(draft), with_words_shown(draft), is_empty(draft, html=html)))
    mask = Mask(MaskingRules(private=KINDS if answer is None else frozenset()))
    hidden = take("hidden", mask.hide, draft, html=html)
    answer = TOKEN.sub("[x]", hidden) if answer is None else answer
    take("streamed", streamed, mask, draft, answer, html=html)
    finished = take("finished", finish_text, answer, mask=mask, draft=draft, html=html)
    if html:
        take("plain", lambda: (plain_draft(draft), with_links(finished.text, draft)))
    shown = redaction_of({thing.value: token for token, thing in mask.tokens.items()}, (hidden, answer))
    found = tuple(
        breach
        for guard in GUARDS
        for breach in take(guard, check, [guard], draft, finished.text, html=html, options=GuardOptions(), shown=shown)
    )
    found = take("certain", certain, found, finished)
    take("told", lambda: (lost(finished, found, shown), led_out(finished, shown), refusal_of(found)))
    take("compared", word_diff, draft, finished.text)


def made(shape: Shape, size: int, *, html: bool, first: int = 1000) -> str:
    """Return a text of one shape that is HTML where it has to be."""
    text = text_of(shape, size, first)
    return f"<p>{text}</p>" if html else text


@pytest.mark.parametrize("html", [False, True], ids=["text", "html"])
@pytest.mark.parametrize("name", [*TEXTS, *MARKUP])
def test_each_step_takes_time_in_proportion(name: str, *, html: bool) -> None:
    """As a draft, as an answer, and as both where nothing of the one is in the other."""
    shape = (TEXTS | MARKUP)[name]
    short = made(lambda _: SHORT, len(SHORT), html=html)

    def work(size: int, stages: Stages) -> None:
        there_and_back(stages, made(shape, size, html=html), made(shape, size, html=html, first=OTHERS), html=html)

    def alone(size: int, stages: Stages) -> None:
        text = made(shape, size, html=html)
        there_and_back(stages, short, text, html=html)
        there_and_back(stages, text, short, html=html)

    stages_grow_no_faster(work, SIZE // 2)
    stages_grow_no_faster(alone, SIZE // 2)


@pytest.mark.parametrize("name", [*TEXTS, *MARKUP])
def test_what_comes_back_broken_takes_no_longer(name: str) -> None:
    """Everything in it is hidden, and each token is lost."""
    html = name in MARKUP
    shape = (TEXTS | MARKUP)[name]
    stages_grow_no_faster(
        lambda size, stages: there_and_back(stages, made(shape, size, html=html), None, html=html), SIZE
    )


@pytest.mark.parametrize("name", WORST)
def test_the_longest_drafts_take_no_longer(name: str) -> None:
    """Up to the largest draft there is."""

    def work(size: int, stages: Stages) -> None:
        there_and_back(stages, made(TEXTS[name], size, html=False), SHORT, html=False)

    stages_grow_no_faster(work, LONGEST // 4)
