"""Prompts made from a few lines, for tests."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from prompts.compiler import compile_prompt
from prompts.errors import BrokenTemplateError, Problem
from prompts.syntax import Source
from prompts.template import Prompt

HEAD = ("---", "title: A Prompt", "brief: make it better", "variables:")
VARIABLES = (
    "  tone: {type: string, default: warm}",
    "  count: {type: integer, default: 3}",
    "  formal: {type: boolean, default: false}",
    "  size: {type: choice, choices: [small, large], default: small}",
    "  topics: {type: list, default: [billing, shipping]}",
    "---",
)
FIRST_LINE = len(HEAD) + len(VARIABLES) + 1
"""The line of the file on which the body of `write_prompt` begins."""
USER = "{% block user %}{{ content }}{% endblock %}"
SETTINGS = {"language": "English"}


def write_prompt(body: str) -> str:
    """Put front matter with a variable of each kind above a body."""
    return "\n".join([*HEAD, *VARIABLES, body])


def compile_text(text: str, shared: Mapping[str, str] | None = None) -> Prompt:
    """Compile a whole file called `mine.j2`, with shared parts by name."""
    sources = {name: Source(name, part) for name, part in (shared or {}).items()}
    return compile_prompt("mine", Source("mine.j2", text), sources, SETTINGS)


def compile_body(body: str, shared: Mapping[str, str] | None = None) -> Prompt:
    """Compile a template below the usual front matter."""
    return compile_text(write_prompt(body), shared)


def problems_of(text: str, shared: Mapping[str, str] | None = None) -> tuple[Problem, ...]:
    """Return why a whole file is refused."""
    with pytest.raises(BrokenTemplateError) as refused:
        compile_text(text, shared)
    return refused.value.problems


def write_files(directory: Path, files: Mapping[str, str]) -> Path:
    """Write files into a new directory and return it."""
    directory.mkdir()
    for name, text in files.items():
        (directory / name).write_text(text, encoding="utf-8")
    return directory
