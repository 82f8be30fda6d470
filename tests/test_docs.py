"""What can't be looked up does not exist for an operator: routes and commands stand in the docs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import rich_click as click

from assistant.app import create_app
from assistant.commands.cli import main
from tests.assistant.harness import settings_for

ROOT = Path(__file__).parent.parent
DOCS = "\n".join(path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def commands(group: click.Group, prefix: str) -> Iterator[str]:
    """Name every command below a group."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}"


@pytest.mark.parametrize("command", list(commands(main, "assistant")))
def test_every_command_is_documented(command: str) -> None:
    """Each command of the program stands in the docs as it is typed."""
    assert f"`{command}" in DOCS


def test_every_route_is_documented(state: Path) -> None:
    """Each path of ours stands in the docs."""
    undocumented = {path for path in create_app(settings_for(state)).paths.templates if path not in DOCS}
    assert not {path for path in undocumented if not path.startswith("/docs/")}


def own_paths(page: str) -> set[str]:
    """Return the paths that a page's table says are the assistant's; a row may name what they are below."""
    found: set[str] = set()
    for who, paths in re.findall(r"^\| the assistant(?:, below `([^`]+)`)? \| (.*) \|$", page, re.MULTILINE):
        below = who.rstrip("/")
        found |= {f"{below}/{path.lstrip('/')}" for path in re.findall(r"`([^`]+)`", paths)}
        found |= {below} if "itself" in paths else set()
    return found


def test_gateways_table_is_what_the_routes_are(state: Path) -> None:
    """Neither more nor less than what is not passed on to the helpdesk."""
    page = (ROOT / "docs" / "gateway.md").read_text(encoding="utf-8")
    assert own_paths(page) == set(create_app(settings_for(state)).paths.templates)


def test_architecture_names_what_there_is() -> None:
    """Each file and folder that the page sends a reader to is there, and each room of the service is on it."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:assistant|providers)/[^`]+)`", page))
    assert not {path for path in named if not (ROOT / path).exists()}
    rooms = {f"assistant/{path.parent.name}" for path in (ROOT / "assistant").glob("*/__init__.py")}
    assert not rooms - named


def test_nothing_is_left_to_fill_in() -> None:
    """No placeholder of a draft stands in the docs."""
    assert not re.search(r"@@|TODO|FIXME|XXX", DOCS)


def test_every_make_target_explains_itself() -> None:
    """`make help` lists each target that a person would call."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [phony] = [line for line in makefile.splitlines() if line.startswith(".PHONY:")]
    for target in phony.removeprefix(".PHONY:").split():
        assert any(line.startswith(f"{target}:") and "## " in line for line in makefile.splitlines()), target
