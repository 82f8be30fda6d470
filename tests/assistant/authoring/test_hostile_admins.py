"""What an administrator can keep the service busy with: it goes on answering everyone else meanwhile."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant.authoring.editing import PROMPTS
from tests.assistant.serving import Served, serving
from tests.fakes import FakeProvider
from tests.health import asked_for_health

STALL = 1.0  # seconds that nobody may be kept waiting, with some slack for a busy machine
SLACK = 1.0
DEEP = "[" * 100_000 + "]" * 100_000
SYSTEM = "{% block system %}x{% endblock %}{% block user %}{{ content }}{% endblock %}"
PROMPT = {
    "very many mistakes": "".join(f"{{{{ abcdefgh{number} }}}}" for number in range(2700)),
    "nested brackets": "{{ " + "(" * 25_000 + "1" + ")" * 25_000 + " }}",
    "filters": "{{ content" + "|upper" * 8000 + " }}",
    "constants": "{{ " + "'a' * 10 ** 9 * " * 3000 + "1 }}",
}
SLOW = [
    "(a+)+b{}",
    r"\w+@\w+{}",
    "(?:a|aa)+{}$",
    "[a-z]{{2,90}}x{}",
    ".*.*.*{}secret",
    r"\w+\s+\w+{}",
    "(a|a){{1,40}}b{}",
]
DRAFT = "Hello aaaa b@c <b>aä</b> aaaaaaaaaaaaaaaaaaaaaaaaa. "


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeProvider]:
    """A provider."""
    with FakeProvider() as fake:
        yield fake


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, fake: FakeProvider) -> Iterator[Served]:
    """A service in a process of its own."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    variables = {"PROVIDER": "custom", "BASE_URL": fake.url, "MODEL": "fake", "LOG_LEVEL": "error"}
    with serving(folder, **variables) as served:
        yield served


@pytest.mark.parametrize("what", PROMPT)
def test_refused_prompt_keeps_nobody_waiting(served: Served, what: str) -> None:
    """Its author hears of fifty mistakes, and of where they are."""
    body, part = SYSTEM.replace("x", PROMPT[what], 1), f"_hostile_{what.partition(' ')[0]}"
    for key, source in (("hostile", f"---\ntitle: A\nbrief: b\n---\n{body}"), (part, PROMPT[what])):
        with asked_for_health(int(served.client.base_url.port or 0)) as seconds:
            answer = served.client.put(f"{PROMPTS}/{key}", json={"source": source})
        if key == "hostile" or "brackets" in what:
            assert (answer.status_code, answer.json()["data"]["code"]) == (400, "broken_prompt")
            assert 1 <= len(answer.json()["data"]["details"]) <= 51
            assert len(answer.content) < 100_000
        assert max(seconds) < STALL + SLACK


def test_comparison_of_versions_keeps_nobody_waiting(served: Served) -> None:
    """However many lines differ, and however often each is there."""
    chance = random.Random(1)  # noqa: S311 - no secret
    letters = [chr(0x4E00 + number) for number in range(120)]
    tag = ""
    for _ in range(2):
        comment = "\n".join(chance.choice(letters) for _ in range(30_000))
        source = f"---\ntitle: A\nbrief: b\n---\n{SYSTEM}{{#{comment}#}}"
        answer = served.client.put(f"{PROMPTS}/long", json={"source": source}, headers={"If-Match": tag} if tag else {})
        assert answer.status_code == 200, answer.text
        tag = answer.headers["etag"]
    with asked_for_health(int(served.client.base_url.port or 0)) as seconds:
        answer = served.client.get(f"{PROMPTS}/long/diff", params={"from": 1, "to": 2})
    assert answer.json()["data"]["unified"].startswith("--- long 1\n+++ long 2\n@@ ")
    assert max(seconds) < STALL + SLACK


def test_hundred_patterns_keep_nobody_waiting(served: Served, fake: FakeProvider) -> None:
    """On a draft that fills a request, while they are saved, looked at and used."""
    patterns = [
        {"name": f"p{number}", "pattern": SLOW[number % len(SLOW)].format(f"K{number}")} for number in range(100)
    ]
    fake.reply("ok")
    draft = {"prompt_key": "reply_friendly", "content": DRAFT * (65_000 // len(DRAFT.encode()))}
    with asked_for_health(int(served.client.base_url.port or 0)) as seconds:
        saved = served.client.put("/api/v1/ai/masking", json={"patterns": patterns})
        shown = served.client.post(f"{PROMPTS}/reply_friendly/preview", json={"content": draft["content"]})
        asked = served.client.post("/api/v1/ai/completion", json=draft)
    assert (saved.status_code, shown.status_code) == (200, 200), (saved.text, shown.text)
    assert asked.status_code in {200, 422}, asked.text  # the answer lost all that there was
    assert max(seconds) < STALL + SLACK


@pytest.mark.parametrize(
    "path", ["budgets", "masking", "provider", "provider/test", "prompts/hostile", "prompts/long/samples"]
)
@pytest.mark.parametrize(
    "body",
    [
        DEEP,
        '{"x":' * 50_000 + "1" + "}" * 50_000,
        '{"budgets": [{"scope": "agent", "id": ' + "9" * 5000 + ', "cost_per_day": 1}]}',
        '{"budgets": [{"scope": "agent", "id": "*", "cost_per_day": 1e999999}]}',
        '{"provider": "' + "a" * 60_000 + '", "api_key": "' + "b" * 60_000 + '"}',
        '{"provider": "custom", "fallbacks": [' + '{"provider": "custom"},' * 4000 + '{"provider": "custom"}]}',
        '{"patterns": [' + '{"name": "a", "pattern": "b"},' * 3000 + '{"name": "a", "pattern": "b"}]}',
        '{"private": [' + '"email",' * 9000 + '"email"]}',
    ],
    ids=["deep list", "deep object", "long number", "endless number", "long text", "fallbacks", "patterns", "private"],
)
def test_hostile_settings_are_refused(served: Served, path: str, body: str) -> None:
    """Deep, long or many: a mistake like any other, with a sentence of ordinary length, and nothing is kept of it."""
    method = "POST" if path.endswith(("test", "samples")) else "PUT"
    with asked_for_health(int(served.client.base_url.port or 0)) as seconds:
        answer = served.client.request(method, f"/api/v1/ai/{path}", content=body)
    assert 400 <= answer.status_code < 500, answer.text[:500]
    assert len(answer.content) < 5000
    assert max(seconds) < STALL + SLACK
