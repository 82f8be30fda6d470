"""What an editor asks while someone types, and the words that it offers."""

from collections.abc import AsyncIterator
from typing import Any, get_args

import httpx
import msgspec
import pytest
import pytest_asyncio

from assistant.authoring import vocabulary_words as words
from assistant.text.guards.registry import GUARDS
from prompts.assertions import AssertionType
from prompts.front_matter import FrontMatter, Guard
from prompts.layers import SHIPPED
from prompts.syntax import FILTERS, MAX_SOURCE
from tests.assistant.authoring.editing import PROMPTS, act, prompt, refused, save
from tests.assistant.harness import own_loop, service

pytestmark = own_loop

AUTHORING = "/api/v1/ai/authoring"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """A service."""
    async with service(tmp_path_factory.mktemp("checking") / "var") as client:
        yield client


async def checked(client: httpx.AsyncClient, source: str, key: str = "reply_calm") -> dict[str, Any]:
    """Check a text."""
    answer = await client.post(f"{AUTHORING}/check", json={"key": key, "source": source})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


async def shown(client: httpx.AsyncClient, **headers: str) -> dict[str, Any]:
    """Return the vocabulary."""
    answer = await client.get(f"{AUTHORING}/vocabulary", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


async def test_good_text_says_what_it_is(client: httpx.AsyncClient) -> None:
    """An editor learns title, variables and parts from the text itself, before it is saved."""
    variables = "variables:\n  tone: {type: choice, choices: [warm, firm]}\n  size: {type: integer}\n"
    found = await checked(client, prompt("Be {{ tone }} in {{ size }} words.", more=f"guards: [links]\n{variables}"))
    assert (found["problems"], found["title"], found["guards"]) == ([], "Calm Reply", ["links"])
    tone_asked, size = found["variables"]
    assert (tone_asked["name"], tone_asked["choices"], tone_asked["required"]) == ("tone", ["warm", "firm"], True)
    assert (size["type"], size["default"]) == ("integer", None)
    assert {"_rewrite", "_style"} <= set(found["parts"])


async def test_all_problems_at_once(client: httpx.AsyncClient) -> None:
    """Front matter and template are told of together, each with its place."""
    source = prompt("{{ 1 + 1 }} {{ tone | upcase }}", more="guards: [linkz]\nnote: yes\n")
    found = await checked(client, source)
    assert [(each["line"], each["severity"]) for each in found["problems"]] == [
        (4, "error"),
        (5, "error"),
        (8, "error"),
        (8, "error"),
    ]
    assert all(each["message"] for each in found["problems"])
    assert (found["title"], found["variables"]) == (None, None)


async def test_broken_template_keeps_what_the_front_matter_says(client: httpx.AsyncClient) -> None:
    """While a tag is half written, the form beside it stays as it is."""
    found = await checked(client, prompt("{{ tone", more="variables:\n  tone: {type: string}\n"))
    assert found["title"] == "Calm Reply"
    assert [each["name"] for each in found["variables"]] == ["tone"]
    assert [each["line"] for each in found["problems"]] == [8]


@pytest.mark.parametrize("source", ["", "---", "---\n---\n", "{% if", "\0", "x" * (MAX_SOURCE + 1)])
async def test_unfinished_text_is_no_error_of_the_request(client: httpx.AsyncClient, source: str) -> None:
    """Whatever stands in an editor is looked at, and told of."""
    assert (await checked(client, source))["problems"]


async def test_nothing_is_stored(client: httpx.AsyncClient) -> None:
    """A check leaves no prompt and no version behind."""
    await checked(client, prompt(), key="reply_unsaved")
    assert refused(await client.get(f"{PROMPTS}/reply_unsaved"), 404) == "not_found"
    assert refused(await client.post(f"{AUTHORING}/check", json={"key": "No!", "source": ""}), 400) == "invalid_request"


async def test_alias_of_another_prompt_is_a_warning(client: httpx.AsyncClient) -> None:
    """It can be saved, but the alias would lead elsewhere."""
    [found] = (await checked(client, prompt(more="aliases: [make_friendly]\n")))["problems"]
    assert (found["line"], found["severity"]) == (4, "warning")
    assert "reply_friendly" in found["message"]


async def test_part_is_checked_with_prompts_that_use_it(client: httpx.AsyncClient) -> None:
    """An author of a shared part sees what it would break."""
    await save(client, "_ours", "Be kind.\n")
    await act(client, "_ours", "publish")
    await save(client, "reply_ours", prompt('{% include "_ours.j2" %}'))
    await act(client, "reply_ours", "publish")
    assert (await checked(client, "Be very kind.\n", key="_ours"))["problems"] == []
    [broken] = (await checked(client, "Be {{ 1 + 1 }}.\n", key="_ours"))["problems"]
    assert broken["line"] == 1
    [unknown] = (await checked(client, "Be {{ tone }}.\n", key="_ours"))["problems"]
    assert "unknown name 'tone'" in unknown["message"]


async def test_shipped_parts_are_in_order(client: httpx.AsyncClient) -> None:
    """Nothing is found in what comes with the service."""
    for path in SHIPPED.glob("*.j2"):
        assert (await checked(client, path.read_text(encoding="utf-8"), key=path.stem))["problems"] == [], path


async def test_each_word_has_its_sentence() -> None:
    """A word that the code learns needs a sentence, and a sentence a word."""
    assert set(words.GUARDS) == set(GUARDS) == set(get_args(Guard))
    assert set(words.ASSERTIONS) == set(get_args(AssertionType))
    assert set(words.FILTERS) == FILTERS
    fields = {field.encode_name for field in msgspec.structs.fields(FrontMatter)}
    assert {name.partition(".")[0] for name in words.FIELDS} == fields


async def test_vocabulary_holds_all_words(client: httpx.AsyncClient) -> None:
    """Names, filters, fields, guards and assertions, each with what it takes and one sentence."""
    found = await shown(client)
    lists = ("names", "filters", "tags", "functions", "fields", "variable_types", "guards", "assertions")
    assert all(each["about"] for name in lists for each in found[name])
    assert {each["name"] for each in found["names"]} == set(words.NAMES)
    assert {each["name"] for each in found["fields"]} == set(words.FIELDS)
    fields = {each["name"]: each for each in found["fields"]}
    assert (fields["title"]["kind"], fields["title"]["required"]) == ("line", True)
    assert fields["guards"]["choices"] == [each["name"] for each in found["guards"]]
    assert (fields["model.temperature"]["least"], fields["model.temperature"]["most"]) == (0, 2)
    kinds = {name: each["kind"] for name, each in fields.items()}
    assert {name: kinds[name] for name in ("variables", "examples", "scope", "scope.teams", "cache.ttl", "notes")} == {
        "variables": "map",
        "examples": "items",
        "scope": "fields",
        "scope.teams": "integers",
        "cache.ttl": "duration",
        "notes": "boolean",
    }
    assert {each["name"]: each["takes"] for each in found["assertions"]}["max-words"] == "number"
    assert {"_rewrite", "_style"} <= set(found["parts"])
    assert found["settings"] == ["language"]


async def test_vocabulary_speaks_german(client: httpx.AsyncClient) -> None:
    """The sentences are in the caller's language."""
    german = await shown(client, **{"Accept-Language": "de"})
    assert next(each["about"] for each in german["names"] if each["name"] == "content") == "Der Entwurf des Agenten."
