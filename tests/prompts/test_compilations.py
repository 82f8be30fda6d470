"""What stays in force while someone edits files: the last good prompt, or the best that is left."""

from collections.abc import Mapping

import pytest

from prompts.compilations import Compilations, Compiled
from prompts.layers import Layer
from prompts.syntax import Source
from tests.prompts.building import USER

PART = "Be kind."
PROMPT = '---\ntitle: {title}\nbrief: b\n{more}---\n{{% block system %}}{{% include "_part.j2" %}}{{% endblock %}}'
READING = "Be {{ mood }}."
MOOD = "variables: {mood: {type: string, default: kind}}\n"


def prompt(title: str = "Calm", more: str = "") -> str:
    """Write a prompt that includes the part."""
    return PROMPT.format(title=title, more=more) + USER


def layers(*files: Mapping[str, str]) -> list[Layer]:
    """Make layers of files, the lowest first."""
    return [
        Layer(name=str(place), sources={name: Source(f"{place}/{name}", text) for name, text in each.items()})
        for place, each in enumerate(files)
    ]


def system_of(compiled: Compiled, key: str) -> str:
    """Return the system message of a prompt."""
    found = compiled.prompts[key]
    return found.render("x", found.resolve({}), html=False)[0].content


BROKEN: dict[str, dict[str, str]] = {
    "a part with a syntax error": {"_part.j2": "{% if", "calm.j2": prompt()},
    "a part that is written half": {"_part.j2": "Be {{ ki", "calm.j2": prompt()},
    "a part that reads what no prompt has": {"_part.j2": READING, "calm.j2": prompt()},
    "a part that reads the draft": {"_part.j2": "{{ content }}", "calm.j2": prompt()},
    "a part that is gone": {"calm.j2": prompt()},
    "a part with another part that there is not": {"_part.j2": '{% include "_no.j2" %}', "calm.j2": prompt()},
    "a part that includes itself": {"_part.j2": '{% include "_part.j2" %}', "calm.j2": prompt()},
    "a part of blocks": {"_part.j2": "{% block x %}{% endblock %}", "calm.j2": prompt()},
    "a part too long": {"_part.j2": "x" * 70_000, "calm.j2": prompt()},
    "an empty prompt": {"_part.j2": PART, "calm.j2": ""},
    "a prompt that is written half": {"_part.j2": PART, "calm.j2": prompt()[:30]},
    "a prompt with an unknown field": {"_part.j2": PART, "calm.j2": prompt(more="gaurds: []\n")},
    "both": {"_part.j2": "{% if", "calm.j2": ""},
}


@pytest.mark.parametrize("name", BROKEN)
def test_last_good_prompt_stays(name: str) -> None:
    """Whatever is broken, the prompt goes on as it was, the reason is told, and mending it helps at once."""
    compilations = Compilations({})
    before = compilations.compile(layers({"_part.j2": PART, "calm.j2": prompt()})).prompts["calm"]
    for _ in range(2):
        broken = compilations.compile(layers(BROKEN[name]))
        assert broken.prompts["calm"].version == before.version
        assert system_of(broken, "calm") == PART
        assert broken.held_back["calm"].problems
        assert broken.held_back["calm"].serving == "the last good text of 0/calm.j2"
    mended = compilations.compile(layers({"_part.j2": "Be calm.", "calm.j2": prompt()}))
    assert (system_of(mended, "calm"), mended.failures, mended.held_back) == ("Be calm.", {}, {})


@pytest.mark.parametrize("first", ["part", "prompt"])
def test_two_files_that_belong_together(first: str) -> None:
    """A part and the prompt that it needs are saved one after the other: in between the last good pair serves."""
    compilations = Compilations({})
    old, new = {"_part.j2": PART, "calm.j2": prompt()}, {"_part.j2": READING, "calm.j2": prompt("New", MOOD)}
    compilations.compile(layers(old))
    half = {**old, **({"_part.j2": READING} if first == "part" else {"calm.j2": new["calm.j2"]})}
    between = compilations.compile(layers(half))
    assert system_of(between, "calm") == PART
    after = compilations.compile(layers(new))
    assert (after.prompts["calm"].title, system_of(after, "calm"), after.held_back) == ("New", "Be kind.", {})


def test_part_that_only_some_prompts_can_use() -> None:
    """Each prompt has the newest part that it can use; a published edit over the files is no exception."""
    compilations = Compilations({})
    files = {"_part.j2": PART, "able.j2": prompt(more=MOOD), "calm.j2": prompt()}
    edits = {"edited.j2": prompt()}
    compilations.compile(layers(files, edits))
    after = compilations.compile(layers({**files, "_part.j2": "Stay " + READING}, edits))
    assert {key: system_of(after, key) for key in after.prompts} == {
        "able": "Stay Be kind.",
        "calm": PART,
        "edited": PART,
    }
    assert set(after.held_back) == {"calm", "edited"}


def test_what_is_taken_away_is_gone() -> None:
    """A prompt whose file is deleted does not linger, and a new broken one of its name has nothing to fall back on."""
    compilations = Compilations({})
    compilations.compile(layers({"_part.j2": PART, "calm.j2": prompt()}))
    assert compilations.compile(layers({"_part.j2": PART})).prompts == {}
    again = compilations.compile(layers({"_part.j2": PART, "calm.j2": "half"}))
    assert (again.prompts, again.held_back["calm"].serving) == ({}, "nothing")


@pytest.mark.parametrize("part", ["{% if", READING, "{{ content }}", '{% include "_no.j2" %}', "x" * 70_000])
def test_after_a_restart_the_part_below_serves(part: str) -> None:
    """With nothing remembered, a broken part is replaced by the one of the layer below."""
    style = '---\ntitle: A\nbrief: b\n---\n{% block system %}S. {% include "_style.j2" %}{% endblock %}' + USER
    shipped = {"_style.j2": "", "_part.j2": PART, "shipped.j2": style}
    mine = {"_style.j2": part, "_part.j2": part, "calm.j2": prompt()}
    found = Compilations({}).compile(layers(shipped, mine))
    assert {key: system_of(found, key) for key in found.prompts} == {"shipped": "S.", "calm": PART}
    assert set(found.held_back) == {"shipped", "calm"}


def test_after_a_restart_the_prompt_below_serves() -> None:
    """A broken prompt over a good one leaves the good one; that is said, and where it comes from."""
    found = Compilations({}).compile(layers({"_part.j2": PART, "calm.j2": prompt("Low")}, {"calm.j2": "half"}))
    assert found.prompts["calm"].title == "Low"
    assert found.held_back["calm"].serving == "the last good text of 0/calm.j2"


def test_only_what_changed_is_compiled_anew() -> None:
    """A prompt is the same object as long as neither its file nor a part of it changes."""
    compilations = Compilations({})
    files = {"_part.j2": PART, "_other.j2": "x", "calm.j2": prompt(), "low.j2": prompt("Low")}
    first = compilations.compile(layers(files)).prompts
    second = compilations.compile(layers({**files, "_other.j2": "y", "low.j2": prompt("Lower")})).prompts
    assert (second["calm"] is first["calm"], second["low"] is first["low"]) == (True, False)
    third = compilations.compile(layers({**files, "_part.j2": "Be calm."})).prompts
    assert third["calm"] is not second["calm"]


def test_a_part_is_compiled_once_for_all_and_anew_for_another_text() -> None:
    """Prompts that share a part say what their own one says, whatever was compiled before under the same name."""
    for words in (PART, "Be calm.", "Be calm. {# or not #}", PART):
        found = Compilations({}).compile(layers({"_part.j2": words, "calm.j2": prompt(), "low.j2": prompt("Low")}))
        said = words.partition(" {#")[0]
        assert [system_of(found, key) for key in ("calm", "low")] == [said, said]
    found = Compilations({}).compile(layers({"_part.j2": PART, "calm.j2": prompt()}, {"_part.j2": "{% if"}))
    assert system_of(found, "calm") == PART
