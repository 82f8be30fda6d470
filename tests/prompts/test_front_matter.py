"""What an author reads when the front matter does not fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.errors import BrokenTemplateError
from prompts.front_matter import read_document
from tests.prompts.building import USER, compile_text, problems_of

BODY = "---\n{% block system %}x{% endblock %}" + USER
GOOD = "---\ntitle: A\nbrief: b\n"
WRONG = {
    "an unknown field": (
        "titel: x",
        "titel: is not a known field (did you mean 'title'?); use one of: aliases, all_episodes, brief",
    ),
    "an unknown option": ("model: {temprature: 1}", "use one of: max_output_tokens, temperature"),
    "a hot model": ("model: {temperature: 3}", "model.temperature: must be a number from 0 to 2"),
    "no number at all": ("model: {temperature: .nan}", "must be a number from 0 to 2"),
    "no room for an answer": ("model: {max_output_tokens: 0}", "must be a whole number from 1 to 32768"),
    "an unknown guard": ("guards: [smileys]", "guards: must be one of: links, numbers, names, quotes"),
    "a time without unit": ("cache: {ttl: 5}", "cache.ttl: must be a number with a unit: 45s, 30m, 12h or 1d"),
    "a long word for a time": ("cache: {ttl: 1 day}", "cache.ttl: must be a number with a unit"),
    "an unknown deadline": ("deadline: never", "deadline: must be one of: short, long"),
    "an alias with a dash": ("aliases: [make-friendly]", "aliases: may have only lowercase letters"),
    "one alias alone": ("aliases: make_friendly", "aliases: must be a list; write aliases: [make_friendly]"),
    "an unknown type": ("variables: {tone: {type: colour}}", "variables.tone.type: must be one of: string, integer"),
    "a variable without type": ("variables: {tone: {default: x}}", "variables.tone.type: is missing"),
    "a variable that is a word": ("variables: {tone: warm}", "variables.tone: must have the fields: type"),
    "a choice of nothing": (
        "variables: {tone: {type: choice}}",
        "`type: choice` needs `choices`, and no other type may have them",
    ),
    "a default that is no choice": (
        "variables: {a: {type: choice, choices: [b, c], default: d}}",
        "variables.a: the default does not fit: The variable 'a' must be one of: b, c.",
    ),
    "a default of another type": ("variables: {a: {type: integer, default: many}}", "must be a whole number"),
    "two defaults": ("variables: {a: {type: string, default: b, default_setting: language}}", "keep one"),
    "an unknown setting": (
        "variables: {a: {type: string, default_setting: mood}}",
        "there is no setting 'mood' for prompts; choose one of: language",
    ),
    "a setting that does not fit": (
        "variables: {a: {type: string, default_setting: language, max_length: 3}}",
        "is longer than 3 characters",
    ),
    "a multiline number": ("variables: {a: {type: integer, multiline: true}}", "only a string can be multiline"),
    "text for a switch": ("variables: {a: {type: string, multiline: yes}}", "expected true or false, got text"),
    "a reserved name": ("variables: {content: {type: string}}", "variables.content: choose another name"),
    "a name with a space": ("variables: {my tone: {type: string}}", "choose another name: lowercase letters"),
    "an example without reply": ("examples: [{content: x}]", "examples.1.reply: is missing"),
    "an example of unknown values": (
        "examples: [{content: x, reply: y, variables: {a: b}}]",
        "examples.1: The prompt has no variable 'a'",
    ),
    "a test of unknown values": ("tests: [{content: x, variables: {a: b}, assert: []}]", "tests.1: The prompt has no"),
    "a test without asserts": ("tests: [{content: x}]", "tests.1.assert: is missing"),
    "an unknown assertion": ("tests: [{content: x, assert: [{type: has}]}]", "must be one of: contains, not-contains"),
    "an assertion without value": ("tests: [{content: x, assert: [{type: contains}]}]", "contains needs text"),
    "an assertion with a value too many": ("tests: [{content: x, assert: [{type: html, value: 1}]}]", "takes no value"),
    "a count that is a text": ("tests: [{content: x, assert: [{type: max-words, value: x}]}]", "a number of words"),
    "a regular expression": ("tests: [{content: x, assert: [{type: matches, value: a}]}]", "must be one of: contains"),
    "a list that is a text": ("tests: [{content: x, assert: [{type: contains-any, value: a}]}]", "a list of 1 to 50"),
    "an empty list": ("tests: [{content: x, assert: [{type: contains-any, value: []}]}]", "a list of 1 to 50 words"),
    "a long list": (f"tests: [{{content: x, assert: [{{type: contains-any, value: {['a'] * 51}}}]}}]", "of 1 to 50"),
    "an empty word": ("tests: [{content: x, assert: [{type: not-contains-any, value: [a, '*']}]}]", "an empty word"),
    "a list for a text": ("tests: [{content: x, assert: [{type: contains, value: [a]}]}]", "contains needs text"),
    "a field that stands twice": ("title: B", "title: appears twice; keep one"),
    "an anchor": ("description: &a x", "front matter: anchors (&) and aliases (*) are not supported"),
    "a tag": ("description: !!python/name:os.system x", "write a plain value"),
    "no YAML": ("guards: [links", "the front matter is not YAML"),
    "a tab": ("\tguards: []", "the front matter is not YAML"),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong_and_where(name: str) -> None:
    """A field that does not fit is reported with its line, its name and what it takes."""
    line, reason = WRONG[name]
    found = problems_of(f"{GOOD}{line}\n{BODY}")
    assert [(p.file, reason in p.reason) for p in found] == [("mine.j2", True)], found
    assert found[0].line in ((4, 5) if "YAML" in reason else (4,))


@pytest.mark.parametrize(
    "line",
    [
        R'title: "\ud800"',
        R'brief: "\ud83d\ude00"',
        R'description: "\udfff"',
        R'examples: [{content: "\ud800", reply: x}]',
        R'tests: [{content: x, assert: [{type: contains, value: "\ud800"}]}]',
        R'variables: {a: {type: string, default: "\ud800"}}',
        R'"\ud800": x',
    ],
)
def test_refuses_half_characters(line: str) -> None:
    """What could not be sent as UTF-8 is refused with its line, not first when an agent clicks."""
    [problem] = problems_of(f"---\n{line}\n{BODY}")
    assert (problem.line, "character" in problem.reason) == (2, True), problem


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("{% block system %}", 1, "must start with front matter: a line of ---"),
        ("", 1, "must start with front matter: a line of ---"),
        ("---\ntitle: A\n", 1, "the front matter has no closing line of ---"),
        ("---\n---\n", 1, "the front matter is empty"),
        ("---\n- a\n---\n", 2, "front matter: must have the fields: title, brief"),
        ("---\ntitle: A\n---\n", 2, "brief: is missing"),
        ("---\ntitle: ''\nbrief: b\n---\n", 2, "title: must be one line of at most 300 characters"),
        ('---\ntitle: "a\\nb"\nbrief: b\n---\n', 2, "title: must be one line of at most 300 characters"),
        ("---\n" + "[" * 30_000 + "]" * 30_000 + "\n---\n", 2, "front matter: is nested more than 20 levels deep"),
        ("---\n" + "- " * 30_000 + "x\n---\n", 2, "front matter: is nested more than 20 levels deep"),
        ("---\n" + "? " * 30_000 + "x\n---\n", 2, "front matter: is nested more than 20 levels deep"),
    ],
)
def test_refuses_front_matter_as_a_whole(text: str, line: int, reason: str) -> None:
    """Missing or unreadable front matter is one problem with one line."""
    [problem] = problems_of(text)
    assert (problem.line, problem.reason.startswith(reason)) == (line, True), problem


def test_reads_everything() -> None:
    """All fields of the design's example, and YAML 1.2: `no` is a word."""
    prompt = compile_text(
        GOOD
        + "description: d\naliases: [make_a]\nvariables: {language: {type: string, default: no}}\n"
        + "model: {temperature: 0.3, max_output_tokens: 700}\nguards: [links]\ncache: {ttl: 12h}\ndeadline: long\n"
        + BODY
    )
    assert prompt.variables["language"].default == "no"
    assert (prompt.model.temperature, prompt.model.max_output_tokens) == (0.3, 700)
    assert (prompt.cache.ttl, prompt.deadline, prompt.guards, prompt.aliases) == (
        43_200,
        "long",
        ("links",),
        ("make_a",),
    )


@pytest.mark.parametrize(("written", "seconds"), [("45s", 45), ("30m", 1800), ("12h", 43_200), ("1d", 86_400)])
def test_reads_times(written: str, seconds: int) -> None:
    """A time is a number and a unit, and is kept in seconds."""
    document = read_document("f", f"{GOOD}cache: {{ttl: {written}}}\n---\n")
    assert document.front_matter.cache.ttl == seconds


def test_has_defaults() -> None:
    """Two lines are enough; the rest has sensible defaults."""
    prompt = compile_text(GOOD + BODY)
    assert (prompt.model.temperature, prompt.model.max_output_tokens) == (None, 600)
    assert (prompt.cache.ttl, prompt.deadline, prompt.guards, prompt.variables) == (None, "short", (), {})


@given(text=st.text(alphabet=st.sampled_from("abt: -[]{}&*!|>'\"\n#%@,?0.~"), max_size=80))
def test_any_front_matter_is_read_or_refused(text: str) -> None:
    """Whatever stands between the dashes, an author gets a problem, never a stack trace."""
    try:
        title = read_document("f", f"---\n{text}\n---\n").front_matter.title
    except BrokenTemplateError as error:
        title = str(error)
    assert title
