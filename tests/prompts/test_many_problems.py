"""Prompts with very many mistakes, or very long ones: how many problems are told, and that it takes no time."""

from collections.abc import Callable

import pytest

from prompts.errors import LONGEST_REASON, MOST_PROBLEMS, BrokenTemplateError, Problem
from prompts.layers import compile_on, read_layers
from prompts.variables import MAX_VARIABLES
from tests.growth import grows_no_faster

pytestmark = pytest.mark.usefixtures("no_collection")

SIZE = 50_000
LAYERS, _ = read_layers(())
BODY = "{% block system %}x{% endblock %}{% block user %}{{ content }}{% endblock %}"


def head(more: str) -> str:
    """Return front matter."""
    return f"---\ntitle: A\nbrief: b\n{more}\n---\n"


def inside(body: str, more: str = "variables: {tone: {type: string, default: x}}") -> str:
    """Return a prompt with something in its system block."""
    return head(more) + BODY.replace("x", body, 1)


def counted(piece: str, size: int) -> str:
    """Return a piece again and again, with another number each time."""
    return "".join(piece.replace("#", str(number)) for number in range(size // (len(piece) + 4)))


MANY: dict[str, Callable[[int], str]] = {
    "unknown names": lambda size: inside(counted("{{ x# }}\n", size)),
    "unknown names on one line": lambda size: inside(counted("{{ x# }}", size)),
    "unknown names that are like many others": lambda size: inside(
        counted("{{ abcdefgh# }}\n", size), "variables:\n" + counted("  abcdefghi#: {type: string}\n", 2500)
    ),
    "unknown filters": lambda size: inside(counted("{{ tone | f# }}\n", size)),
    "macros": lambda size: inside(counted("{% macro m#() %}{% endmacro %}\n", size)),
    "sums": lambda size: inside(counted("{{ 1 + # }}\n", size)),
    "names that are taken": lambda size: inside("{% set tone = 1 %}\n" * (size // 20)),
    "loops over nothing known": lambda size: inside(counted("{% for x in y# %}{% endfor %}\n", size)),
    "blocks that nothing places": lambda size: head("") + counted("{% block b# %}{% endblock %}", size) + BODY,
    "texts outside of blocks": lambda size: head("") + counted("{% block b# %}{% endblock %}#\n", size) + BODY,
    "unknown fields": lambda size: head(counted("f#: 1\n", size)) + BODY,
    "a field twice": lambda size: head("description: a\n" * (size // 15)) + BODY,
    "wrong assertions": lambda size: (
        head("tests: [{content: a, assert: [" + "{type: x}," * (size // 10) + "]}]") + BODY
    ),
    "wrong expressions": lambda size: (
        head("tests:\n- content: a\n  assert:\n" + counted("  - {type: regex, value: '(#'}\n", size)) + BODY
    ),
    "wrong tags": lambda size: head("guards: [" + "!a x," * (size // 5) + "]") + BODY,
    "comments behind texts": lambda size: head("title: a # b\n" * (size // 13)) + BODY,
    "values that are no choice": lambda size: inside(
        "{{ v }}",
        "variables: {v: {type: choice, default: c0, choices: ["
        + counted("c#, ", size // 2)
        + "]}}\ntests:\n"
        + "- {content: a, variables: {v: q}, assert: []}\n" * (size // 92),
    ),
    "fields of a field with an endless name": lambda size: (
        head("variables:\n  ? " + "a" * (size // 2) + " b\n  : {" + counted("a#: 1,", size // 2) + "}") + BODY
    ),
}
ONE: dict[str, Callable[[int], str]] = {
    "an endless name": lambda size: inside("{{ " + "a" * size + " }}"),
    "an endless field": lambda size: head("? " + "a" * size + " b\n: x") + BODY,
    "an endless field with dots": lambda size: head("? " + "a." * (size // 2) + "\n: x") + BODY,
    "an endless tag": lambda size: inside("{% " + "a" * size + " %}"),
    "an endless filter": lambda size: inside("{{ tone | " + "a" * size + " }}"),
    "an endless part": lambda size: inside('{% include "_' + "a" * size + '.j2" %}'),
    "an endless title": lambda size: "---\ntitle: |\n  " + "a" * size + "\n  b\nbrief: b\n---\n" + BODY,
    "an endless number": lambda size: head("scope: {teams: 0x" + "f" * size + "}") + BODY,
    "an endless number in a list": lambda size: head("scope: {teams: [0x" + "f" * size + "]}") + BODY,
    "an endless number of words": lambda size: (
        head("tests: [{content: a, assert: [{type: max-words, value: 0x" + "f" * size + "}]}]") + BODY
    ),
    "aliases of aliases": lambda size: head("a: &a [x, x]\n" + counted("b#: &b# [*a, *a]\n", size)) + BODY,
    "brackets in brackets": lambda size: head("x: " + "[" * (size // 2) + "]" * (size // 2)) + BODY,
    "brackets in an expression": lambda size: inside("{{ " + "[" * (size // 2) + "]" * (size // 2) + " }}"),
    "open braces": lambda size: inside("{{" * (size // 2)),
    "a chain of filters": lambda size: inside("{{ tone" + "|upper" * (size // 6) + " }}"),
    "a chain of powers": lambda size: inside("{{ " + "9**" * (size // 3) + "9 }}"),
    "a power of texts": lambda size: inside("{{ 'a' * 10 ** 9 }}" + "x" * size),
    "conditions in conditions": lambda size: inside("{% if tone %}" * (size // 25) + "{% endif %}" * (size // 25)),
    "loops in loops": lambda size: inside("{% for x in y %}" * (size // 30) + "{% endfor %}" * (size // 30)),
    "too many variables": lambda size: head("variables:\n" + counted("  v#: {type: string}\n", size)) + BODY,
}


def refused(source: str) -> tuple[Problem, ...]:
    """Return what is wrong with a prompt."""
    with pytest.raises(BrokenTemplateError) as error:
        compile_on(LAYERS, "hostile", source)
    return error.value.problems


@pytest.mark.parametrize("what", MANY)
def test_fifty_problems_are_told(what: str) -> None:
    """And that there are more; twice as many take twice the time."""
    problems = refused(MANY[what](SIZE))
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1].reason == "there are more than 50 problems; fix these first"
    assert sum(len(problem.reason) for problem in problems) < 20_000
    grows_no_faster(lambda size: refused(MANY[what](size)), SIZE // 4)


@pytest.mark.parametrize("what", ONE)
def test_endless_mistake_is_told_in_a_sentence(what: str) -> None:
    """What an author wrote does not stand in it at full length."""
    problems = refused(ONE[what](SIZE))
    assert len(problems) < 10
    assert all(len(problem.reason) <= LONGEST_REASON for problem in problems)
    grows_no_faster(lambda size: refused(ONE[what](size)), SIZE // 4)


def test_fifty_are_told_as_they_are() -> None:
    """Nothing is said of more where there are no more."""
    problems = refused(head("".join(f"f{number}: 1\n" for number in range(MOST_PROBLEMS))) + BODY)
    assert [problem.reason.split(":")[0] for problem in problems] == [f"f{number}" for number in range(MOST_PROBLEMS)]


def test_same_mistake_many_times_does_not_hide_another() -> None:
    """On one line it is told once."""
    problems = refused(inside("{{ nope }}" * 60 + "\n{{ nada }}", ""))
    assert ["'nope'" in problems[0].reason, "'nada'" in problems[1].reason] == [True, True]


def test_too_many_variables_are_named() -> None:
    """The field and the limit."""
    problems = refused(head("variables:\n" + counted("  v#: {type: string}\n", 3000)) + BODY)
    assert [problem.reason for problem in problems] == [f"variables: may have at most {MAX_VARIABLES} entries"]
