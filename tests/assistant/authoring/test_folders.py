"""Prompts as files: out, in, and watched while the service runs."""

import subprocess
from pathlib import Path

import httpx
import pytest

from assistant.authoring.folders import differences
from assistant.errors import StaleEditError, TestsFailedError
from prompts.errors import BrokenTemplateError
from prompts.layers import SHIPPED
from tests.assistant.authoring.editing import act, listed, prompt, save, shown
from tests.assistant.authoring.engine import AUTHOR, engine
from tests.assistant.completion.asking import until
from tests.assistant.harness import service
from tests.assistant.serving import run


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The state folder of a service, where commands look for it."""
    return tmp_path / "var"


def prompts(state: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command on prompts beside the state folder of a service."""
    return run(state.parent, "prompts", *arguments, LOG_LEVEL="error", **settings)


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
    assert "nothing was imported" in done.stderr
    assert "bbb.j2:6" in done.stderr
    async with service(state) as client:
        assert (await client.get("/api/v1/ai/prompts/aaa")).status_code == 404


FRAME = "{% block system %}{% block task %}{% endblock %}{% endblock %}{% block user %}{{ content }}{% endblock %}"
FRAMED = '---\ntitle: Framed\nbrief: b\n---\n{% extends "_frame.j2" %}{% block task %}x{% endblock %}'
REFUSED = {
    "a part that breaks a prompt here": (
        {"_frame.j2": FRAME.replace("task", "other")},
        "the block 'task' is not used anywhere",
    ),
    "a part with a mistake": ({"_alone.j2": "{% if"}, "_alone.j2:1"),
    "a variable that nothing reads": ({"b.j2": prompt(more="variables: {a: {type: list}}\n")}, "nothing uses it"),
    "a style that reads the draft": ({"_style.j2": "{{ content }}"}, "content"),
    "a prompt without its part": ({"b.j2": FRAMED.replace("_frame", "_no")}, "no shared part '_no.j2'"),
    "a name that can't be": ({"B-2.j2": prompt()}, "in the file's name"),
    "another encoding": ({"b.j2": "latin"}, "is not UTF-8"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_dry_run_tells_all(state: Path, tmp_path: Path, name: str) -> None:
    """Whatever the import would be refused for is told before anything is saved, with the good files around it."""
    files, reason = REFUSED[name]
    folder = tmp_path / "in"
    folder.mkdir()
    for file, text in {"aaa.j2": prompt(), **files}.items():
        (folder / file).write_bytes(b"\xe9" if text == "latin" else text.encode())
    async with engine(state) as made:
        await made.publish("_frame", FRAME)
        await made.publish("framed", FRAMED)
        with pytest.raises(BrokenTemplateError) as refused:
            differences(made.published, folder)
        assert reason in str(refused.value)


async def test_what_belongs_together_is_imported_together(state: Path, tmp_path: Path) -> None:
    """A part and the prompts that need it come in one go, as drafts or published; nothing of it alone."""
    folder = tmp_path / "in"
    folder.mkdir()
    changed = {"_frame": FRAME.replace("task", "other"), "framed": FRAMED.replace("task", "other"), "aaa": prompt()}
    for key, text in changed.items():
        (folder / f"{key}.j2").write_text(text)
    async with engine(state) as made:
        await made.publish("_frame", FRAME)
        await made.publish("framed", FRAMED)
        found = {each.key: each.after for each in differences(made.published, folder)}
        assert found == changed
        await made.drafts.save_together(found, "together", actor=AUTHOR)
        assert (await made.drafts.state("framed")).published == 1
        await made.publishing.publish_together(found, "together", actor=AUTHOR)
        for key, text in changed.items():
            state_ = await made.drafts.state(key)
            assert state_.draft == state_.published
            assert await made.drafts.source(key, state_.published) == text
        assert made.title("aaa") == "Calm Reply"
        assert not made.live.current.problems


@pytest.mark.parametrize("publish", [False, True])
async def test_import_is_done_whole_or_not_at_all(state: Path, publish: bool) -> None:  # noqa: FBT001 - one of two
    """When someone saves one of the prompts in between, or a test fails, none of the others is saved."""
    async with engine(state) as made:
        edits = {key: prompt(f"{key}.") for key in ("aaa", "bbb", "ccc")}
        if publish:
            made.failing = "bbb"
            with pytest.raises(TestsFailedError) as failed:
                await made.publishing.publish_together(edits, "", actor=AUTHOR)
            assert failed.value.details == ["bbb: Test 1: no"]
        else:
            made.database.meanwhile = lambda: made.drafts.save("bbb", prompt(), "", actor=AUTHOR, based_on=None)
            with pytest.raises(StaleEditError):
                await made.drafts.save_together(edits, "", actor=AUTHOR)
        for key in ("aaa", "ccc"):
            assert await made.drafts.revision(key) == 0


def test_lint_annotates_pull_requests(state: Path) -> None:
    """GitHub shows the problem at its line; a folder or a file is checked over the shipped parts."""
    folder = state.parent / "mine"
    folder.mkdir()
    (folder / "good.j2").write_text(prompt())
    (folder / "bad.j2").write_text(prompt("{{ tone }}"))
    done = prompts(state, "lint", "--format", "github", "mine")
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=mine/bad.j2,line=6,col=")
    assert "::unknown name 'tone'" in done.stdout
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
        held = (await shown(client, "reply_calm"))["held_back"]
        assert (held["serving"], held["problems"][0]["line"]) == (f"the last good text of {file}", 6)
        draft = folder / "reply_calm.tmp"
        draft.write_text(prompt(title="Two"))
        draft.replace(file)
        await until(lambda: has("Two"))
        assert (await shown(client, "reply_calm"))["held_back"] is None
        file.unlink()

        async def is_gone() -> bool:
            return not await has("Two")

        await until(is_gone)
        assert await has("Other")
