"""One entry for each language that agents write in, from the one prompt that translates."""

import re
from pathlib import Path

import pytest

from prompts.errors import DisabledPromptError
from prompts.languages import english_name, slug
from prompts.registry import PromptRegistry
from prompts.syntax import KEY
from tests.prompts.building import write_files
from tests.prompts.test_registry import plain, system_of

NAMES = [
    ("de", "German"),
    ("DE", "German"),
    ("German", "German"),
    ("deutsch", "German"),
    ("Français", "French"),
    ("pt-BR", "Brazilian Portuguese"),
    ("pt_br", "Brazilian Portuguese"),
    ("pt-PT", "European Portuguese"),
    ("de-CH", "German (CH)"),
    ("es-419", "Spanish (419)"),
    ("zh-Hant", "Traditional Chinese"),
    ("中文", "Chinese"),
    ("日本語", "Japanese"),
    ("українська", "Ukrainian"),
    ("Brazilian Portuguese", "Brazilian Portuguese"),
    ("Lao", "Lao"),
    ("plain English", "plain English"),
    ("Klingon", "Klingon"),
]


@pytest.mark.parametrize(("written", "name"), NAMES)
def test_language_has_one_name(written: str, name: str) -> None:
    """A code, its own name and its English one lead to what models and agents know it by."""
    assert english_name(written) == name
    assert english_name(name) == name


@pytest.mark.parametrize("code", ["xx", "zzz", "xx-YY", "qq_DE"])
def test_code_that_nobody_knows_is_no_language(code: str) -> None:
    """A slip is told at the start, not translated into."""
    with pytest.raises(ValueError, match="must be the code of a language"):
        english_name(code)


@pytest.mark.parametrize("language", [*(name for _, name in NAMES), "ภาษาลาว", "Ελληνικά 2", "x" * 60, "…", "É"])
def test_key_of_a_language_is_a_key(language: str) -> None:
    """Whatever it is called, composers can send it back."""
    assert re.match(KEY, f"translate_{slug(language)}")


def titles(registry: PromptRegistry) -> list[str]:
    """Return the titles of what is listed of the prompt that translates."""
    return [prompt.title for prompt in registry.prompts if prompt.key.startswith("translate") and prompt.listed]


def test_title_says_into_which_language() -> None:
    """One entry, for the language of the service."""
    assert titles(PromptRegistry.load()) == ["Translate to English"]
    assert titles(PromptRegistry.load(settings={"language": "German"})) == ["Translate to German"]
    assert titles(PromptRegistry.load().translating(())) == ["Translate to English"]


def test_each_language_has_an_entry() -> None:
    """Each asks for its own language; the prompt for any language still works, and is not listed."""
    registry = PromptRegistry.load().translating(["German", "Brazilian Portuguese"])
    assert titles(registry) == ["Translate to Brazilian Portuguese", "Translate to German"]
    assert registry.get("translate_german").resolve({}) == {"language": "German"}
    assert "into Brazilian Portuguese" in system_of(registry, "translate_brazilian_portuguese")
    assert registry.get("translate").resolve({}) == {"language": "English"}
    assert registry.get("translate").resolve({"language": "Finnish"}) == {"language": "Finnish"}


def test_prompts_of_ones_own_go_before(tmp_path: Path) -> None:
    """A file with the key of an entry is that entry; another wording of the one prompt is every entry's."""
    mine = write_files(tmp_path / "a", {"translate_german.j2": plain("Auf Deutsch.", title="Deutsch")})
    registry = PromptRegistry.load([mine]).translating(["German", "French"])
    assert titles(registry) == ["Deutsch", "Translate to French"]
    assert system_of(registry, "translate_german") == "Auf Deutsch."
    variables = "variables: {language: {type: string, default_setting: language}}\n"
    wording = plain("In {{ language }}.", title="Übersetzen", more=variables)
    theirs = write_files(tmp_path / "b", {"translate.j2": wording})
    registry = PromptRegistry.load([theirs], settings={"language": "English"}).translating(["German", "French"])
    assert titles(registry) == ["Übersetzen: French", "Übersetzen: German"]
    assert system_of(registry, "translate_french") == "In French."


def test_prompt_without_a_language_stays_as_it_is(tmp_path: Path) -> None:
    """Whoever wrote one for a single language has that one."""
    mine = write_files(tmp_path / "a", {"translate.j2": plain("Auf Deutsch.", title="Deutsch")})
    assert titles(PromptRegistry.load([mine]).translating(["German", "French"])) == ["Deutsch"]


def test_entries_are_switched_off_with_the_prompt() -> None:
    """And with it only."""
    registry = PromptRegistry.load().without({"translate"}).translating(["German"])
    assert titles(registry) == []
    for key in ("translate", "translate_german"):
        with pytest.raises(DisabledPromptError):
            registry.get(key)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("To {{ language }}", "To English"),
        ("{{language}} it is", "English it is"),
        ("{{ nothing }}", "{{ nothing }}"),
        ("{{ language", "{{ language"),
        ("{% if x %}", "{% if x %}"),
        ("{{ " * 90, "{{ " * 90),
    ],
)
def test_title_may_name_variables(tmp_path: Path, title: str, shown: str) -> None:
    """Their usual values stand in it; whatever else is in a title stays as it was written."""
    more = "variables: {language: {type: string, default_setting: language}}\n"
    mine = write_files(tmp_path / "a", {"mine.j2": plain("{{ language }}", title=f"'{title}'", more=more)})
    registry = PromptRegistry.load([mine], settings={"language": "English"})
    assert registry.get("mine").title == shown
