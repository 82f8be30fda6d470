"""From what a model wrote to the answer."""

import html as markup

from msgspec import Struct

from assistant.text.answers.cleaning import Unwrapper, trim, without_opening
from assistant.text.answers.streaming import Shown
from assistant.text.html.arranging import arrange, without_empty_paragraphs
from assistant.text.html.conversion import to_text, with_text_shown
from assistant.text.links.schemes import REFUSED, scheme_of
from assistant.text.masking.equal_values import addresses_shown, common_form
from assistant.text.masking.kinds import Kind
from assistant.text.masking.masking import Mask
from assistant.text.masking.revealing import Revealer, Thing

MOST_SEARCHED = 1000
"""Hidden things that are looked for in an answer's text; of the others, only their tokens tell."""


class Finished(Struct, frozen=True, kw_only=True):
    """An answer, and what became of the things that were hidden in the draft.

    `missing` are things that the answer lacks altogether, in any form; a rewrite may join two sentences, and have one
    less often. `withheld` are things that a link which the model made up would have carried; it does not.
    """

    text: str
    missing: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


def finish_text(answer: str, *, mask: Mask, draft: str, html: bool) -> Finished:
    """Return what the agent gets of a whole answer.

    It says what the deltas of `StreamText` say together, but for what only the end can tell: quotation marks around the
    whole, a note at the end, HTML in answer to text or the other way round.

    Args:
        answer: what the model wrote.
        mask: which hid things in what the model was given.
        draft: the draft, as the agent wrote it.
        html: whether the draft is HTML.
    """
    unwrapper = Unwrapper(draft)
    inner = trim(unwrapper.feed(without_opening(answer, draft)) + unwrapper.finish(), draft)
    inner = arrange(with_text_shown(inner, draft, mask), draft) if html else to_text(inner, draft)
    shown = Shown(mask, html=html, draft=draft)
    text = shown.whole(inner)
    if html:
        text = without_empty_paragraphs(shown.safe(text).strip(), draft)
    return _reported(text, shown.revealer, mask, html=html)


def _reported(text: str, revealer: Revealer, mask: Mask, *, html: bool) -> Finished:
    """Compare what the answer holds with what the draft held."""
    plain = markup.unescape(text) if html else text
    missing: list[Thing] = []
    for place, number in enumerate(mask.things.expected):
        thing = mask.things.by_number[number]
        if scheme_of(thing.value) in REFUSED:
            continue  # no answer may hold such a link
        if not (thing.value in plain if place < MOST_SEARCHED else number in revealer.seen):
            missing.append(thing)  # it was left out, or went with a tag that must not pass
    return Finished(
        text=text,
        missing=_lacking(missing, plain, mask),
        withheld=tuple(mask.things.by_number[number].value for number in sorted(revealer.withheld)),
    )


def _lacking(missing: list[Thing], plain: str, mask: Mask) -> tuple[str, ...]:
    """Return what is missing and not there in another form: a rewrite may join `#99812` and `ticket 99812`."""
    if not missing:
        return ()
    gone = {thing.value for thing in missing}
    things = [mask.things.by_number[number] for number in mask.things.expected]
    there = {(thing.kind, common_form(thing.kind, thing.value)) for thing in things if thing.value not in gone}
    shown = addresses_shown((thing.value for thing in missing if thing.kind == "link"), plain)
    return tuple(thing.value for thing in missing if thing.value not in shown and not _is_there(thing, there))


def _is_there(thing: Thing, there: set[tuple[Kind, str | None]]) -> bool:
    form = common_form(thing.kind, thing.value)
    return form is not None and (thing.kind, form) in there
