"""What became of answers: told by the agent who got them, shown by the version of the prompt."""

import httpx
import pytest

from tests.assistant.authoring.editing import act, prompt, refused, save
from tests.assistant.completion.asking import click, click_streamed
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import own_loop

FEEDBACK = "/api/v1/ai/feedback"


async def give(client: httpx.AsyncClient, answer: httpx.Response, verdict: str, **more: object) -> httpx.Response:
    """Tell what became of an answer."""
    body = {"request_id": answer.headers["x-request-id"], "verdict": verdict, **more}
    return await client.post(FEEDBACK, json=body)


async def verdicts(client: httpx.AsyncClient) -> list[dict[str, object]]:
    """Return how the versions did."""
    found: list[dict[str, object]] = (await client.get("/api/v1/ai/usage/verdicts")).json()["data"]
    return found


async def test_author_sees_which_wording_is_better(client: httpx.AsyncClient) -> None:
    """Each version has its own figures; misses, hits and streams count alike."""
    await save(client, "reply_calm", prompt("One."))
    await act(client, "reply_calm", "publish")
    answers = [await click(client, "Hi", prompt_key="reply_calm") for _ in range(2)]
    answers.append(await click_streamed(client, "Hi there", prompt_key="reply_calm"))
    assert [each.headers["x-assistant-cache"] for each in answers] == ["miss", "hit", "miss"]
    for answer, verdict in zip(answers, ("kept", "undone", "edited"), strict=True):
        more = {"similarity": 0.5} if verdict == "edited" else {}
        assert (await give(client, answer, verdict, **more)).status_code == 200
    await save(client, "reply_calm", prompt("Two."), based_on='"2"')
    await act(client, "reply_calm", "publish")
    better = await click(client, "Hi", prompt_key="reply_calm")
    await give(client, better, "edited", similarity=0.75)
    await give(client, better, "kept", similarity=1)
    new, old = await verdicts(client)
    assert (new["kept"], new["edited"], new["kept_rate"], new["similarity"]) == (1, 0, 1.0, 1.0)
    assert (old["kept"], old["edited"], old["undone"], old["similarity"]) == (1, 1, 1, 0.5)
    assert old["kept_rate"] == pytest.approx(1 / 3, abs=0.001)
    assert new["prompt_version"] == better.headers["x-assistant-prompt-version"] != old["prompt_version"]


async def test_only_ones_own_answers(client: httpx.AsyncClient) -> None:
    """A colleague's request, one that failed and one that never was are the same to the caller: there is none."""
    answer = await click(client, "Hi")
    _, colleague = await DeskClient(client).new_agent([])
    assert refused(await give(colleague.http, answer, "kept"), 404) == "not_found"
    failed = await click(client, "Hi", prompt_key="no_such")
    assert refused(await give(client, failed, "kept"), 404) == "not_found"
    assert refused(await client.post(FEEDBACK, json={"request_id": "x", "verdict": "kept"}), 404) == "not_found"
    assert await verdicts(client) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"request_id": "x", "verdict": "loved"}, "verdict"),
        ({"request_id": "x", "verdict": "kept", "similarity": 1.5}, "similarity"),
        ({"request_id": "", "verdict": "kept"}, "request_id"),
        ({"verdict": "kept"}, "request_id"),
        ({"request_id": "x", "verdict": "kept", "text": "Hi"}, "text"),
    ],
)
@own_loop
async def test_bad_feedback_names_its_field(
    shared_client: httpx.AsyncClient, body: dict[str, object], field: str
) -> None:
    """A text has no place in it."""
    answer = await shared_client.post(FEEDBACK, json=body)
    assert refused(answer, 400) == "invalid_request"
    assert answer.json()["message"].startswith(field)
