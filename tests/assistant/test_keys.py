"""Rotating the key that seals what is stored, by the real command."""

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.assistant.harness import service
from tests.assistant.serving import environment
from tests.fakes import FakeProvider


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The state folder of a service, where the command looks for it."""
    return tmp_path / "var"


def rotate(state: Path, *keys: str) -> subprocess.CompletedProcess[str]:
    """Run the command beside the state folder of a service."""
    variables = environment(SECRET_KEY=",".join(keys))
    if not keys:
        del variables["ASSISTANT_SECRET_KEY"]
    return subprocess.run(
        [sys.executable, "-m", "assistant", "keys", "rotate"],
        cwd=state.parent,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )


async def set_up(state: Path, fake: FakeProvider, keys: tuple[str, ...]) -> None:
    """Save a provider with a fallback, each with a key of its own."""
    body = {
        "provider": "custom",
        "base_url": fake.url,
        "model": "m",
        "api_key": "first-api-key",
        "verify": False,
        "fallbacks": [{"provider": "vllm", "base_url": fake.url, "model": "n", "api_key": "second-api-key"}],
    }
    async with service(state, secret_key=keys) as client:
        assert (await client.put("/api/v1/ai/provider", json=body)).status_code == 200


async def key_is_known(state: Path, fake: FakeProvider, keys: tuple[str, ...]) -> bool:
    """Tell whether a service with these secret keys still shows the provider its API key."""
    async with service(state, secret_key=keys) as client:
        await client.post("/api/v1/ai/completion", json={"prompt_key": "reply_friendly", "content": "no"})
    return bool(fake.requests) and fake.requests[-1].headers.get("authorization") == "Bearer first-api-key"


@pytest.mark.parametrize("times", [1, 2])
async def test_old_key_can_go_after_a_rotation(state: Path, times: int) -> None:
    """The provider goes on with its key, whose seal needs the old secret key no more; the audit log tells."""
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    with FakeProvider() as fake:
        fake.reply("No.")
        await set_up(state, fake, (old,))
        for _ in range(times):
            done = rotate(state, new, old)
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout.startswith("2 values are sealed with the first key now")
        assert await key_is_known(state, fake, (new,))
        async with service(state, secret_key=(new,)) as client:
            text = (await client.get("/api/v1/ai/audit")).text
    assert text.count("keys.rotated") == times
    assert "api-key" not in text


async def test_unknown_key_changes_nothing(state: Path) -> None:
    """Nothing is lost by a rotation without the old key; it says what to do."""
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    with FakeProvider() as fake:
        fake.reply("No.")
        await set_up(state, fake, (old,))
        done = rotate(state, new)
        assert done.returncode == 1
        assert "ASSISTANT_SECRET_KEY" in done.stderr
        assert "add the one that was used before" in " ".join(done.stderr.replace("│", " ").split())
        assert await key_is_known(state, fake, (old,))


async def test_key_that_the_service_made_gets_a_successor(state: Path) -> None:
    """The private file holds a new key in front, and stays private."""
    with FakeProvider() as fake:
        fake.reply("No.")
        await set_up(state, fake, ())
        path = state / "secret-key"
        [old] = path.read_text().split(",")
        done = rotate(state)
        assert done.returncode == 0, done.stderr
        new, kept = path.read_text().split(",")
        assert (kept, path.stat().st_mode & 0o777) == (old, 0o600)
        assert new != old
        path.write_text(new)
        assert await key_is_known(state, fake, ())
