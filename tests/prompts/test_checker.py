"""Templates that are refused: hostile ones, and honest mistakes that must not wait until an agent clicks."""

import pytest

from prompts.characters import HALF_CHARACTER
from tests.prompts.building import FIRST_LINE, USER, compile_body, problems_of, write_prompt
from tests.prompts.hostile import IN_SYSTEM, OUTSIDE_BLOCKS, SHARED, SHARED_AT_FAULT, WITHOUT_LINE


@pytest.mark.parametrize("name", IN_SYSTEM)
def test_refuses_in_the_system_message(name: str) -> None:
    """What may not stand in a system message is refused with its line and what to write instead."""
    body, reason = IN_SYSTEM[name]
    text = write_prompt("{% block system %}\nTask:\n" + body + "\n{% endblock %}\n" + USER)
    problems = problems_of(text, SHARED)
    first = next(problem for problem in problems if reason in problem.reason)
    if name in WITHOUT_LINE:
        assert (first.file, first.line) == ("mine.j2", None)
    elif name not in SHARED_AT_FAULT:
        assert (first.file, first.line) == ("mine.j2", FIRST_LINE + 2)
    else:
        assert first.file in SHARED
        assert first.line == 1


@pytest.mark.parametrize("name", OUTSIDE_BLOCKS)
def test_refuses_outside_blocks(name: str) -> None:
    """What stands outside of the role blocks is refused with its line, since it would vanish or run unseen."""
    body, reason = OUTSIDE_BLOCKS[name]
    text = write_prompt("{% block system %}x{% endblock %}" + USER + "\n\n" + body)
    problems = problems_of(text, SHARED)
    assert [(p.file, p.line) for p in problems if reason in p.reason] == [("mine.j2", FIRST_LINE + 2)], problems


def test_refuses_to_extend_twice() -> None:
    """Of two extends the second is reported."""
    [problem] = problems_of(write_prompt('{% extends "_base.j2" %}\n{% extends "_base.j2" %}'), {"_base.j2": USER})
    assert (problem.line, problem.reason) == (FIRST_LINE + 1, "a file can extend only one part; remove this extends")


def test_refuses_parts_that_extend_each_other() -> None:
    """A circle of extends is reported where it closes."""
    shared = {"_a.j2": '{% extends "_b.j2" %}', "_b.j2": '\n{% extends "_a.j2" %}'}
    [problem] = problems_of(write_prompt('{% extends "_a.j2" %}'), shared)
    assert (problem.file, problem.line, problem.reason) == ("_b.j2", 2, "_a.j2 extends itself")


def test_refuses_a_long_chain_of_extends() -> None:
    """Files may extend each other only so deep."""
    shared = {f"_{n}.j2": f'{{% extends "_{n + 1}.j2" %}}' for n in range(20)}
    [problem] = problems_of(write_prompt('{% extends "_0.j2" %}'), shared)
    assert "more than 8 levels deep" in problem.reason


def test_refuses_blocks_that_contain_each_other() -> None:
    """Blocks of child and parent may not call each other in a circle through super()."""
    shared = {
        "_base.j2": "{% block user %}x{% endblock %}{% block system %}{% block a %}x{% endblock %}{% endblock %}",
        "_middle.j2": '{% extends "_base.j2" %}{% block b %}{% block a %}x{% endblock %}{% endblock %}',
    }
    body = '{% extends "_middle.j2" %}\n{% block a %}{% block b %}{{ super() }}{% endblock %}{% endblock %}'
    problems = problems_of(write_prompt(body), shared)
    assert [problem.reason for problem in problems] == ["'a' contains itself"]


def test_refuses_inherited_blocks_that_read_the_draft_in_the_system_message() -> None:
    """A child's block that its parent places in the system message is held to the rules of that message."""
    shared = {"_base.j2": "{% block system %}{% block task %}{% endblock %}{% endblock %}" + USER}
    body = '{% extends "_base.j2" %}\n{% block task %}{{ content }}{% endblock %}'
    [problem] = problems_of(write_prompt(body), shared)
    assert (problem.line, "'content' may be used only" in problem.reason) == (FIRST_LINE + 1, True)


def test_allows_replacing_an_inherited_block_that_could_not_stand() -> None:
    """What is never rendered is not held against a prompt, as long as its syntax is allowed."""
    shared = {"_base.j2": "{% block system %}{% block task %}{{ unknown }}{% endblock %}{% endblock %}" + USER}
    prompt = compile_body('{% extends "_base.j2" %}{% block task %}Fine.{% endblock %}', shared)
    assert prompt.render("x", prompt.resolve({}), html=False)[0].content == "Fine."


def test_checks_the_syntax_of_replaced_blocks() -> None:
    """Even a replaced block is compiled, so a computation hidden in it is refused."""
    shared = {"_base.j2": "{% block system %}{% block task %}\n{{ 'a' * 10 ** 10 }}{% endblock %}{% endblock %}" + USER}
    problems = problems_of(write_prompt('{% extends "_base.j2" %}{% block task %}Fine.{% endblock %}'), shared)
    assert {(problem.file, problem.line) for problem in problems} == {("_base.j2", 2)}


def test_refuses_a_required_block_left_empty() -> None:
    """A block that a shared part requires must be filled, and the problem names the prompt's own file."""
    shared = {"_base.j2": "{% block system %}{% block task required %}{% endblock %}{% endblock %}" + USER}
    [problem] = problems_of(write_prompt('{% extends "_base.j2" %}'), shared)
    assert (problem.file, problem.reason) == ("mine.j2", "must define the block 'task', which _base.j2 requires")


@pytest.mark.parametrize("role", ["system", "user"])
def test_refuses_a_prompt_without_a_role(role: str) -> None:
    """A prompt makes a system message and a user message; the missing block is named."""
    other = "user" if role == "system" else "system"
    [problem] = problems_of(write_prompt(f"{{% block {other} %}}x{{% endblock %}}"))
    assert problem.reason.startswith(f"has no block '{role}'")


def test_refuses_the_draft_in_a_loop() -> None:
    """A draft in a loop would be sent once for every item of a list."""
    loop = "\n{% for a in topics %}{{ content }}{% endfor %}"
    body = "{% block system %}x{% endblock %}{% block user %}" + loop + "{% endblock %}"
    [problem] = problems_of(write_prompt(body))
    assert (problem.line, "or in a loop; read it once" in problem.reason) == (FIRST_LINE + 1, True)


def test_refuses_the_draft_multiplied_through_sets() -> None:
    """Names that stand for copies of the draft count as often as they hold it."""
    body = (
        "{% block system %}x{% endblock %}{% block user %}{% set a = content ~ content %}{{ a }}{{ a }}{% endblock %}"
    )
    assert "more than 4 times" in problems_of(write_prompt(body))[0].reason


@pytest.mark.parametrize(
    ("brief", "reason"),
    [
        ("make it {{ mood }}", "unknown name 'mood'"),
        ("answer {{ content }}", "'content' may be used only"),
        ("write {{ format }}", "unknown name 'format'"),
        ("{% include '_part.j2' %}", "a brief may not include anything"),
        ("{% block a %}{% endblock %}", "may not contain block"),
        ("{{ tone * 3 }}", "arithmetic"),
        ("make it {{", "syntax:"),
    ],
)
def test_refuses_in_the_brief(brief: str, reason: str) -> None:
    """The brief is held to the rules of a system message, and its line is the one in the file."""
    body = "{% block system %}x{% endblock %}" + USER
    text = write_prompt(body).replace("brief: make it better", f'brief: "{brief}"')
    first = problems_of(text, SHARED)[0]
    assert (first.line, reason in first.reason) == (3, True)


def test_reports_every_mistake_at_once() -> None:
    """An author sees all mistakes of a file together, in the order of its lines."""
    body = "{% block system %}\n{{ a }}\n{{ b }}\n{% for c in d %}x{% endfor %}\n{% endblock %}\n" + USER
    assert [problem.line for problem in problems_of(write_prompt(body))] == [FIRST_LINE + n for n in (1, 2, 3)]


def test_reports_a_condition_left_open() -> None:
    """Jinja's own syntax errors come with the line of the file, front matter included."""
    [problem] = problems_of(write_prompt("{% block system %}\n{% if formal %}\n{% endblock %}" + USER))
    assert (problem.file, problem.line) == ("mine.j2", FIRST_LINE + 2)
    assert "The innermost block that needs to be closed is 'if'" in problem.reason


@pytest.mark.parametrize("part", [True, False])
def test_refuses_a_file_that_could_not_be_saved(*, part: bool) -> None:
    """A text with half a character, in a prompt or in a shared part, is a problem like any other."""
    half = "{% block system %}\ud800{% endblock %}" + USER
    text = write_prompt('{% extends "_base.j2" %}' if part else half)
    [problem] = problems_of(text, {"_base.j2": half})
    assert (problem.file, problem.reason) == ("_base.j2" if part else "mine.j2", HALF_CHARACTER)
