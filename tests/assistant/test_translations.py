"""`Translate` from an agent's list: into which language it says, and one entry for each that the operator names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.errors import SettingsError
from assistant.settings import PREFIX, read_settings
from tests.assistant.authoring.editing import act, save
from tests.assistant.completion.asking import asked, click, echo, using
from tests.assistant.harness import service
from tests.fakes import FakeProvider


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider that changes nothing."""
    with FakeProvider() as fake:
        fake.reply(echo)
        yield fake


async def listed(client: httpx.AsyncClient, query: str = "") -> dict[str, Any]:
    """Return what agents see of the prompt that translates, by key."""
    rows = (await client.get(f"/api/v1/ai/prompts{query}")).json()["data"]
    assert len({row["id"] for row in rows}) == len(rows)
    assert [row["title"] for row in rows] == sorted((row["title"] for row in rows), key=str.casefold)
    return {row["key"]: row for row in rows if row["key"].startswith("translate")}


async def test_entry_for_each_language_translates_into_it(state: Path, fake: FakeProvider) -> None:
    """The composer sends back the key that it was given, and the model is told the language; ids stay as they are."""
    languages = ("German", "Brazilian Portuguese")
    async with service(state, translate_to=languages, **using(fake)) as client:
        rows = await listed(client)
        assert {key: row["title"] for key, row in rows.items()} == {
            "translate_german": "Translate to German",
            "translate_brazilian_portuguese": "Translate to Brazilian Portuguese",
        }
        assert await listed(client, "?all=true") == rows
        for key, language in (*zip(rows, sorted(languages), strict=True), ("translate", "English")):
            answer = await click(client, "Good morning.", prompt_key=key)
            assert answer.status_code == 200, answer.text
            assert f"into {language}" in asked(fake)[-1].json["messages"][0]["content"]
    async with service(state, translate_to=("French", "German"), **using(fake)) as client:
        after = await listed(client)
        assert set(after) == {"translate_german", "translate_french"}
        assert after["translate_german"]["id"] == rows["translate_german"]["id"]
        assert after["translate_french"]["id"] not in {row["id"] for row in rows.values()}


async def test_edit_and_switch_of_the_prompt_hold_for_all_entries(state: Path, fake: FakeProvider) -> None:
    """Publishing another wording, and switching it off, change each entry at once."""
    async with service(state, translate_to=("German", "French"), **using(fake)) as client:
        source = (await client.get("/api/v1/ai/prompts/translate")).json()["data"]
        text = str(source.get("source") or source["published"]["source"])
        assert (await save(client, "translate", text.replace("Translate to", "Say it in"))).status_code == 200
        published = await client.post("/api/v1/ai/prompts/translate/publish", json={"force": True, "reason": "a test"})
        assert published.status_code == 200, published.text
        assert {row["title"] for row in (await listed(client)).values()} == {"Say it in German", "Say it in French"}
        assert (await act(client, "translate", "disable")).status_code == 200
        assert await listed(client) == {}
        for key in ("translate", "translate_german"):
            assert (await click(client, "Good morning.", prompt_key=key)).status_code == 404


async def test_without_a_list_there_is_one_entry(state: Path, fake: FakeProvider) -> None:
    """Its title says the service's language."""
    async with service(state, language="Danish", **using(fake)) as client:
        assert {key: row["title"] for key, row in (await listed(client)).items()} == {
            "translate": "Translate to Danish"
        }
        assert (await click(client, "Good morning.", prompt_key="translate_german")).status_code == 404


@pytest.mark.parametrize(
    ("value", "languages"),
    [
        ("German,French", ("German", "French")),
        (" de , fr ,", ("German", "French")),
        ("pt-BR,中文,Deutsch", ("Brazilian Portuguese", "Chinese", "German")),
        ("Klingon", ("Klingon",)),
        ("Brazilian Portuguese,Simplified Chinese", ("Brazilian Portuguese", "Simplified Chinese")),
        ("Norwegian Nynorsk,bahasa indonesia", ("Norwegian Nynorsk", "Indonesian")),
        ("Swiss German, Haitian Creole,Old English", ("Swiss German", "Haitian Creole", "Old English")),
        ("Chinese (Hong Kong),Portuguese (pt)", ("Chinese (Hong Kong)", "Portuguese (pt)")),
        ("ca-ES,N'Ko,Serbo-Croatian", ("Catalan (ES)", "N'Ko", "Serbo-Croatian")),
    ],
)
def test_languages_are_named_in_any_usual_form(value: str, languages: tuple[str, ...]) -> None:
    """By code, by their own names, or in English."""
    assert read_settings({f"{PREFIX}TRANSLATE_TO": value}).translate_to == languages


@pytest.mark.parametrize(
    "value",
    [",", "German,de", "German,german", "xx", "German,xx-YY", "x" * 61, "Ger\nman", "123", ",".join(["a"] * 31)],
)
def test_list_that_can_not_be_used_stops_the_start_by_name(value: str) -> None:
    """One that is there twice, one that no one knows, or none."""
    with pytest.raises(SettingsError, match=r"^ASSISTANT_TRANSLATE_TO: must "):
        read_settings({f"{PREFIX}TRANSLATE_TO": value})


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("German;French", "commas between"),
        ("German; French", "commas between"),
        ("German French", "commas between"),
        ("de fr", "commas between"),
        ("German and French", "commas between"),
        ("German/French", "commas between"),
        ("German|Klingon", "commas between"),
        ("[German, French]", "commas between"),
        ('German","French', "commas between"),
        ("Deutsch Français, Italian", "commas between"),
        ('"German,French"', "without quotes"),
        ("'German,French'", "without quotes"),
        ("German,'French'", "without quotes"),
        ("\u201eGerman\u201c", "without quotes"),
    ],
)
def test_other_signs_between_languages_are_told(value: str, word: str) -> None:
    """No entry of the menu is called by two languages, or has a quote in its name."""
    with pytest.raises(SettingsError, match=rf"^ASSISTANT_TRANSLATE_TO: must .*{word}"):
        read_settings({f"{PREFIX}TRANSLATE_TO": value})
