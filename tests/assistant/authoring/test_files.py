"""Prompts as files: out, in, and watched while the service runs."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from prompts.layers import SHIPPED
from tests.assistant.authoring.editing import act, listed, prompt, save, shown
from tests.assistant.engine.asking import until
from tests.assistant.harness import service
from tests.assistant.serving import environment


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The state folder of a service, where commands look for it."""
    return tmp_path / "var"


def prompts(state: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command on prompts beside the state folder of a service."""
    return subprocess.run(
        [sys.executable, "-m", "assistant", "prompts", *arguments],
        cwd=state.parent,
        env=environment(LOG_LEVEL="error", **settings),
        capture_output=True,
        text=True,
        check=False,
    )


async def test_shipped_prompts_go_out_and_in_byte_for_byte(state: Path) -> None:
    """What is exported is what is shipped, and importing it changes nothing."""
    done = prompts(state, "export", "out")
    assert done.returncode == 0, done.stderr
    folder = state.parent / "out"
    written = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert written == {path.name: path.read_bytes() for path in SHIPPED.iterdir() if path.suffix == ".j2"}
    again = prompts(state, "import", "out")
    assert (again.returncode, again.stdout) == (0, "0 files imported\n"), again.stderr
    async with service(state) as client:
        assert (await shown(client, "reply_friendly"))["revision"] == 0


async def test_edits_travel_from_one_service_to_another(state: Path, tmp_path: Path) -> None:
    """Export holds what is published; import saves drafts, or publishes them, and says what differs before."""
    async with service(state) as client:
        await save(client, "reply_calm", prompt("Be calm."))
        await act(client, "reply_calm", "publish")
        await save(client, "_style", "Never say unfortunately.")
        await act(client, "_style", "publish")
    assert prompts(state, "export", "out").returncode == 0
    other = tmp_path / "other" / "var"
    other.parent.mkdir()
    folder = str(state.parent / "out")
    dry = prompts(other, "import", folder, "--dry-run")
    assert (dry.returncode, "+Never say unfortunately." in dry.stdout, "2 files differ" in dry.stdout) == (
        0,
        True,
        True,
    )
    assert prompts(other, "import", folder, "--publish", "--message", "from the other one").returncode == 0
    async with service(other) as client:
        found = await shown(client, "reply_calm")
        assert (found["published"], found["source"]) == (1, prompt("Be calm."))
        assert (await shown(client, "_style"))["published"] == 1
        rows = (await client.get("/api/v1/ai/audit")).json()["data"]["results"]
        assert {(row["agent_id"], row["after"].get("message", "from the other one")) for row in rows} == {
            (0, "from the other one")
        }
        await save(client, "reply_calm", prompt("Be calmer."), based_on='"2"')
    difference = prompts(other, "diff", "reply_calm")
    assert "-{% block instruction %}Be calm." in difference.stdout
    assert "+{% block instruction %}Be calmer." in difference.stdout


async def test_import_of_a_broken_file_changes_nothing(state: Path) -> None:
    """All files are checked before the first one is saved."""
    folder = state.parent / "in"
    folder.mkdir()
    (folder / "aaa.j2").write_text(prompt())
    (folder / "bbb.j2").write_text(prompt("{{ tone }}"))
    done = prompts(state, "import", "in")
    assert done.returncode == 1
    assert "nothing is imported" in done.stderr
    assert "bbb.j2:6" in done.stderr
    async with service(state) as client:
        assert (await client.get("/api/v1/ai/prompts/aaa")).status_code == 404


def test_lint_annotates_pull_requests(state: Path) -> None:
    """GitHub shows the problem at its line; a folder or a file is checked over the shipped parts."""
    folder = state.parent / "mine"
    folder.mkdir()
    (folder / "good.j2").write_text(prompt())
    (folder / "bad.j2").write_text(prompt("{{ tone }}"))
    done = prompts(state, "lint", "--format", "github", "mine")
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=mine/bad.j2,line=6,col=")
    assert "::nothing is called 'tone'" in done.stdout
    plain = prompts(state, "lint", "mine/bad.j2")
    assert (plain.returncode, plain.stderr.startswith("mine/bad.j2:6:")) == (1, True)
    assert prompts(state, "lint", "mine/good.j2").returncode == 0


async def titles(client: httpx.AsyncClient) -> set[str]:
    """Return the titles that agents see."""
    return set(await listed(client))


async def test_files_are_watched(state: Path) -> None:
    """A good change is in force soon, also by renaming; a bad one changes nothing; a folder may come late."""
    folder = state.parent / "mine"
    async with service(state, prompts_dir=folder) as client:

        async def has(title: str) -> bool:
            return title in await titles(client)

        folder.mkdir()
        file = folder / "reply_calm.j2"
        file.write_text(prompt(title="One"))
        await until(lambda: has("One"))
        file.write_text(prompt("{{ tone }}", title="Broken"))
        (folder / "other.j2").write_text(prompt(title="Other"))
        await until(lambda: has("Other"))
        assert {"One", "Broken"} & await titles(client) == {"One"}
        draft = folder / "reply_calm.tmp"
        draft.write_text(prompt(title="Two"))
        draft.replace(file)
        await until(lambda: has("Two"))
        file.unlink()

        async def is_gone() -> bool:
            return not await has("Two")

        await until(is_gone)
        assert await has("Other")
