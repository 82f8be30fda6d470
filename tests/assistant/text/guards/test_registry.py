"""All guards together: their names, what they take, and how they are worded."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from assistant.text.guards import registry
from assistant.text.guards.base import GuardOptions
from assistant.text.guards.registry import GUARDS, check
from prompts.front_matter import Guard
from prompts.registry import PromptRegistry
from tests.assistant.text.guards.checking import ask_all, faithful
from tests.customers import conversations, guidelines, messages
from tests.growth import grows_no_faster, repeated
from tests.prompts.answers import GOOD

pytestmark = pytest.mark.usefixtures("no_collection")

HELPDESK = Path(registry.__file__).parents[2] / "desk" / "sample" / "helpdesk.json"
PLAIN = GuardOptions()
SIZE = 64 * 1024
EDITS: dict[str, Callable[[str], str]] = {
    "none": lambda text: text,
    "a capital": lambda text: text[:1].upper() + text[1:],
    "white space": lambda text: " ".join(text.split()),
    "typographic": lambda text: re.sub(r'"([^"\n]*)"', "\u201c\\1\u201d", text).replace("'", "\u2019"),
    "a list": lambda text: "\n".join(f"{n}. {part}" for n, part in enumerate(re.split(r"(?<=[.?!])\s+", text), 1)),
    "no contractions": lambda text: text.replace("I'm", "I am").replace("can't", "cannot").replace("n't", " not"),
    "small numbers in words": lambda text: re.sub(r"(?<![\w.,:/-])2(?![\w.,:/-])", "two", text),
    "a full stop": lambda text: text.rstrip(" .!?") + ".",
}
HOSTILE = {
    "one letter": "a",
    "capitals": "A",
    "digits": "1",
    "digits apart": "1 ",
    "digits with points": "1.",
    "digits and letters": "A1",
    "letters and digits in turn": "1A1 ",
    "dates": "1/1/",
    "times": "1h11",
    "list numbers": "1. \n",
    "addresses": "a@a.",
    "at signs": "a@",
    "hosts": "a.com.",
    "hosts with paths": "a.b/",
    "links": "https://",
    "brackets": "([{",
    "closing brackets": "https://a.com/)",
    "quotes": '"a ',
    "typographic quotes": "\u201ca",
    "German quotes": "\u201e",
    "backticks": "`a",
    "fences": "```",
    "tags": "<p>",
    "opening brackets of tags": "<a",
    "attributes": '<a b="',
    "attributes without value": "<a b=' c=",
    "closing tags": "</p>",
    "scripts": "<script>",
    "styles closed": "<style></style>",
    "entities": "&amp",
    "comments": "<!--",
    "greetings": "Hi Al ",
    "closings": "Best regards\n",
    "closings on one line": ". Best Al",
    "dashes": "- Al\n",
    "CamelCase": "aB",
    "products": "PayPal ",
    "placeholders": "[your name",
    "whole placeholders": "{{a}}[name]",
    "eastern dates": "5月3日",
    "halves": "half 3:30 ",
    "preambles": "Here is the version ",
    "labels": "revised more ",
    "notes": "\nNote: ",
    "spaces": " ",
    "lines": "\n",
    "Cyrillic": "и ",
    "Arabic digits": "٣",
    "ideographs": "十二",
    "accents": "e\u0301",
    "marks": "\u0301",
    "invisible": "\u200b",
    "half characters": "\udc00",
}


def test_prompts_may_name_every_guard_and_no_other() -> None:
    """What the front matter takes is what there is."""
    assert get_args(Guard) == tuple(GUARDS)


def test_refuses_an_unknown_guard() -> None:
    """A name that is no guard's is a mistake of the program, not of the prompt."""
    with pytest.raises(KeyError):
        check(["smileys"], "a", "b", html=False, options=PLAIN)


def test_finds_nothing_without_guards() -> None:
    """A prompt that lists no guard takes any answer."""
    assert check([], "Order 4711", "", html=False, options=PLAIN) == ()


def test_reports_in_the_order_asked_for() -> None:
    """The prompt's order is the order of the warnings."""
    pair = ("See https://example.com/a for 12", "See it.")
    found = check(["numbers", "links"], *pair, html=False, options=PLAIN)
    assert [breach.guard for breach in found] == ["numbers", "links"]


def test_tells_the_model_only_what_it_knows() -> None:
    """Values stand as tokens in the instruction, and as themselves in the message for the agent."""
    draft = 'Hi Sam, "Access denied" is due to order 48213, see https://example.com/a.\n\nBest regards,\nAnna'
    found = check(
        list(GUARDS), draft, "Done, thanks.", html=False, options=PLAIN, shown=lambda value: f"<{len(value)}>"
    )
    assert len(found) >= 4
    for breach in found:
        assert not re.search(r"48213|example|Sam|Anna|Access", breach.instruction), breach
    assert "48213" in " ".join(breach.message for breach in found)
    assert "the link <21>." in found[0].instruction


def test_names_a_few_and_counts_the_rest() -> None:
    """A message stays short, however much is lost, and on one line."""
    draft = " ".join(str(number) for number in range(1000, 1100)) + f' "{"very " * 50}long"'
    found = check(["numbers", "quotes"], draft.replace(" ", ", "), "x", html=False, options=PLAIN)
    assert found[0].message == "The numbers 1000, 1001, 1002 and 97 more are missing."
    assert all(len(breach.message) < 300 and "\n" not in breach.message for breach in found)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, str) and " " in value:
        yield value


def _real_texts() -> list[str]:
    turns = [each for conversation in conversations() for each in (*conversation, "\n".join(conversation))]
    return [*messages(), *turns, *_strings(guidelines())]


@pytest.mark.parametrize("edit", EDITS)
def test_raises_no_false_alarm_on_real_texts(edit: str) -> None:
    """Of what people wrote none is reported when it stays as it is, and of a part none when edited trivially."""
    texts = _real_texts()[:: 1 if edit == "none" else 8]
    alarms = {text: ask_all(faithful(text, EDITS[edit](text))) for text in texts}
    assert {text: found for text, found in alarms.items() if found} == {}


@pytest.mark.parametrize("edit", EDITS)
def test_raises_no_false_alarm_on_the_sample_helpdesk(edit: str) -> None:
    """Neither do letters in English, German and Spanish, with links, codes, signatures and HTML."""
    for text in _strings(json.loads(HELPDESK.read_text(encoding="utf-8"))):
        html = "<p>" in text
        if html and edit != "none":
            continue
        assert ask_all(faithful(text, EDITS[edit](text), html=html)) == [], text


def test_raises_no_false_alarm_on_good_answers() -> None:
    """The answers that the tests of the shipped prompts call good pass the guards of those prompts."""
    prompts = PromptRegistry.load()
    alarms = []
    for key, answers in GOOD.items():
        prompt = prompts.get(key)
        for test, good in zip(prompt.tests, answers, strict=True):
            language = str(test.variables["language"]) if "language" in test.variables else None
            for answer in good:
                options = GuardOptions(language=language)
                found = check(prompt.guards, test.content, answer, html="<p>" in test.content, options=options)
                alarms += [(key, answer, breach.message) for breach in found]
    assert alarms == []


def test_raises_no_false_alarm_on_the_examples() -> None:
    """Neither do the examples that the model is shown."""
    for prompt in PromptRegistry.load().prompts:
        for example in prompt.examples:
            language = str(example.variables["language"]) if "language" in example.variables else None
            options = GuardOptions(language=language)
            found = check(prompt.guards, example.content, example.reply, html=False, options=options)
            assert found == (), (prompt.key, example.content)


@pytest.mark.parametrize("html", [False, True], ids=["text", "html"])
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=list(HOSTILE))
def test_stays_quick_whatever_a_text_holds(piece: str, *, html: bool) -> None:
    """Twice as much of anything, on either side, takes about twice as long."""

    def compare(size: int) -> None:
        long = repeated(piece, size)
        for draft, answer in ((long, "Hi Al, see 1."), ("Hi Al, see 1.", long)):
            check(list(GUARDS), draft, answer, html=html, options=PLAIN)

    grows_no_faster(compare, SIZE // 8)
