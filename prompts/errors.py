"""What can go wrong with a prompt.

PromptError
├── UnknownPromptError        no prompt has this key or alias
│   └── DisabledPromptError   an administrator has switched it off
├── BrokenTemplateError       a file is refused; has every problem found, with file, line and reason
└── VariableError             a value that came with a request does not fit the prompt
    ├── MissingVariableError  a variable without a default was not given
    ├── WrongVariableError    a value has the wrong type, is too long, or is none of the choices
    └── UnknownVariableError  the prompt declares no such variable
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar

from msgspec import Struct, structs

from messages.sentences import Sentence

MOST_PROBLEMS = 50
"""Problems that are reported of a refused prompt at once; the others follow when these are fixed."""
LONGEST_REASON = 1000
"""Characters of a problem's reason; what an author wrote may stand in it."""
MOST_NAMED = 20
"""Names that a sentence lists."""

_SHOWN = 60
_LONGEST_COMPARED = 64  # characters; comparing takes their square
_MOST_COMPARED = 200  # words that one is compared with
_MORE = f"there are more than {MOST_PROBLEMS} problems; fix these first"


class Problem(Struct, frozen=True, kw_only=True):
    """Why a prompt file was refused: in which file, line and column (1 is the first), and what to do about it."""

    file: str
    line: int | None
    reason: str
    column: int | None = None

    @property
    def place(self) -> tuple[str, int, int, str]:
        """What problems are sorted by: file, line, column."""
        return (self.file, self.line or 0, self.column or 0, self.reason)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{place}: {self.reason}"


def shortened(text: str) -> str:
    """Return the beginning of text that someone wrote, short enough for a sentence."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def listed(names: Iterable[str]) -> str:
    """Return names as a sentence lists them; only the first ones if there are many."""
    every = list(names)
    first = ", ".join(shortened(name) for name in every[:MOST_NAMED])
    more = len(every) - MOST_NAMED
    return first if more <= 0 else Sentence("{first} and {more} more", first=first, more=more)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a question that suggests a known word; empty if none is similar, or the word is long."""
    if len(word) > _LONGEST_COMPARED:
        return ""
    short = [each for each in sorted(known) if len(each) <= _LONGEST_COMPARED]
    close = get_close_matches(word, short[:_MOST_COMPARED], n=1, cutoff=0.7)
    return f" (did you mean {close[0]!r}?)" if close else ""


class PromptError(Exception):
    """Any error of this package; `error_code` is for programs."""

    error_code: ClassVar[str] = "internal"


class UnknownPromptError(PromptError):
    """No prompt has this key or alias."""

    error_code = "unknown_prompt"

    def __init__(self, key: str) -> None:
        super().__init__(Sentence("There is no prompt {key!r}.", key=key[:_SHOWN]))
        self.key = key


class DisabledPromptError(UnknownPromptError):
    """The prompt is there, but switched off."""

    error_code = "prompt_disabled"

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.args = (
            Sentence(
                "The prompt {key!r} is switched off. Choose another one, or ask an administrator.", key=key[:_SHOWN]
            ),
        )


class BrokenTemplateError(PromptError):
    """A prompt file, or a shared part that it uses, is refused.

    The problems are sorted by place. Of very many the first `MOST_PROBLEMS` are kept, and one more says so.
    """

    error_code = "broken_prompt"

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        found = (problems,) if isinstance(problems, Problem) else set(problems)
        self.problems = _bounded(sorted(found, key=lambda problem: problem.place))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def _bounded(found: list[Problem]) -> tuple[Problem, ...]:
    kept = [problem for problem in found if problem.reason != _MORE]
    more = [Problem(file=kept[0].file, line=None, reason=_MORE)] if kept and len(found) > MOST_PROBLEMS else []
    return (*(_cut(problem) for problem in kept[:MOST_PROBLEMS]), *more)


def _cut(problem: Problem) -> Problem:
    if len(problem.reason) <= LONGEST_REASON:
        return problem
    return structs.replace(problem, reason=f"{problem.reason[: LONGEST_REASON - 1]}…")


class VariableError(PromptError):
    """A variable of a request does not fit the prompt; `name` is the variable, `reason` a sentence for people."""

    error_code = "invalid_request"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name
        self.reason = str(reason)


class MissingVariableError(VariableError):
    """The prompt needs this variable and the request lacks it."""

    error_code = "missing_variable"


class WrongVariableError(VariableError):
    """The value has the wrong type, is too long, or is none of the choices."""


class UnknownVariableError(VariableError):
    """The prompt declares no such variable."""
