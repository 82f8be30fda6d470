"""Prompts as files: writes those in use to a folder, and finds what differs in one."""

import difflib
from pathlib import Path

from msgspec import Struct

from assistant.authoring.checks import check_together
from assistant.authoring.published_prompts import PublishedPrompts
from assistant.errors import InvalidRequestError
from prompts.errors import BrokenTemplateError
from prompts.layers import is_part, read_layer

_SUFFIX = ".j2"


class Difference(Struct, frozen=True, kw_only=True):
    """A file of a folder that differs from the text in use; `before` is empty for a new one."""

    key: str
    before: str
    after: str

    def unified(self) -> str:
        """Return the difference line by line."""
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True),
            self.after.splitlines(keepends=True),
            f"{self.key} as served",
            f"{self.key} in the folder",
        )
        return "".join(lines)


def export_prompts(published: PublishedPrompts, folder: Path) -> int:
    """Write every prompt and shared part in use to a folder, and return how many there were.

    Raises:
        OSError: the folder can't be written to.
    """
    texts = _texts(published)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return len(texts)


def differences(published: PublishedPrompts, folder: Path) -> list[Difference]:
    """Return what differs in a folder, shared parts first; it is checked as if all of it were published.

    Raises:
        InvalidRequestError: there is no such folder.
        BrokenTemplateError: a file is refused, or a prompt that is not in the folder could not be used with it.
    """
    if not folder.is_dir():
        raise InvalidRequestError("DIR", f"{folder} is not a folder")
    layer, problems = read_layer(folder)
    texts = _texts(published)
    changed = {name: source for name, source in layer.sources.items() if texts.get(name) != source.text}
    try:
        check_together(published, {name.removesuffix(_SUFFIX): source for name, source in changed.items()})
    except BrokenTemplateError as error:
        problems += error.problems
    if problems:
        raise BrokenTemplateError(problems)
    found = [
        Difference(key=name.removesuffix(_SUFFIX), before=texts.get(name, ""), after=source.text)
        for name, source in changed.items()
    ]
    return sorted(found, key=lambda each: (not is_part(each.key), each.key))


def _texts(published: PublishedPrompts) -> dict[str, str]:
    """Return the texts in use, by the names of their files."""
    return {name: source.text for layer in published.layers() for name, source in layer.sources.items()}
