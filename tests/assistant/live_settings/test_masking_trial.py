"""Trying masking on a text: shown is what a provider would get, by the same code; nothing is kept."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.live_settings.masking import LARGEST_TOGETHER
from assistant.text.masking import custom
from assistant.text.masking.masking import Mask, MaskingRules
from tests.assistant.harness import error, service

TRY = "/api/v1/ai/masking/try"
TEXT = "🙂 Ticket T-1234 of ana@example.org: call +49 30 1234567 by 2026-11-30, see T-1234."


async def tried(client: httpx.AsyncClient, text: str, **document: object) -> dict[str, Any]:
    """Return what masking makes of a text."""
    answer = await client.post(TRY, json={"text": text, **document})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def found_in(text: str, shown: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    """Return what is hidden, its kind, its pattern, and whether it is private; having put all of it back."""
    revealed = shown["masked"]
    for each in shown["spans"]:
        revealed = revealed.replace(each["token"], text[each["start"] : each["end"]])
    assert revealed == text
    return [
        (text[each["start"] : each["end"]], each["kind"], each["pattern"], each["private"]) for each in shown["spans"]
    ]


async def test_what_is_shown_is_what_a_provider_gets(state: Path) -> None:
    """To the letter; each thing with its kind, and the pattern that finds it."""
    patterns = [{"name": "ticket", "pattern": r"T-\d{4}"}, {"name": "money", "pattern": "never there"}]
    async with service(state, mask_private=frozenset({"phone"})) as client:
        shown = await tried(client, TEXT, patterns=patterns, private=["ticket", "number"])
        built_in = await tried(client, TEXT)
        empty = await tried(client, "")
    own = custom.CustomPattern(name="ticket", pattern=r"T-\d{4}", private=True)
    rules = MaskingRules(private=frozenset({"phone", "ticket", "number"}), patterns=(own,))
    assert shown["masked"] == Mask(rules).hide(TEXT, html=False)
    assert found_in(TEXT, shown) == [
        ("T-1234", "custom", "ticket", True),
        ("ana@example.org", "email", "", False),
        ("+49 30 1234567", "phone", "", True),
        ("2026-11-30", "number", "", True),
        ("T-1234", "custom", "ticket", True),
    ]
    assert "2026-11-30" in built_in["masked"], "numbers stay in clear unless they are private"
    assert empty == {"masked": "", "spans": [], "problems": []}


async def test_what_is_left_out_is_as_saved(state: Path) -> None:
    """Patterns and private kinds each for itself."""
    saved = {"patterns": [{"name": "ticket", "pattern": r"T-\d{4}"}], "private": ["ticket"]}
    async with service(state) as client:
        assert (await client.put("/api/v1/ai/masking", json=saved)).status_code == 200
        assert found_in("T-1234", await tried(client, "T-1234")) == [("T-1234", "custom", "ticket", True)]
        assert found_in("a@b.org", await tried(client, "a@b.org", private=["email"]))[0][3] is True
        other = [{"name": "ticket", "pattern": r"X-\d{4}"}]
        assert found_in("X-1234", await tried(client, "X-1234", patterns=other)) == [
            ("X-1234", "custom", "ticket", True)
        ]
        assert (await client.get("/api/v1/ai/masking")).json()["data"] == saved
        assert (await client.get("/api/v1/ai/audit")).json()["data"]["total"] == 1


async def test_patterns_that_can_not_be_used_are_named_and_never_run(state: Path) -> None:
    """As when they are saved, but the others are tried: someone is typing."""
    patterns = [
        {"name": "half", "pattern": "(T-"},
        {"name": "empty", "pattern": "a*"},
        {"name": "ticket", "pattern": r"T-\d{4}"},
        {"name": "large", "pattern": "(?:[a-z]{1,50} ){1,20}"},
    ]
    async with service(state) as client:
        shown = await tried(client, "T-1234 aaa", patterns=patterns)
        saved = await client.put("/api/v1/ai/masking", json={"patterns": patterns[:1]})
        many = [{"name": f"k{number}", "pattern": f"a{{{number + 900}}}"} for number in range(LARGEST_TOGETHER // 900)]
        too_much = await tried(client, "T-1234", patterns=[*many, patterns[2]])
    assert found_in("T-1234 aaa", shown) == [("T-1234", "custom", "ticket", False)]
    assert [(each["field"], each["name"]) for each in shown["problems"]] == [
        ("patterns[0].pattern", "half"),
        ("patterns[1].pattern", "empty"),
        ("patterns[3].pattern", "large"),
    ]
    assert shown["problems"][0]["reason"] in saved.json()["message"]
    assert "together" in too_much["problems"][0]["reason"]
    assert [each["pattern"] for each in too_much["spans"]] == [""], "the order number it is anyway"


async def test_wrong_members_and_texts_are_refused(state: Path) -> None:
    """With their place, as when they are saved."""
    async with service(state) as client:
        for body, field in (
            ({"text": "x", "private": ["nothing"]}, "private[0]"),
            ({"text": "x", "patterns": [{"name": "Ö", "pattern": "ab"}]}, "patterns[0].name"),
            ({"text": "x" * 16_385}, "text"),
            ({"text": "ü" * 8_193}, "text"),
            ({"patterns": []}, "text"),
        ):
            answer = await client.post(TRY, json=body)
            assert error(answer)[0::2] == (400, "invalid_request")
            assert answer.json()["message"].startswith(f"{field}:")


async def test_pattern_that_takes_too_long_is_named(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it would be in a draft."""
    monkeypatch.setattr(custom, "MOST_SECONDS", -1.0)
    async with service(state) as client:
        answer = await client.post(TRY, json={"text": "aab", "patterns": [{"name": "own", "pattern": "aa(?:.*z)?"}]})
    assert error(answer)[0::2] == (413, "too_large")
    assert "'own'" in answer.json()["message"]
