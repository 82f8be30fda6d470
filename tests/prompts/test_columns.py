"""Problems name the column where that can be told, and what was meant where a word is nearly right."""

import pytest

from prompts.errors import BrokenTemplateError
from prompts.layers import compile_on, read_layers

LAYERS, _ = read_layers(())
HEAD = "---\ntitle: A\nbrief: b\n{}---\n"
BODY = "{{% block system %}}{}{{% endblock %}}\n{{% block user %}}{{{{ content }}}}{{% endblock %}}\n"


@pytest.mark.parametrize(
    ("front", "system", "line", "column", "words"),
    [
        ("gaurds: [links]\n", "x", 4, 1, "did you mean 'guards'?"),
        ("model: {temprature: 1}\n", "x", 4, 9, "did you mean 'temperature'?"),
        ("guards: [links, nmbers]\n", "x", 4, 1, "must be one of: links"),
        ("variables:\n  tone: {type: string, default: a}\n", "{{ tome }} {{ tone }}", 7, 22, "did you mean 'tone'?"),
        ("variables:\n  tone: {type: string, default: a}\n", "x", 5, 3, "nothing uses it"),
        ("", "Read {{ content }}", 5, 27, "only in the user block"),
        ("", "Go {{ 'a' | shout }}", 5, 31, "there is no filter 'shout'"),
        ("", "Go {% import 'x' as y %}", 5, None, "import is not allowed"),
        ("", "\nGo {% include 'x.j2' %}", 6, None, "must name a shared part"),
    ],
)
def test_place_of_a_problem(front: str, system: str, line: int, column: int | None, words: str) -> None:
    """An editor can put its cursor there; where two things stand on a line it is the line alone."""
    with pytest.raises(BrokenTemplateError) as refused:
        compile_on(LAYERS, "mine", HEAD.format(front) + BODY.format(system))
    found = [each for each in refused.value.problems if words in each.reason]
    assert [(each.line, each.column) for each in found] == [(line, column)], refused.value.problems


def test_what_nobody_reads_is_no_reason_to_leave_a_file_out() -> None:
    """A file that is there works on; only whoever saves it is told."""
    from prompts.layers import compile_file, parts_for  # noqa: PLC0415 - beside what it is compared with
    from prompts.syntax import Source  # noqa: PLC0415

    text = HEAD.format("variables:\n  tone: {type: string, default: a}\n") + BODY.format("x")
    assert compile_file("mine.j2", Source("mine.j2", text), parts_for(LAYERS, 1), {}).key == "mine"
