"""The button that suggests tags."""

import msgspec
from msgspec import Struct

from assistant.completion.answer import Answer, Entry, Listen
from assistant.drafting.asking import names_of_tags
from assistant.drafting.tasks import Caller, Task, Tasks
from assistant.errors import InvalidOutputError, InvalidRequestError
from assistant.gateway.core import WritableCore
from messages.sentences import Sentence
from providers.base import Usage

TAGS = "suggest_tags"
"""The prompt that is run."""

_NO_TAGS = Sentence("There are no tags yet. An administrator can add some.")
_MOST = 3
_MOST_CHARACTERS = 10_000  # of all names together, as the prompt takes them


class TagTask(Struct, frozen=True, kw_only=True):
    """What is asked, and the tags that there are."""

    task: Task
    names: tuple[str, ...]


class _Chosen(Struct):
    tags: list[str]


class Tagging:
    """Suggests tags.

    Args:
        tasks: has them chosen.
        core: knows which there are.
    """

    def __init__(self, tasks: Tasks, core: WritableCore) -> None:
        self._tasks = tasks
        self._core = core

    async def task(self, uuid: str, caller: Caller) -> TagTask:
        """Return what is asked.

        Raises:
            InvalidRequestError: there are no tags.
            AssistantError, PromptError: as `Tasks.read` does.
        """
        context = await self._tasks.read(TAGS, uuid, caller)
        names = await names_of_tags(self._core, caller.credentials)
        if not names:
            raise InvalidRequestError("", _NO_TAGS)
        task = self._tasks.task(TAGS, caller, context, uuid=uuid, variables={"tags": _listed(names)})
        return TagTask(task=task, names=names)

    async def answer(self, task: TagTask, caller: Caller, listen: Listen | None = None) -> Answer:
        """Return the model's choice; one that can't be read is an empty one. Raises as `Tasks.answer` does."""
        try:
            return await self._tasks.answer(task.task, caller, listen)
        except InvalidOutputError:
            nothing = Entry(text='{"tags":[]}', provider="", model="", prompt_version="", usage=Usage())
            return Answer(entry=nothing, prompt_key=TAGS, cache="miss")


def chosen(text: str, names: tuple[str, ...]) -> list[str]:
    """Return the tags that a model chose, as they are spelled, three at most; what is none is passed over.

    Args:
        text: the model's answer.
        names: of all tags.
    """
    try:
        tags = msgspec.json.decode(text, type=_Chosen).tags
    except (msgspec.DecodeError, UnicodeError):
        return []
    spelled = {_folded(name): name for name in reversed(names)}
    found = (spelled.get(_folded(tag)) for tag in tags)
    return list(dict.fromkeys(name for name in found if name is not None))[:_MOST]


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _listed(names: tuple[str, ...]) -> str:
    """Return as many names as fit, one a line."""
    lines: list[str] = []
    room = _MOST_CHARACTERS
    for name in names:
        line = " ".join("".join(each if each.isprintable() else " " for each in name).split())
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    return "\n".join(lines)
