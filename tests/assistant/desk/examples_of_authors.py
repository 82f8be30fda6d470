"""Examples of what authors of prompts do."""

from typing import Any

from tests.assistant.desk.client import DeskClient
from tests.assistant.desk.examples import example

PROMPT = "/api/v1/ai/prompts/{key}"
SOURCE = """---
title: Calm Reply
brief: make it calm
---
{% extends "_rewrite.j2" %}
{% block instruction %}Make it calm.{% endblock %}
"""


async def saved(desk: DeskClient, path: str) -> dict[str, Any]:
    """Save a prompt of one's own, and return it."""
    found: dict[str, Any] = await desk.put(path, {"source": SOURCE, "message": "first"})
    return found


@example("PUT", PROMPT)
async def save_prompt(desk: DeskClient) -> None:
    """A draft that no one else sees."""
    prompt = await saved(desk, PROMPT.format(key="reply_saved"))
    assert (prompt["title"], prompt["draft"], prompt["published"]) == ("Calm Reply", 1, 0)


@example("GET", PROMPT)
async def show_prompt(desk: DeskClient) -> None:
    """A shipped prompt is its file, until someone changes it."""
    prompt = await desk.get(PROMPT.format(key="reply_friendly"))
    assert (prompt["title"], prompt["revision"], prompt["has_file"]) == ("Friendly Reply", 0, True)


@example("DELETE", PROMPT)
async def delete_prompt(desk: DeskClient) -> None:
    """What was made here can go."""
    path = PROMPT.format(key="reply_deleted")
    await saved(desk, path)
    assert await desk.delete(path) is True
    assert (await desk.http.get(path)).status_code == 404


@example("GET", PROMPT + "/versions")
async def list_versions(desk: DeskClient) -> None:
    """Who saved what, and why."""
    path = PROMPT.format(key="reply_listed")
    await saved(desk, path)
    [version] = await desk.get(f"{path}/versions")
    assert (version["number"], version["message"], version["author_id"]) == (1, "first", 1)


@example("GET", PROMPT + "/versions/{number}")
async def show_version(desk: DeskClient) -> None:
    """The text of a version."""
    path = PROMPT.format(key="reply_shown")
    await saved(desk, path)
    assert (await desk.get(f"{path}/versions/1"))["source"] == SOURCE


@example("GET", PROMPT + "/diff")
async def show_diff(desk: DeskClient) -> None:
    """What an edit changes in a shipped prompt."""
    path = PROMPT.format(key="reply_professional")
    source = (await desk.get(path))["source"].replace("title: Professional Reply", "title: Warm Reply")
    await desk.put(path, {"source": source})
    difference = await desk.get(f"{path}/diff")
    assert "+title: Warm Reply" in difference["unified"]
    assert {"op": "insert", "text": "Warm"} in difference["words"]


@example("POST", PROMPT + "/publish")
async def publish_prompt(desk: DeskClient) -> None:
    """Agents have it from now on."""
    path = PROMPT.format(key="reply_calm")
    await saved(desk, path)
    assert (await desk.post(f"{path}/publish", {}))["published"] == 1
    assert "reply_calm" in [each["key"] for each in await desk.get("/api/v1/ai/prompts")]


@example("POST", PROMPT + "/rollback")
async def roll_back_prompt(desk: DeskClient) -> None:
    """Back to the file."""
    path = PROMPT.format(key="reply_confident")
    await desk.put(path, {"source": SOURCE})
    await desk.post(f"{path}/publish", {})
    back = await desk.post(f"{path}/rollback", {"version": 0})
    assert (back["published"], back["title"]) == (0, "Confident Reply")


@example("POST", PROMPT + "/disable")
async def disable_prompt(desk: DeskClient) -> None:
    """A prompt that no one shall use."""
    assert (await desk.post(PROMPT.format(key="reply_empathetic") + "/disable", {}))["enabled"] is False
    assert "reply_empathetic" not in [each["key"] for each in await desk.get("/api/v1/ai/prompts")]


@example("POST", PROMPT + "/enable")
async def enable_prompt(desk: DeskClient) -> None:
    """And one that is wanted again."""
    path = PROMPT.format(key="reply_straightforward")
    assert (await desk.post(f"{path}/disable", {}))["enabled"] is False
    assert (await desk.post(f"{path}/enable", {}))["enabled"] is True


@example("POST", PROMPT + "/preview")
async def preview_prompt(desk: DeskClient) -> None:
    """What the model would be sent."""
    shown = await desk.post(PROMPT.format(key="reply_friendly") + "/preview", {"content": "no refund"})
    assert shown["messages"][-1] == {"role": "user", "content": "no refund"}


@example("POST", PROMPT + "/test")
async def try_prompt(desk: DeskClient) -> None:
    """The draft beside what is published."""
    tried = await desk.post(PROMPT.format(key="reply_friendly") + "/test", {"content": "no refund"})
    assert [each["version"] for each in tried["runs"]] == ["draft", "published"]


@example("POST", PROMPT + "/samples")
async def add_sample(desk: DeskClient) -> None:
    """A draft to try the prompt on."""
    path = PROMPT.format(key="reply_friendly") + "/samples"
    sample = await desk.post(path, {"name": "No", "content": "no refund"})
    assert (sample["name"], sample["content"]) == ("No", "no refund")


@example("GET", PROMPT + "/samples")
async def list_samples(desk: DeskClient) -> None:
    """The drafts of a prompt."""
    path = PROMPT.format(key="reply_concise") + "/samples"
    await desk.post(path, {"name": "No", "content": "no refund"})
    assert [each["name"] for each in await desk.get(path)] == ["No"]


@example("DELETE", PROMPT + "/samples/{number}")
async def delete_sample(desk: DeskClient) -> None:
    """One that is needed no more."""
    path = PROMPT.format(key="reply_positive") + "/samples"
    sample = await desk.post(path, {"name": "No", "content": "no refund"})
    assert await desk.delete(f"{path}/{sample['id']}") is True
    assert await desk.get(path) == []


@example("POST", "/api/v1/ai/feedback")
async def give_feedback(desk: DeskClient) -> None:
    """What the agent did with an answer."""
    answer = await desk.http.post("/api/v1/ai/completion", json={"prompt_key": "improve", "content": "no refund"})
    feedback = {"request_id": answer.headers["x-request-id"], "verdict": "edited", "similarity": 0.8}
    assert await desk.post("/api/v1/ai/feedback", feedback) is True


@example("GET", "/api/v1/ai/usage/verdicts", alone=True)
async def show_verdicts(desk: DeskClient) -> None:
    """How the versions of prompts did."""
    await give_feedback(desk)
    [row] = await desk.get("/api/v1/ai/usage/verdicts")
    assert (row["prompt_key"], row["edited"], row["kept_rate"], row["similarity"]) == ("improve", 1, 0.0, 0.8)


@example("POST", "/api/v1/ai/authoring/check")
async def check_source(desk: DeskClient) -> None:
    """What is wrong with a text, and what it says of itself."""
    source = SOURCE.replace("Make it calm", "Make it {{ tome }}")
    checked = await desk.post("/api/v1/ai/authoring/check", {"key": "reply_calm", "source": source})
    assert (checked["title"], checked["problems"][0]["line"]) == ("Calm Reply", 6)


@example("GET", "/api/v1/ai/authoring/vocabulary")
async def show_vocabulary(desk: DeskClient) -> None:
    """What can be written, and what it means."""
    words = await desk.get("/api/v1/ai/authoring/vocabulary")
    assert {"name": "join", "works_on": ["list"], "written": "join(', ')"}.items() <= words["filters"][1].items()


@example("GET", "/api/v1/ai/authoring/prompts")
async def list_authors_prompts(desk: DeskClient) -> None:
    """All that there are, whatever their state."""
    await saved(desk, PROMPT.format(key="reply_noted"))
    found = {each["key"]: each for each in await desk.get("/api/v1/ai/authoring/prompts")}
    assert (found["reply_noted"]["state"], found["reply_noted"]["draft"]["message"]) == ("draft", "first")


@example("POST", PROMPT + "/tests")
async def run_prompt_tests(desk: DeskClient) -> None:
    """Whether the answers are what they should be."""
    source = SOURCE.replace("---\n{%", "tests:\n  - {content: Hi, assert: [{type: min-words, value: 1}]}\n---\n{%")
    ran = await desk.post(PROMPT.format(key="reply_tested") + "/tests", {"source": source})
    assert (ran["passed"], ran["tests"][0]["checks"][0]["type"]) == (1, "min-words")


@example("GET", PROMPT + "/results")
async def show_prompt_results(desk: DeskClient) -> None:
    """How the versions of a prompt did."""
    await desk.http.post("/api/v1/ai/completion", json={"prompt_key": "reply_concise", "content": "no refund"})
    [result] = await desk.get(PROMPT.format(key="reply_concise") + "/results")
    assert (result["number"], result["uses"]) == (0, 1)
