"""The page for prompt authors tells the truth."""

import re
from pathlib import Path
from typing import get_args

import pytest
from msgspec import Struct, structs

from prompts.assertions import AssertionType
from prompts.front_matter import CacheOptions, Example, FrontMatter, Guard, ModelOptions, PromptTest, Scope
from prompts.registry import PromptRegistry
from prompts.syntax import FILTERS
from prompts.variables import Variable, VariableType
from tests.prompts.building import write_files

PAGE = (Path(__file__).parents[2] / "docs" / "prompts.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([a-z._-]+)` \|", PAGE, re.MULTILINE)
"""The words that have a row of their own in one of the tables."""
PARTS: dict[str, type[Struct]] = {
    "model": ModelOptions,
    "cache": CacheOptions,
    "scope": Scope,
    "examples": Example,
    "tests": PromptTest,
}
SPREAD = {"model", "cache", "scope"}
"""Fields that stand on the page by their parts alone."""


def _names(kind: type[Struct]) -> list[str]:
    return [field.encode_name for field in structs.fields(kind)]


def _rows() -> list[str]:
    parts = [f"{field}.{name}" for field, kind in PARTS.items() for name in _names(kind)]
    return [*(set(_names(FrontMatter)) - SPREAD), *_names(Variable), *parts, *get_args(AssertionType), *get_args(Guard)]


def test_the_tables_name_all_that_there_is_and_nothing_else() -> None:
    """Each field, assertion and guard has its row, once, and no row is left from a field that is gone."""
    assert sorted(ROWS) == sorted(_rows())


@pytest.mark.parametrize("word", [*get_args(VariableType), *sorted(FILTERS)])
def test_names_every_choice(word: str) -> None:
    """Each type and filter stands on the page."""
    assert f"`{word}`" in PAGE


def test_the_example_works(tmp_path: Path) -> None:
    """The prompt on the page loads as it stands."""
    source = PAGE.partition("```jinja\n")[2].partition("```")[0]
    registry = PromptRegistry.load([write_files(tmp_path / "mine", {"reply_calm.j2": source})])
    assert registry.problems == ()
    assert "Make the draft calm" in registry.get("reply_calm").render("x", {}, html=False)[0].content
