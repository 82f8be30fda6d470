"""What people read when something goes wrong: no setting, no class and no trace, whoever they are."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant import errors
from assistant.envelope import TABLE, render
from prompts import errors as prompt_errors
from providers import errors as provider_errors
from tests.assistant.harness import ADMIN, service
from tests.catalogues import template
from tests.fakes import core_acts as acts
from tests.fakes.core import ScriptedCore
from tests.servers.process import free_port

ROOT = Path(__file__).parents[2]
INSIDE = re.compile(
    r"ASSISTANT_|/api/v1|/health/|Error\b|Exception\b|Traceback|\bNone\b|<class|Errno|\basyncio\b|\bmsgspec\b"
)
OPERATORS_FILES = {"settings.py", "metrics.py"}
OPERATORS = {"SettingsError", "SettingError", "SealedValueError", "AssertionError"}
"""Errors of the start and of provider settings: whoever reads them may set what they name."""


def sample(kind: type[BaseException]) -> BaseException:
    """Make an error of a kind, with a plain word for each thing that it wants to know."""
    values: dict[str, Any] = {"retry_after": 5.0, "failures": ["One."], "status": 401, "hint": ""}
    if not inspect.isfunction(kind.__init__):  # Exception's own, which takes anything
        return kind("word")
    wanted = inspect.signature(kind).parameters
    named = {name: values.get(name, "word") for name, each in wanted.items() if each.kind is each.KEYWORD_ONLY}
    placed = [values.get(name, "word") for name, each in wanted.items() if each.kind is each.POSITIONAL_OR_KEYWORD]
    if kind is prompt_errors.BrokenTemplateError:
        placed = [prompt_errors.Problem(file="a.j2", line=1, reason="is broken")]
    return kind(*placed, **named)


def said(answer: httpx.Response) -> str:
    """Return what a person reads of an answer: its kind of error is for programs."""
    as_json = answer.headers["content-type"].startswith("application/json")
    return str(answer.json()["message"]) if as_json else answer.text


def kinds() -> Iterator[type[BaseException]]:
    """Yield every error that there is, those without a row of their own included."""
    for module in (errors, prompt_errors, provider_errors):
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Exception) and kind.__module__ == module.__name__ and kind.__name__ not in OPERATORS:
                yield kind


KINDS = list(dict.fromkeys([*kinds(), *TABLE, ValueError, KeyError]))


@pytest.mark.parametrize("kind", KINDS, ids=[kind.__name__ for kind in KINDS])
def test_every_error_speaks_of_no_insides(kind: type[BaseException]) -> None:
    """Its row of the table, its own words, and what is said of an error that no one knows."""
    error = KeyError("ASSISTANT_SECRET") if kind is KeyError else sample(kind)
    message = render(error).envelope.message
    assert message
    assert not INSIDE.search(message), message
    assert type(error).__name__ not in message


def modules() -> list[Path]:
    """Return the files whose errors reach agents; a start, a command and the figures have operators for readers."""
    found = [path for name in ("assistant", "prompts", "providers") for path in (ROOT / name).rglob("*.py")]
    return [path for path in found if "commands" not in path.parts and path.name not in OPERATORS_FILES]


def words(source: str) -> Iterator[str]:
    """Yield what errors are made with in a file: their texts, and a kind's name where it is put into one."""
    for node in ast.walk(ast.parse(source)):
        called = node.func if isinstance(node, ast.Call) else None
        name = getattr(called, "id", getattr(called, "attr", ""))
        if not isinstance(node, ast.Call) or not name.endswith("Error") or name in OPERATORS:
            continue
        for given in [*node.args, *(each.value for each in node.keywords if each.arg != "hint")]:
            for part in ast.walk(given):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value
                elif isinstance(part, ast.Attribute) and part.attr in {"__name__", "__qualname__"}:
                    yield "Error"


def test_no_error_is_made_of_insides() -> None:
    """In the whole source: what a setting or a kind is called goes to the log, as a hint."""
    found = {path.name: [text for text in words(path.read_text()) if INSIDE.search(text)] for path in modules()}
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_no_sentence_speaks_of_base_urls() -> None:
    """Whoever reads an error of a provider can seldom change one; Test and Save say to those who can."""
    found = [each.id for each in template() if "base url" in str(each.id).lower()]
    assert not found


@pytest.mark.parametrize(
    "source",
    [
        'raise CoreUnreachableError(f"down ({type(error).__name__})")',
        'raise errors.ForbiddenError("set ASSISTANT_X")',
        'raise ForbiddenError("a" "b ASSISTANT_X")',
        'raise UnavailableError("p", detail=f"see {x} ValueError")',
        'X = CoreTimeoutError("Exception")',
    ],
)
def test_search_finds_insides(source: str) -> None:
    """What the test above relies on."""
    assert any(INSIDE.search(text) for text in words(source))
    assert not any(INSIDE.search(text) for text in words('raise CoreUnreachableError("down", hint="ASSISTANT_X")'))


TROUBLE = {
    "closed": acts.raw(then="fin"),
    "reset": acts.vanish("rst"),
    "garbage": acts.raw(b"garbage\r\n\r\n", then="fin"),
    "silent": acts.hang(),
    "cut head": acts.raw(b"HTTP/1.1 200 OK\r\nConte", then="fin"),
    "wrong": acts.answer(500, b"oops"),
}
PATHS = ("/api/v1/tickets", "/inboxes/assigned", "/api/v1/ai/prompts")


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_helpdesk_in_trouble_is_told_in_plain_words(state: Path, trouble: str) -> None:
    """As JSON, as a page, and where the helpdesk is asked who is calling."""
    with ScriptedCore() as core:
        core.script_all(TROUBLE[trouble])
        async with service(state, core_url=core.url, core_timeout=0.3) as client:
            for path in PATHS:
                answer = await client.get(path, headers={**ADMIN, "Authorization": f"token a{trouble[:2]}:{path[-5:]}"})
                if answer.text != "oops":
                    assert answer.status_code in {502, 503, 504}
                    assert not INSIDE.search(said(answer)), answer.text


async def test_helpdesk_that_is_not_there_is_told_in_plain_words(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The operator's log names what was refused, and the setting to look at; no one else hears of it."""
    for host in (f"127.0.0.1:{free_port()}", "localhost.invalid:80"):
        async with service(state, core_url=f"http://{host}") as client:
            for path in PATHS:
                answer = await client.get(path)
                assert answer.status_code in {502, 503}
                assert not INSIDE.search(said(answer)), answer.text
    assert "ASSISTANT_CORE_URL" in capsys.readouterr().out


def test_modules_are_found() -> None:
    """The search looks at the whole source."""
    names = {path.name for path in modules()}
    assert {"remote_core.py", "exchange.py", "active.py", "forms.py", "process.py", "variables.py"} <= names
