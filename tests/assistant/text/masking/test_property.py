"""Whatever a draft holds and a model does: a faithful one loses nothing, and no loss of another one is silent."""

import os
import re
from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.text.answers.finishing import Finished, finish_text
from assistant.text.answers.streaming import StreamText
from assistant.text.html.arranging import without_empty_paragraphs
from assistant.text.html.recognition import is_html
from assistant.text.html.sanitising import safe_html
from assistant.text.masking.equal_values import common_form
from assistant.text.masking.masking import Mask, MaskingRules
from tests.assistant.text.masking.building import HTML, TEXTS, TOKEN, distorted, streamed

COMMON = settings(max_examples=300 * int(os.environ.get("EXAMPLES_FACTOR", "1")), deadline=None)
CUTS = st.lists(st.integers(1, 9), min_size=1, max_size=6)
DRAFTS = TEXTS.filter(lambda draft: bool(draft.strip())) | HTML


@COMMON
@given(DRAFTS, CUTS)
def test_a_faithful_model_gives_the_draft_back(draft: str, cuts: list[int]) -> None:
    """What comes back is the draft to the letter, at once and in pieces; nothing is reported."""
    html = is_html(draft)
    mask = Mask(MaskingRules())
    answer = mask.hide(draft, html=html)
    finished = finish_text(answer, mask=mask, draft=draft, html=html)
    assert finished == Finished(text=seen(draft, draft) if html else draft.strip())
    shown = streamed(StreamText(mask, html=html, draft=draft), answer, cuts)
    assert (seen(shown, draft) if html else shown) == finished.text


@COMMON
@given(DRAFTS, CUTS, st.data())
def test_no_loss_is_silent_and_no_token_leaks(draft: str, cuts: list[int], data: st.DataObject) -> None:
    """A thing that the model left out is reported, and deltas say what the answer says."""
    html = is_html(draft)
    mask = Mask(MaskingRules())
    answer = distorted(mask.hide(draft, html=html), lambda most: data.draw(st.integers(0, most - 1)))
    finished = finish_text(answer, mask=mask, draft=draft, html=html)
    plain = unescape(finished.text)
    for number in mask.things.expected:
        value = mask.things.by_number[number].value
        there = any(spelling in plain for spelling in spellings(mask, number))
        assert (value in finished.missing) == (not there)
    shown = streamed(StreamText(mask, html=html, draft=draft), answer, cuts)
    assert (closed(seen(shown, draft)) if html else shown) == (closed(finished.text) if html else finished.text)
    own = sum(draft.upper().count(tag) for tag in ("ZQX7LINK", "ZQX"))
    assert len(TOKEN.findall(finished.text)) <= own * answer.upper().count("ZQX")


def spellings(mask: Mask, number: int) -> set[str]:
    """Return how a draft spells a thing: an answer may tell it once where the draft does so in two ways."""
    thing = mask.things.by_number[number]
    form = common_form(thing.kind, thing.value)
    all_things = map(mask.things.by_number.__getitem__, mask.things.expected)
    alike = {
        each.value for each in all_things if each.kind == thing.kind and common_form(each.kind, each.value) == form
    }
    return {thing.value} if form is None else alike


def seen(text: str, draft: str) -> str:
    """Return HTML as a composer has it: its tags closed and in order, and no empty paragraphs but the draft's."""
    return without_empty_paragraphs(safe_html(text, draft), draft)


def closed(html: str) -> str:
    """Leave out white space behind a block, which no one sees: of a stray end tag less may be left at the end."""
    return re.sub(r"(</(?:p|li|ul|ol|div|blockquote|h\d|t[dhr]|table)>)\s+", r"\1", html)
