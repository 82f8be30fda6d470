"""What YAML would read otherwise than an author wrote it: it is taken whole, or the author is told what to write."""

import pytest

from prompts.errors import Problem
from tests.prompts.building import USER, compile_text, problems_of

BODY = "---\n{% block system %}x{% endblock %}" + USER
WHOLE = [
    "007", "1.0", "1e3", "0x1F", ".5", "true", "yes", "no", "2026-01-02", "12:30", "1_000", "+49 30", ".inf", "<<", "=",
    "C# reply", "50% off", "me@x.org", "a, b", "A & B", "Who? Me", "Don't panic", "http://x.y/z", "“Calm” reply",
    "Calm [DE]", "Calm {x}", "5 * 3", "wow!", "a|b", "Calm - now", "q:a", "Reply \u2013 calm",
]  # fmt: skip
QUOTED = [
    "Calm #1 reply", "Reply: calm", "@support tone", "[DE] Calm", '"Calm" Reply', "'Calm' Reply", "{x} Calm", "[x]",
    "{x}", "%x", "`code` it", "null", "~", "Null", "- Calm", "? Calm", "! Calm", "!x", "!x Calm", "| Calm", "> 5 words",
    "Reply:", "Calm # 1", "Calm #", "Calm  #1", "#1 reply", "Calm: “x”", ", Calm", "] Calm", "a: b: c", "-",
    'Calm "x": y', 'It\'s "so": yes',
]  # fmt: skip
FIELDS = {
    "title": "---\ntitle: {}\nbrief: b\n" + BODY,
    "brief": "---\nbrief: {}\ntitle: t\n" + BODY,
    "description": "---\ndescription: {}\ntitle: t\nbrief: b\n" + BODY,
    "examples.1.content": "---\nexamples:\n  - content: {}\n    reply: x\ntitle: t\nbrief: b\n" + BODY,
    "examples.1.reply": "---\nexamples: \n  - reply: {}\n    content: x\ntitle: t\nbrief: b\n" + BODY,
    "tests.1.content": "---\ntests:\n  - content: {}\n    assert: []\ntitle: t\nbrief: b\n" + BODY,
    "variables.a.description": (
        "---\nvariables:\n  a:\n    description: {}\n    type: string\n    default: x\ntitle: t\nbrief: b\n" + BODY
    ),
}


def read(field: str, written: str) -> str:
    """Return what a field holds after it was written in a prompt."""
    prompt = compile_text(FIELDS[field].replace("{}", written))
    place: object = prompt
    for name in field.split("."):
        if isinstance(place, tuple):
            place = place[int(name) - 1]
        else:
            place = place[name] if isinstance(place, dict) else getattr(place, name)
    return str(place)


def refused(text: str) -> Problem:
    """Return the one problem of a prompt."""
    [problem] = problems_of(text)
    return problem


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("text", WHOLE)
def test_is_taken_whole(field: str, text: str) -> None:
    """A text that can be meant in one way only is what the author wrote, to the letter."""
    assert read(field, text) == text


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("text", QUOTED)
def test_is_told_to_stand_in_quotes(field: str, text: str) -> None:
    """Any other text is refused at its place; what the refusal says to write works, and holds the text."""
    source = FIELDS[field].replace("{}", text)
    problem = refused(source)
    number, line = next((number, line) for number, line in enumerate(source.split("\n"), 1) if f": {text}" in line)
    assert problem.line == number
    assert problem.column is not None
    assert line.index(f": {text}") < problem.column <= len(line)
    assert "put the text in quotes: " in problem.reason, problem
    advised = problem.reason.rpartition("put the text in quotes: ")[2].partition(": ")
    assert advised[0] == field.rpartition(".")[2]
    assert read(field, advised[2]) == text


@pytest.mark.parametrize("text", ["*x", "*x Calm", "&x", "&x Calm", "&"])
def test_signs_of_references(text: str) -> None:
    """A text that begins with & or * is told to stand in quotes, too."""
    problem = refused(f"---\ntitle: {text}\nbrief: b\n{BODY}")
    assert (problem.line, "in quotes" in problem.reason) == (2, True), problem


@pytest.mark.parametrize("text", ["“Calm”", "„Ruhig“", "«Calme»", "\u2018Calm\u2019", "”Lugnt”"])
def test_quotes_of_a_word_processor(text: str) -> None:
    """Typographic quotes around a title are no quotes to YAML, and no one wants to see them; in a draft they stay."""
    assert "typographic" in refused(f"---\ntitle: {text}\nbrief: b\n{BODY}").reason
    assert read("examples.1.content", text) == text
    assert read("title", f'"{text}"') == text


@pytest.mark.parametrize(
    "line", ["title: Calm  # for the night shift", 'title: "Calm" # a comment', "# above\ntitle: Calm", "title: 'Calm'"]
)
def test_comments_are_comments(line: str) -> None:
    """What is set off as comments are is one, and prompts that have some go on working."""
    more = "aliases: # old ones\n  - make_calm # of 2024\ndeadline: short # fast\nguards: [links] # only\n"
    assert compile_text(f"---\n{line}\nbrief: b\n{more}{BODY}").title == "Calm"


@pytest.mark.parametrize(
    "text",
    [
        "description: |\n  title: a: b #1\n  @x [y\n",
        "description: >-\n\n  - a: b #1 {\n",
        'description: "a: #1\n  b"\n',
    ],
)
def test_longer_texts_are_left_alone(text: str) -> None:
    """Nothing within a text of several lines is taken for a mistake, not even beside one."""
    assert compile_text(f"---\n{text}title: t\nbrief: b\n{BODY}").title == "t"
    assert refused(f"---\n{text}title: Reply: calm\nbrief: b\n{BODY}").reason.startswith("title: a colon")


LISTED = {
    "examples:\n  - {content: I told you #1!, reply: x}": "put text with a # in quotes",
    "examples:\n  - {content: Hello, world, reply: Hi}": "put text with a comma in quotes",
    "examples:\n  - {content: a: b, reply: c}": 'content: "a: b"',
    "examples:\n  - {content: @x, reply: c}": 'content: "@x"',
    "examples:\n  - {content: [x] y, reply: c}": "after the closing ]",
    'examples:\n  - {content: "x" y, reply: c}': "in quotes",
    "tests:\n  - {content: x, assert: [{type: contains, value: 48213}]}": "in quotes",
    "tests:\n  - {content: x, assert: [{type: contains, value: true}]}": "in quotes",
    "tests:\n  - {content: x, assert: [{type: contains, value: !}]}": 'value: "!"',
    "tests:\n  - {content: x, assert: [{type: contains-any, value: [a, 7]}]}": "put it in quotes",
    "variables: {a: {type: string, default: 007}}": "in quotes",
    "variables: {a: {type: choice, choices: [1, 2], default: 1}}": "in quotes",
    "variables: {a: {type: string, description: a #1, default: x}}": "in quotes",
    "guards: [“links”]": "typographic",
    "deadline: “short”": "typographic",
    "description:": "has no text",
    "Titel: x": "did you mean 'title'?",
    "BRIEF: x": "did you mean 'brief'?",
    "title: twice": "appears twice; keep one (the first is on line 2)",
    "variables:\n\ta: {type: string}": "starts with a tab; use spaces instead",
    "variables:\n\u00a0\u00a0a: {type: string}": "special space",
    "description:\u00a0x": "special space",
    "description:x": "a space after the colon",
    "description: long\ntext goes on": "has to be indented with spaces",
    "description: a\x07b": "invisible character (U+0007)",
    "description: a\ufffeb": "invisible character (U+FFFE)",
    'description: "a\\d"': "use single quotes",
    "guards: [links": "never closed",
    'description: "open': "never closed",
    "examples:\n  - content: x\n reply: y": "",
}


@pytest.mark.parametrize("text", LISTED)
def test_is_told_in_plain_words(text: str) -> None:
    """Lists, fields and blanks, too: each mistake has its line and what to do about it."""
    source = f"---\ntitle: t\nbrief: b\n{text}\n{BODY}"
    found = problems_of(source)
    told = [problem for problem in found if LISTED[text] in problem.reason]
    assert told, found
    assert 4 <= (told[0].line or 0) <= 4 + text.count("\n") + ("never" in LISTED[text])


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("\ufeff---", "---"), ("\u00a0---", "---"), ("---  \t", "--- "), ("  ---", "---"), ("\t---", "---\u00a0"),
        ("\n\n---", "---"), ("---\r", "---\r"), ("\u200b---", "\u00a0---"), ("\ufeff\n---", "---"),
    ],
)  # fmt: skip
def test_blanks_around_the_dashes(first: str, last: str) -> None:
    """Whatever an editor puts around the lines of dashes, they are what they look like."""
    prompt = compile_text(f"{first}\ntitle: T\nbrief: b\n{last}\n{{% block system %}}x{{% endblock %}}{USER}")
    assert prompt.title == "T"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("----\ntitle: T\n---\n", 1, "write three hyphens"),
        ("—\ntitle: T\n---\n", 1, "write three hyphens"),
        ("\u2013-\ntitle: T\n---\n", 1, "write three hyphens"),
        ("\n—-\ntitle: T\n---\n", 2, "write three hyphens"),
        ("title: T\n---\n", 1, "must start with front matter: a line of ---"),
        ("---\ntitle: T\n—\n{% block x %}", 1, "line 3 looks like it, but is not: write three hyphens"),
        ("---\ntitle: T\n  ---\n", 1, "line 3 looks like it, but is not: write it at the very start"),
        ("---\ntitle: T\n----\n", 1, "line 3 looks like it"),
        ("---\ntitle: T\n\n{% extends 'x' %}", 1, "it belongs above line 4, where the template begins"),
        ("---\ntitle: T", 1, "the front matter has no closing line of ---"),
    ],
)
def test_dashes_that_are_none(text: str, line: int, reason: str) -> None:
    """A line of dashes that is missing or written otherwise is told, with the place that was meant."""
    problem = refused(text)
    assert (problem.line, reason in problem.reason) == (line, True), problem


@pytest.mark.parametrize(
    "sign", ["[", "{", '"', "'", "# ", "- ", "a: ", "“", "[“", '{"', ",'", "a\n", "\t", "|\n", "\u00a0"]
)
def test_hostile_lines_take_no_time(sign: str) -> None:
    """The advice grows with the text: the largest file of one sign is refused, and that is all."""
    text = sign * (60_000 // len(sign))
    assert problems_of(f"---\ntitle: {text}: x\nbrief: b\n{BODY}")


MORE = "---\ntitle: t\nbrief: b\n{}\n" + BODY


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("aliases: reply", "aliases: [reply]"),
        ("aliases: reply, calm", "aliases: [reply, calm]"),
        ("guards: links", "guards: [links]"),
        ('guards: "links"', "guards: [links]"),
        ("guards: links, numbers", "guards: [links, numbers]"),
        ("scope:\n  inboxes: 3", "inboxes: [3]"),
        ("scope: {teams: 12}", "teams: [12]"),
        ("scope:\n  languages: German", "languages: [German]"),
    ],
)
def test_list_without_brackets_is_told_as_that(written: str, wanted: str) -> None:
    """The value is right: only the brackets are missing, and nothing else is blamed."""
    problem = refused(MORE.replace("{}", written))
    assert f"must be a list; write {wanted}" in problem.reason
    assert not problems_of_list(written, wanted), "what is advised works"


def problems_of_list(written: str, wanted: str) -> bool:
    """Tell whether what is advised is refused, too."""
    above = written[: written.index("\n") + 3] if "\n" in written else "scope: {" if "{" in written else ""
    compile_text(MORE.replace("{}", above + wanted + ("}" if "{" in written else "")))
    return False


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("guards: lonks", "must be one of: links"),
        ("guards: [lonks]", "must be one of: links"),
        ("aliases: Reply Me", "lowercase letters"),
        ("aliases: {a: b}", "lowercase letters"),
        ("scope: {inboxes: three}", "expected a list"),
    ],
)
def test_value_that_would_be_wrong_in_a_list_too_is_told_as_that(written: str, word: str) -> None:
    """Brackets would not help."""
    assert word in refused(MORE.replace("{}", written)).reason


@pytest.mark.parametrize("field", ["title", "brief"])
@pytest.mark.parametrize("text", ["C:\\temp", "C:\\new", "a\\tb", "x\\by", "D:\\reply\\a", "C:\\0", "\\fine", "\\esc"])
def test_backslashes_in_double_quotes_are_told(field: str, text: str) -> None:
    """A path becomes no tab in silence; as it is advised, it is taken to the letter."""
    problem = refused(FIELDS[field].replace("{}", f'"{text}"'))
    assert problem.reason.startswith(f"{field}: in double quotes \\")
    assert f"{field}: '{text}'" in problem.reason
    assert read(field, f"'{text}'") == text


@pytest.mark.parametrize("text", ["C:\\temp\\new", "see C:\\tools", "\\bword", "\\0", "(D:\\n)"])
def test_paths_in_longer_texts_are_told(text: str) -> None:
    """Also where a tab or a line break may stand: one behind a drive's letter is none, and some are meant nowhere."""
    assert "in double quotes" in refused(FIELDS["examples.1.content"].replace("{}", f'"{text}"')).reason


@pytest.mark.parametrize(
    ("field", "written", "text"),
    [
        ("examples.1.content", '"Hi,\\n\\nthere"', "Hi,\n\nthere"),
        ("examples.1.content", '"a\\tb"', "a\tb"),
        ("description", '"one\\ntwo"', "one\ntwo"),
        ("title", '"caf\\xe9 \\"a\\" \\\\ b"', 'café "a" \\ b'),
        ("title", "'C:\\temp'", "C:\\temp"),
        ("title", '"C:\\\\temp"', "C:\\temp"),
        ("title", "C:\\temp", "C:\\temp"),
        ("examples.1.reply", '"Note:\\nyes"', "Note:\nyes"),
    ],
)
def test_escapes_that_are_meant_are_taken(field: str, written: str, text: str) -> None:
    """Line breaks and signs in double quotes are what YAML makes of them."""
    assert read(field, written) == text


@pytest.mark.parametrize(
    "text", ["{% x %}", "{% x %} reply", "{{ x }}", "{# x #}", "{% if a %}: b", "{{x}} y", "{% a, b %}"]
)
def test_templates_in_titles_keep_their_braces(text: str) -> None:
    """What is advised is what was written, in quotes."""
    assert f'title: "{text}"' in refused(FIELDS["title"].replace("{}", text)).reason


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85"])
@pytest.mark.parametrize("written", ["Calm{}reply", '"Calm{}reply"', "'Calm{}'", "{}Calm", "Calm{}"])
def test_line_breaks_that_nobody_sees_are_told(sign: str, written: str) -> None:
    """They come from a word processor's clipboard; the author hears of them and where they are."""
    problem = refused(FIELDS["title"].replace("{}", written.replace("{}", sign)))
    assert f"invisible line break (U+{ord(sign):04X})" in problem.reason
    assert problem.line == 2
