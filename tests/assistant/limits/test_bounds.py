"""Limits that no single JSON body tries: each at the bound and one above."""

import ipaddress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.completion.prepared import MOST_CONTENT
from assistant.live_settings.masking import LARGEST_TOGETHER
from assistant.text.answers.finishing import finish_text
from assistant.text.answers.streaming import StreamText
from assistant.text.masking.custom import LARGEST_PATTERN, check_pattern
from assistant.text.masking.masking import Mask, MaskingRules
from assistant.text.masking.revealing import MOST_REVEALED
from tests.assistant.completion.asking import PATH, PROMPT, asked, click, echo, using
from tests.assistant.harness import error, own_loop, service
from tests.fakes import FakeProvider

KIB = 1024
MEDIA = "/api/v1/media"
TOO_LARGE = (413, "InputException", "too_large")
INVALID = (400, "InputException", "invalid_request")


def refused(answer: httpx.Response, field: str) -> bool:
    """Tell whether an answer is a refusal that names a field."""
    assert error(answer) == INVALID, answer.text
    assert answer.json()["message"].startswith(f"{field}"), answer.text
    return True


@pytest.mark.parametrize(("length", "taken"), [(100, True), (101, False)])
async def test_request_id(state: Path, length: int, taken: bool) -> None:  # noqa: FBT001 - a row of the table
    """What a trusted proxy calls a request is its name, unless that is too long."""
    async with service(state, trusted_proxies=(ipaddress.ip_network("127.0.0.0/8"),)) as client:
        answer = await client.get("/health", headers={"X-Request-Id": "r" * length})
    assert (answer.headers["x-request-id"] == "r" * length) is taken


@pytest.mark.parametrize(("size", "status"), [(512 * KIB, 200), (512 * KIB + 1, 413)])
async def test_body_of_an_ai_operation(state: Path, size: int, status: int) -> None:
    """Blanks around the JSON count as well."""
    with FakeProvider("chat") as fake:
        fake.reply(echo)
        async with service(state, **using(fake)) as client:
            body = f'{{"prompt_key": "{PROMPT}", "content": "Dear Ana"}}'.ljust(size)
            answer = await client.post(PATH, content=body)
    assert answer.status_code == status
    assert status == 200 or error(answer) == TOO_LARGE


@pytest.mark.parametrize(("size", "status"), [(4 * KIB * KIB, 200), (4 * KIB * KIB + 1, 413)])
@own_loop
async def test_body_of_the_desk(shared_client: httpx.AsyncClient, size: int, status: int) -> None:
    """The same for what the desk is sent."""
    body = '{"name": "Second line", "conversation_assignment_type": "Manual"}'.ljust(size)
    answer = await shared_client.post("/api/v1/teams", content=body)
    assert answer.status_code == status
    assert status == 200 or error(answer) == TOO_LARGE


async def test_room_for_an_answer(state: Path) -> None:
    """However long the draft, a provider is never allowed more."""
    with FakeProvider("chat") as fake:
        fake.reply("Hello!")
        async with service(state, **using(fake)) as client:
            for size in (16_384 * 2 - 2, 16_384 * 2, MOST_CONTENT):
                await click(client, "x" * size)
        assert [each.json["max_tokens"] for each in asked(fake)][:3] == [16_383, 16_384, 16_384]


@pytest.mark.parametrize(("count", "status"), [(5, 200), (6, 400)])
async def test_fallbacks(state: Path, count: int, status: int) -> None:
    """The chain of providers."""
    with FakeProvider("chat") as fake:
        async with service(state) as client:
            own: dict[str, Any] = {"provider": "custom", "base_url": fake.url, "model": "m", "api_key": ""}
            fallbacks = [{**own, "name": f"number {number}"} for number in range(count)]
            body = {**own, "fallbacks": fallbacks, "verify": False}
            answer = await client.put("/api/v1/ai/provider", json=body)
    assert answer.status_code == status, answer.text
    assert status == 200 or refused(answer, "fallbacks")


@pytest.mark.parametrize(("length", "status"), [(500, 200), (501, 400)])
@own_loop
async def test_message_of_a_prompt(shared_client: httpx.AsyncClient, length: int, status: int) -> None:
    """What an author says of a change."""
    shown = await shared_client.get(f"/api/v1/ai/prompts/{PROMPT}")
    body = {"source": shown.json()["data"]["source"], "message": "x" * length}
    answer = await shared_client.put(
        f"/api/v1/ai/prompts/{PROMPT}", json=body, headers={"If-Match": shown.headers["etag"]}
    )
    assert answer.status_code == status, answer.text
    assert status == 200 or refused(answer, "message")


@own_loop
async def test_saved_drafts(shared_client: httpx.AsyncClient) -> None:
    """A prompt has so many drafts to be tried on, and then one has to go first."""
    path = f"/api/v1/ai/prompts/{PROMPT}/samples"
    answers = [await shared_client.post(path, json={"name": f"no. {i}", "content": "Hello"}) for i in range(101)]
    assert [answer.status_code for answer in answers] == [200] * 100 + [400]
    assert refused(answers[-1], "name")


async def test_runs_of_a_trial(state: Path) -> None:
    """Versions times providers."""
    with FakeProvider("chat") as fake:
        fake.reply(echo)
        async with service(state) as client:
            own: dict[str, Any] = {"provider": "custom", "base_url": fake.url, "model": "m", "api_key": ""}
            body = {**own, "fallbacks": [{**own, "name": f"p{number}"} for number in range(4)], "verify": False}
            assert (await client.put("/api/v1/ai/provider", json=body)).status_code == 200
            path = f"/api/v1/ai/prompts/{PROMPT}/test"
            shown = (await client.get(f"/api/v1/ai/prompts/{PROMPT}")).json()["data"]
            trial = {"content": "Dear Ana", "versions": ["published", "source"], "source": shown["source"]}
            names = ["custom", "p0", "p1", "p2", "p3"]
            passed = await client.post(path, json={**trial, "providers": names[:4]})
            assert passed.status_code == 200, passed.text
            refused(await client.post(path, json={**trial, "providers": names}), "versions")


@pytest.mark.parametrize(("days", "status"), [(366, 200), (367, 400)])
@own_loop
async def test_days_of_a_report(shared_client: httpx.AsyncClient, days: int, status: int) -> None:
    """Both ends are part of it."""
    last = date(2026, 6, 30)
    first = last - timedelta(days=days - 1)
    answer = await shared_client.get(f"/api/v1/ai/usage?by=day&from={first}&to={last}")
    assert answer.status_code == status, answer.text
    assert status == 200 or refused(answer, "from")


@pytest.mark.parametrize(("days", "status"), [(31, 200), (32, 400)])
@own_loop
async def test_days_of_a_report_by_hour(shared_client: httpx.AsyncClient, days: int, status: int) -> None:
    """A chart of more hours is one of days."""
    last = date(2026, 6, 30)
    first = last - timedelta(days=days - 1)
    answer = await shared_client.get(f"/api/v1/ai/usage?by=hour&from={first}&to={last}")
    assert answer.status_code == status, answer.text
    assert status == 200 or refused(answer, "by")


@pytest.mark.parametrize(("minutes", "status"), [(1440, 200), (1441, 400)])
@own_loop
async def test_minutes_of_errors(shared_client: httpx.AsyncClient, minutes: int, status: int) -> None:
    """A day of them."""
    answer = await shared_client.get(f"/api/v1/ai/usage/errors?minutes={minutes}")
    assert answer.status_code == status, answer.text
    assert status == 200 or refused(answer, "minutes")


@pytest.mark.parametrize(("size", "status"), [(100, 200), (101, 400)])
@own_loop
async def test_rows_of_a_page(shared_client: httpx.AsyncClient, size: int, status: int) -> None:
    """Of any list."""
    answer = await shared_client.get(f"/api/v1/conversations/all?page_size={size}")
    assert answer.status_code == status
    assert status == 200 or refused(answer, "page_size")


@pytest.mark.parametrize(("length", "status"), [(1000, 200), (1001, 400)])
@own_loop
async def test_query_of_a_search(shared_client: httpx.AsyncClient, length: int, status: int) -> None:
    """Of any search."""
    answer = await shared_client.get("/api/v1/messages/search", params={"query": "x" * length})
    assert answer.status_code == status
    assert status == 200 or refused(answer, "query")


@pytest.mark.parametrize(("size", "status"), [(64 * KIB, 400), (64 * KIB + 1, 413)])
@own_loop
async def test_field_of_a_form(shared_client: httpx.AsyncClient, size: int, status: int) -> None:
    """One of that size is read, and then told that it can't be what it says."""
    answer = await shared_client.post(MEDIA, data={"linked_model": "x" * size}, files={"files": ("a.txt", b"x")})
    assert (answer.status_code, answer.json()["message"].split(":")[0]) == (status, "linked_model")


@pytest.mark.parametrize("count", [30, 31])
@own_loop
async def test_parts_of_a_form(shared_client: httpx.AsyncClient, count: int) -> None:
    """One of so many is read, and then told which of them it does not know."""
    fields = {f"field{number}": "x" for number in range(count - 1)}
    answer = await shared_client.post(MEDIA, data=fields, files={"files": ("a.txt", b"x")})
    assert error(answer) == INVALID
    assert ("field" in answer.json()["message"].split(":")[0]) is (count == 30)


def steps(repeats: int) -> int:
    """Return how large a pattern is that repeats so often; more than any may be, where it is refused."""
    try:
        return check_pattern(f"(?:ab){{{repeats}}}")
    except ValueError:
        return 1 << 30


def test_size_of_a_pattern() -> None:
    """With its repeats written out."""
    most = next(count for count in range(1, 1001) if steps(count + 1) > LARGEST_PATTERN)
    assert LARGEST_PATTERN - 10 < steps(most) <= LARGEST_PATTERN
    with pytest.raises(ValueError, match="too large"):
        check_pattern(f"(?:ab){{{most + 1}}}")


async def test_size_of_all_patterns(state: Path) -> None:
    """Each may be used, and all together may not."""
    each = f"(?:ab){{{next(count for count in range(1, 1001) if steps(count) > LARGEST_TOGETHER // 20)}}}"
    most = LARGEST_TOGETHER // check_pattern(each)
    async with service(state) as client:
        patterns = [{"name": f"k{number}", "pattern": each} for number in range(most + 1)]
        passed = await client.put("/api/v1/ai/masking", json={"patterns": patterns[:most]})
        assert passed.status_code == 200, passed.text
        assert refused(await client.put("/api/v1/ai/masking", json={"patterns": patterns}), f"patterns[{most}].pattern")


def test_hidden_values_of_an_answer() -> None:
    """A code is short and a link may be long: beyond the limit codes are left out, at once and in pieces."""
    link = "https://shop.example/" + "x" * 49_979
    mask = Mask(MaskingRules())
    code = mask.hide(link, html=False)
    answer = f"{code} and " * 20
    text = finish_text(answer, mask=mask, draft=link, html=False).text
    stream = StreamText(mask, html=False, draft=link)
    assert text == "".join([stream.feed(answer), stream.finish()])
    assert text.count(link) == MOST_REVEALED // len(link)
    assert code not in text


@pytest.mark.parametrize(("length", "status"), [(65_536, 200), (65_537, 400)])
@own_loop
async def test_text_of_a_prompt(shared_client: httpx.AsyncClient, length: int, status: int) -> None:
    """Front matter and template together."""
    shown = await shared_client.get(f"/api/v1/ai/prompts/{PROMPT}")
    body = {"source": shown.json()["data"]["source"].ljust(length, "\n")}
    answer = await shared_client.put(
        f"/api/v1/ai/prompts/{PROMPT}", json=body, headers={"If-Match": shown.headers["etag"]}
    )
    assert answer.status_code == status, answer.text
    assert status == 200 or answer.json()["data"]["code"] == "broken_prompt"
