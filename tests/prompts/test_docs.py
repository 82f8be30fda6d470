"""The page for prompt authors tells the truth."""

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from prompts.assertions import AssertionType
from prompts.front_matter import FrontMatter
from prompts.registry import PromptRegistry
from prompts.syntax import FILTERS
from prompts.variables import Variable, VariableType
from tests.prompts.building import write_files

PAGE = (Path(__file__).parents[2] / "docs" / "prompts.md").read_text(encoding="utf-8")
FIELDS = [field.encode_name for kind in (FrontMatter, Variable) for field in msgspec.structs.fields(kind)]


@pytest.mark.parametrize("word", [*FIELDS, *get_args(VariableType), *get_args(AssertionType), *FILTERS])
def test_names_everything_an_author_can_write(word: str) -> None:
    """Each field, type, assertion and filter stands on the page."""
    assert word in PAGE


def test_the_example_works(tmp_path: Path) -> None:
    """The prompt on the page loads as it stands."""
    source = PAGE.partition("```jinja\n")[2].partition("```")[0]
    registry = PromptRegistry.load([write_files(tmp_path / "mine", {"reply_calm.j2": source})])
    assert registry.problems == ()
    assert "Make the draft calm" in registry.get("reply_calm").render("x", {}, html=False)[0].content
