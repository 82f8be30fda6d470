"""Prompts as files: writing out what is in force, and saving what a folder has otherwise."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from assistant.auth.actor import Actor
from assistant.authoring.in_force import PromptsInForce
from assistant.authoring.versions import Authoring
from assistant.errors import InvalidRequestError
from prompts.errors import BrokenTemplateError, Problem
from prompts.layers import Layer, is_part, read_layer
from prompts.registry import PromptRegistry

_SUFFIX = ".j2"


class Difference(Struct, frozen=True, kw_only=True):
    """A file of a folder that differs from what is in force; `before` is empty for a new one."""

    key: str
    before: str
    after: str

    def unified(self) -> str:
        """Return the difference line by line."""
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True),
            self.after.splitlines(keepends=True),
            f"{self.key} in force",
            f"{self.key} in the folder",
        )
        return "".join(lines)


def export_prompts(in_force: PromptsInForce, folder: Path) -> int:
    """Write every prompt and shared part in force into a folder, and return how many that were.

    Raises:
        OSError: the folder can't be written to.
    """
    texts = _texts(in_force)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return len(texts)


def differences(in_force: PromptsInForce, folder: Path) -> list[Difference]:
    """Return what a folder has otherwise, shared parts first; all of it is checked together.

    Raises:
        InvalidRequestError: there is no such folder.
        BrokenTemplateError: a file is refused; nothing is good then.
    """
    if not folder.is_dir():
        raise InvalidRequestError("DIR", f"{folder} is no folder")
    layer, problems = read_layer(folder)
    problems += _problems(in_force, layer)
    if problems:
        raise BrokenTemplateError(problems)
    texts = _texts(in_force)
    found = [
        Difference(key=name.removesuffix(_SUFFIX), before=texts.get(name, ""), after=source.text)
        for name, source in layer.sources.items()
        if texts.get(name) != source.text
    ]
    return sorted(found, key=lambda each: (not is_part(each.key), each.key))


async def import_prompts(
    authoring: Authoring, found: Sequence[Difference], message: str, *, actor: Actor, publish: bool
) -> None:
    """Save what a folder has otherwise as drafts, and publish it if that is wanted.

    Raises:
        StaleEditError: somebody else was quicker.
        BrokenTemplateError: a file needs a part that is not published.
        TestsFailedError: a prompt that is to be published fails its tests.
    """
    for each in found:
        based_on = await authoring.revision(each.key)
        await authoring.save(each.key, each.after, message, actor=actor, based_on=based_on)
        if publish:
            await authoring.publish(each.key, actor=actor, number=None, forced=None, based_on=None)


def _texts(in_force: PromptsInForce) -> dict[str, str]:
    """Return the texts in force, by the names of their files."""
    return {name: source.text for layer in in_force.layers() for name, source in layer.sources.items()}


def _problems(in_force: PromptsInForce, layer: Layer) -> list[Problem]:
    """Return what is wrong with a layer on top of all others."""
    own = {source.origin for source in layer.sources.values()}
    registry = PromptRegistry.of_layers([*in_force.layers(), layer], settings=in_force.settings)
    return [problem for problem in registry.problems if problem.file in own]
