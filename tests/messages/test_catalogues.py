"""Every sentence can be said in every language, and the catalogues hold no others."""

import ast
import functools
import string
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo

from messages.sentences import ENGLISH, LANGUAGES
from tests.catalogues import catalogue, files, template

FILES = pytest.mark.parametrize("file", files(), ids=[file.parent.parent.name for file in files()])
ROOT = Path(__file__).parents[2]
FOR_AGENTS = ("completion", "budgets", "auth", "gateway", "front", "text", "web", "desk")
"""Rooms whose errors and warnings agents read."""
FOR_ADMINISTRATORS = ("budgets/document.py", "desk/transfer")
OF_PROGRAMS = {"SettingsError", "AssertionError", "ValueError", "TypeError"}
HOW_TO_MEND = "translate it: python -m tests.catalogues adds what is new"


def sentences(catalog: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the translations of each sentence, one for each form."""
    return {_forms(each.id): _forms(each.string) for each in catalog if each.id}


def _forms(words: str | Sequence[str] | None) -> tuple[str, ...]:
    return (words or "",) if words is None or isinstance(words, str) else tuple(words)


def places(template: str) -> set[str]:
    """Return what is filled into a sentence, and how."""
    read = string.Formatter().parse(template)
    return {f"{name}!{conversion}:{spec}" for _, name, spec, conversion in read if name is not None}


def pairs(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield each form of each sentence beside its translation."""
    for english, said in sentences(catalog).items():
        yield from zip(english, said, strict=True)


@functools.cache
def source() -> Catalog:
    """Return every sentence of the source; a whole second goes by."""
    return template()


def test_there_are_english_and_german() -> None:
    """English is in the source, and every other language has its catalogue."""
    assert LANGUAGES == {ENGLISH, *(file.parent.parent.name for file in files())} == {"en", "de"}


def test_sentences_are_found() -> None:
    """All that agents read is looked at: their errors, guards' warnings, budgets, prompts, and what providers did."""
    found = sentences(source())
    assert len(found) > 150
    for words in (
        ("Permission denied",),
        ("There is nothing to rewrite yet. Write a draft first.",),
        ("The link {values} is missing.", "The links {values} are missing."),
        ("The prompt needs the variable {name!r}.",),
        ("did not answer in time",),
        ("it is empty",),
        ("Word the draft differently and try again.",),
    ):
        assert words in found


def unmarked(source: str) -> Iterator[str]:
    """Yield the texts of errors and warnings that are no sentences, so that no catalogue would know them."""
    for node in ast.walk(ast.parse(source)):
        called = node.func if isinstance(node, ast.Call) else None
        name = getattr(called, "id", getattr(called, "attr", ""))
        if not isinstance(node, ast.Call) or name in OF_PROGRAMS or not (name.endswith("Error") or name == "Breach"):
            continue
        given = node.args[1:2] if name in {"Breach", "InvalidRequestError"} else node.args
        yield from (ast.unparse(each) for each in given if is_plain_text(each))


def is_plain_text(given: ast.expr) -> bool:
    """Tell whether an argument is a text as it is said."""
    return isinstance(given, ast.JoinedStr) or (
        isinstance(given, ast.Constant) and isinstance(given.value, str) and " " in given.value
    )


def test_nothing_that_agents_read_is_plain_text() -> None:
    """What an error or a warning of these rooms says is a sentence, with its values apart."""
    files = [file for room in FOR_AGENTS for file in sorted((ROOT / "assistant" / room).rglob("*.py"))]
    files += [ROOT / "prompts" / "variables.py", ROOT / "assistant" / "errors.py", ROOT / "assistant" / "envelope.py"]
    looked_at = [file for file in files if not any(each in file.as_posix() for each in FOR_ADMINISTRATORS)]
    assert len(looked_at) > 150
    assert {file.name: list(unmarked(file.read_text())) for file in looked_at if list(unmarked(file.read_text()))} == {}


@pytest.mark.parametrize(
    "source",
    [
        'raise NotFoundError("There is none.")',
        'raise NotFoundError(f"no {x}")',
        'raise errors.InvalidRequestError("name", f"at most {x}")',
        'Breach("links", f"{x} is lost", "You lost it.")',
    ],
)
def test_plain_text_is_found(source: str) -> None:
    """What the test above relies on."""
    assert list(unmarked(source))
    assert not list(unmarked('raise NotFoundError(Sentence("There is none.")); InvalidRequestError("name", reason)'))


@FILES
def test_no_sentence_is_missing_or_left_over(file: Path) -> None:
    """A catalogue has the sentences of the source, neither more nor less, and says each of them."""
    said = sentences(catalogue(file))
    assert sentences(source()).keys() - said.keys() == set(), HOW_TO_MEND
    assert said.keys() - sentences(source()).keys() == set(), "these are in the source no more"
    assert [words for words, forms in said.items() if not all(forms)] == [], HOW_TO_MEND
    assert not any(each.fuzzy for each in catalogue(file) if each.id)


@FILES
def test_values_have_the_same_places(file: Path) -> None:
    """What is filled in is filled in in every language, and nothing else."""
    assert [(words, said) for words, said in pairs(catalogue(file)) if places(words) != places(said)] == []


@FILES
def test_sentences_end_alike(file: Path) -> None:
    """What is a sentence in English is one in every language; what is a part of one stays a part."""
    assert [(words, said) for words, said in pairs(catalogue(file)) if words[-1:] == "." != said[-1:]] == []
    assert [(words, said) for words, said in pairs(catalogue(file)) if words[0] != " " and said != said.strip()] == []


@FILES
def test_service_reads_what_is_written(file: Path) -> None:
    """The `.mo` is made from the `.po`."""
    read = read_mo(BytesIO(file.with_suffix(".mo").read_bytes()))
    assert sentences(read) == sentences(catalogue(file)), "python -m tests.catalogues makes it anew"


def test_german_speaks_as_support_software_does() -> None:
    """Readers are addressed as Sie, and quotations stand in German marks."""
    [german] = [file for file in files() if file.parent.parent.name == "de"]
    for words, said in pairs(catalogue(german)):
        assert not {"du", "dein", "dich", "deine", "deinen"}.intersection(said.lower().split()), words
        assert '"' not in said, words
