"""Shipped templates, broken in every way that a hand or a program breaks them: told, or as good as before."""

import os
import random
import time
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.errors import BrokenTemplateError, Problem
from prompts.layers import compile_on, read_layers, with_newlines
from prompts.template import Prompt
from prompts.variables import Value

pytestmark = pytest.mark.usefixtures("no_collection")

FACTOR = int(os.environ.get("EXAMPLES_FACTOR", "1"))
CASES, SECONDS = 400 * FACTOR, 0.2  # of a prompt; seconds of the processor, on average over its cases
LAYERS, _ = read_layers(())
SHIPPED = {name: LAYERS[0].sources[name].text for name in LAYERS[0].prompts}
PIECES = (
    *(
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "---",
        "\n",
        "\t",
        ":",
        "'",
        '"',
        "[",
        "]",
        "- ",
        "|",
        "\0",
        "\u202e",
        "\ud800",
    ),
    *("{{ content }}", "{{ tone }}", "{% for x in y %}", "{% endfor %}", "{% block system %}", "{% endblock %}"),
    *("{% include '_style.j2' %}", "{% include 'x' %}", "{{ ''.__class__ }}", "{{ 9 ** 9 }}", "{{ x | center(9) }}"),
    *("title: x", "guards: [links]", "variables: {a: {type: list}}", "&a", "*a", "!!python/name:os.system"),
)
EXAMPLES: dict[str, Value] = {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "list": ["a", "b"]}


def mutated(text: str, dice: random.Random) -> str:
    """Break a text in one to four places: cut, doubled, swapped, or with something in it."""
    for _ in range(dice.randint(1, 4)):
        start = dice.randrange(len(text) + 1)
        end = min(len(text), start + dice.randint(0, 40))
        piece = dice.choice((*PIECES, "", text[start:end] * 2, text[start:end][::-1]))
        text = text[:start] + piece + text[dice.choice((start, end)) :]
    return text


def accepted(text: str) -> Prompt | None:
    """Return what a text compiles to; nothing when it is refused."""
    try:
        return compile_on(LAYERS, "mine", text)
    except BrokenTemplateError as error:
        check_places(error.problems, with_newlines(text).count("\n") + 2)
        return None


def check_places(problems: Iterable[Problem], lines: int) -> None:
    """See that each problem has a sentence, and a line that is there."""
    for each in problems:
        assert each.reason
        assert each.line is None or 0 < each.line <= lines or each.file != "mine.j2"


def given_to(prompt: Prompt) -> dict[str, Value]:
    """Return values for the variables that a request must set."""
    found: dict[str, Value] = {}
    for name, variable in prompt.variables.items():
        if variable.required:
            found[name] = variable.choices[0] if variable.choices else EXAMPLES[variable.type]
    return found


def render(prompt: Prompt) -> Iterator[str]:
    """Render a prompt in each way that there is."""
    values = prompt.resolve(given_to(prompt))
    for html in (False, True):
        yield from (turn.content for turn in prompt.render("a <b>draft</b>", values, html=html))
    yield from (turn.content for turn in prompt.render_brief("a draft", values))


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_mutated_template_is_told_or_renders(name: str) -> None:
    """Nothing else is ever raised, nothing takes long, and what is let through renders."""
    dice = random.Random(name)  # noqa: S311 - the same cases in each run
    passed, begun = 0, time.process_time()
    for _ in range(CASES):
        prompt = accepted(mutated(SHIPPED[name], dice))
        if prompt is not None:
            passed += 1
            assert sum(map(len, render(prompt))) < 400_000
    assert (time.process_time() - begun) / CASES < SECONDS
    assert 0 < passed < CASES, "the mutations are neither harmless nor always deadly"


@settings(max_examples=200 * FACTOR, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=30).map("".join))
def test_any_text_is_told_or_renders(body: str) -> None:
    """Whatever is put together below good front matter."""
    blocks = "{% block system %}x{% endblock %}{% block user %}{{ content }}{% endblock %}"
    prompt = accepted(f"---\ntitle: A\nbrief: b\n---\n{body}{blocks}")
    if prompt is not None:
        assert all(isinstance(each, str) for each in render(prompt))
