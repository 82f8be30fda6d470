"""Nothing that happens to files or to the database takes a good prompt out of service."""

import asyncio
import itertools
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from assistant.authoring.checks import check_part
from assistant.authoring.folder_watch import PromptsWatch
from assistant.authoring.published_prompts import PublishedPrompts
from assistant.errors import DatabaseUnavailableError
from prompts.errors import MOST_PROBLEMS, BrokenTemplateError
from tests.assistant.authoring.editing import prompt
from tests.assistant.authoring.engine import AUTHOR, Engine, engine
from tests.clock import LoopClock

pytestmark = pytest.mark.usefixtures("no_collection")

INCLUDING = '{% include "_ours.j2" %}'
KINDER = prompt(INCLUDING, title="Kinder", more="variables: {mood: {type: string, default: kinder}}\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of an operator's, with a shared part and a prompt that uses it."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "_ours.j2").write_text("Be kind.")
    (folder / "calm.j2").write_text(prompt(INCLUDING, title="Kind"))
    return folder


def remove_both(folder: Path) -> None:
    """Take the part away, and leave half of the prompt."""
    (folder / "_ours.j2").unlink()
    (folder / "calm.j2").write_text("---\ntitle: Ki")


def replace_by_other_encoding(folder: Path) -> None:
    """Save both as an old editor would, by renaming."""
    for name in ("_ours.j2", "calm.j2"):
        (folder / "draft.tmp").write_bytes("é".encode("latin-1"))
        (folder / "draft.tmp").replace(folder / name)


def replace_by_folders(folder: Path) -> None:
    """Put something there that is no file."""
    for name in ("_ours.j2", "calm.j2"):
        (folder / name).unlink()
        (folder / name).mkdir()


def leave_dangling_links(folder: Path) -> None:
    """Put links there that lead nowhere."""
    for name in ("_ours.j2", "calm.j2"):
        (folder / name).unlink()
        (folder / name).symlink_to(folder / "nowhere")


BREAKING: list[Callable[[Path], object]] = [
    remove_both,
    replace_by_other_encoding,
    replace_by_folders,
    leave_dangling_links,
    lambda folder: (folder / "_ours.j2").write_text("{% if"),
    lambda folder: (folder / "calm.j2").write_text(""),
    lambda folder: (folder / "calm.j2").write_text("x" * 400_000),
    lambda folder: folder.rename(folder.with_name("elsewhere")),
]


@pytest.mark.parametrize("breaking", BREAKING)
async def test_broken_files_change_nothing(state: Path, folder: Path, breaking: Callable[[Path], object]) -> None:
    """The file's prompt and a published edit that uses the part go on; who publishes something else may."""
    async with engine(state, folder) as made:
        await made.publish("edited", prompt(INCLUDING, title="Edited"))
        breaking(folder)
        await made.published.reload_files()
        await made.publish("other", prompt(title="Other"))
        assert ["Task: Be kind." in made.system(key) for key in ("calm", "edited")] == [True, True]
        assert made.title("other") == "Other"
        assert made.live.current.problems


async def test_two_files_saved_one_after_the_other(state: Path, folder: Path) -> None:
    """While only the part is changed, the pair of before serves; the author sees why."""
    async with engine(state, folder) as made:
        (folder / "_ours.j2").write_text("Be {{ mood }}.")
        await made.published.reload_files()
        assert "Task: Be kind." in made.system("calm")
        held = made.drafts.held_back("calm")
        assert held is not None
        assert "mood" in held.problems[0].reason
        (folder / "calm.j2").write_text(KINDER)
        await made.published.reload_files()
        assert "Task: Be kinder." in made.system("calm")
        assert made.drafts.held_back("calm") is None


def swap_folders(folder: Path) -> None:
    """Put another folder in the place of this one, as a deployment does."""
    folder.rename(folder.with_name("old"))
    folder.with_name("new").rename(folder)


def swap_links(folder: Path) -> None:
    """Put another folder behind the same link."""
    folder.rename(folder.with_name("old"))
    folder.symlink_to(folder.with_name("old"))
    link = folder.with_name("link")
    link.symlink_to(folder.with_name("new"))
    link.replace(folder)


def write_in_pieces(folder: Path) -> None:
    """Write the file again and again, as an editor does that saves slowly."""
    text = (folder.with_name("new") / "calm.j2").read_text()
    for end in (10, 40, len(text)):
        (folder / "calm.j2").write_text(text[:end])


def delete_and_write(folder: Path) -> None:
    """Delete the file, and write it anew."""
    (folder / "calm.j2").unlink()
    (folder / "calm.j2").write_text((folder.with_name("new") / "calm.j2").read_text())


def keep_the_time(folder: Path) -> None:
    """Change the text and neither length nor time of the file."""
    file = folder / "calm.j2"
    before = file.stat()
    file.write_text(file.read_text().replace("title: Kind", "title: Neat"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("saving", [swap_folders, swap_links, write_in_pieces, delete_and_write, keep_the_time])
async def test_watch_misses_nothing(state: Path, folder: Path, saving: Callable[[Path], None]) -> None:
    """However a file comes to its new text, it is in force soon, and so is the next one."""
    clock = LoopClock()
    new = folder.with_name("new")
    new.mkdir()
    (new / "calm.j2").write_text(prompt(title="Neat"))
    async with engine(state, folder) as made, PromptsWatch((folder,), made.published).running():
        saving(folder)
        await clock.reach(lambda: has(made, "Neat"))
        (folder / "calm.j2").write_text(prompt(title="Next"))
        await clock.reach(lambda: has(made, "Next"))


class Stumbling:
    """Reads files, but not at the first two tries."""

    def __init__(self, made: Engine) -> None:
        self._made = made
        self._tries = 0

    async def reload_files(self) -> None:
        """Read the files."""
        self._tries += 1
        if self._tries <= 2:
            raise RuntimeError("not now")
        await self._made.published.reload_files()


async def test_watch_goes_on_after_errors(state: Path, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What goes wrong is logged, once for as long as it lasts, and the change is taken as soon as it can be."""
    clock = LoopClock()
    async with engine(state, folder) as made:
        stumbling = cast("PublishedPrompts", Stumbling(made))
        async with PromptsWatch((folder,), stumbling).running():
            (folder / "calm.j2").write_text(prompt(title="Next"))
            await clock.reach(lambda: has(made, "Next"))
    assert [record.getMessage() for record in caplog.records].count(
        "changed prompt files could not be read; trying again"
    ) == 1


async def has(made: Engine, title: str, key: str = "calm") -> bool:
    """Tell whether a title is in force, and has its row."""
    return key in made.rows and made.title(key) == title


async def test_file_of_before_the_start_is_seen(state: Path, folder: Path) -> None:
    """What changed between reading the files and watching them is taken, too."""
    clock = LoopClock()
    async with engine(state, folder) as made:
        (folder / "calm.j2").write_text(prompt(title="Early"))
        async with PromptsWatch((folder,), made.published).running():
            await clock.reach(lambda: has(made, "Early"))


async def test_hiccup_hides_nothing(state: Path, folder: Path) -> None:
    """While the database is away all prompts stay, files are taken; after it new ones get their rows by themselves."""
    clock = LoopClock()
    async with engine(state, folder) as made, engine(state, folder) as other:
        await made.publish("edited", prompt(title="Edited"))
        other.database.away = made.database.away = True
        (folder / "late.j2").write_text(prompt(title="Late"))
        for each in (made, other):
            await each.published.reload_files()
            assert (each.title("late"), each.title("calm")) == ("Late", "Kind")
        assert made.title("edited") == "Edited"
        with pytest.raises(DatabaseUnavailableError):
            await made.published.reload()
        other.database.away = made.database.away = False
        await clock.reach(lambda: has(made, "Late", "late"))
        await clock.reach(lambda: has(other, "Late", "late"))
        await clock.reach(lambda: has(other, "Edited", "edited"))


async def test_publication_that_another_replica_can_not_write_down(state: Path) -> None:
    """A replica that can read but not write serves what was published elsewhere, and lists it once it can write."""
    clock = LoopClock()
    async with engine(state) as made, engine(state) as other:
        other.database.read_only = True
        await made.publish("edited", prompt(title="Edited"))

        async def serves() -> bool:
            return any(each.key == "edited" for each in other.live.prompts)

        await clock.reach(serves)
        other.database.read_only = False
        await clock.reach(lambda: has(other, "Edited", "edited"))


async def test_checking_a_part_leaves_the_loop_alone(state: Path, folder: Path) -> None:
    """With hundreds of prompts that use a part, saving a good and a bad one never stops the loop for a second."""
    for place in range(200):
        (folder / f"p{place}.j2").write_text(prompt(title=f"P{place}"))
    async with engine(state, folder) as made:
        gaps: list[float] = []
        ticking = asyncio.create_task(_tick(gaps))
        await made.drafts.save("_style", "Be calm.", "", actor=AUTHOR, based_on=None)
        with pytest.raises(BrokenTemplateError) as refused:
            await made.drafts.save("_style", "{{ mood }}", "", actor=AUTHOR, based_on=1)
        ticking.cancel()
        assert max(gaps) < 1.0
        assert {each.file for each in refused.value.problems} == {"_style.j2"}


async def test_checking_a_long_prompt_leaves_the_loop_alone(state: Path) -> None:
    """A prompt that takes seconds to compile stops no one else, when it is saved and when it is published."""
    long = prompt("{% if format %}{% endif %}" * 2_000)
    async with engine(state) as made:
        gaps: list[float] = []
        ticking = asyncio.create_task(_tick(gaps))
        await made.publish("long", long)
        ticking.cancel()
        assert max(gaps) < 1.0


async def test_checking_a_part_grows_with_the_prompts_and_no_faster(state: Path) -> None:
    """A part breaks every prompt in its own way: ten times the prompts take ten times the work, not a hundred times."""
    frame = "{% block system %}{% block task %}{% endblock %}{% endblock %}{% block user %}{{ content }}{% endblock %}"
    child = '---\ntitle: A\nbrief: b\n---\n{% extends "_frame.j2" %}{% block task %}x{% endblock %}'
    async with engine(state) as made:
        work: list[float] = []
        for number in (10, 100):
            made.published.edits = {"_frame": frame, **{f"p{place}": child for place in range(number)}}
            begun = time.process_time()
            with pytest.raises(BrokenTemplateError) as refused:
                await check_part(made.published, "_frame", frame.replace("task", "other"))
            work.append(time.process_time() - begun)
            assert len(refused.value.problems) == min(number, MOST_PROBLEMS + 1), "the last says that there are more"
        assert work[1] < 25 * work[0]


async def _tick(gaps: list[float]) -> None:
    """Note how long each turn of the loop took."""
    last = time.monotonic()
    for _ in itertools.count():
        await asyncio.sleep(0.01)
        now = time.monotonic()
        gaps.append(now - last)
        last = now
