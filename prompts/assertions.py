"""What a prompt's own tests may assert about a model's answer."""

import re
from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

from msgspec import Struct

AssertionType: TypeAlias = Literal[
    "contains",
    "not-contains",
    "equals",
    "matches",
    "not-matches",
    "max-words",
    "min-words",
    "keeps-links",
    "keeps-numbers",
    "html",
]
TEXT_TYPES = frozenset(get_args(AssertionType)[:3])
PATTERN_TYPES = frozenset({"matches", "not-matches"})
COUNT_TYPES = frozenset({"max-words", "min-words"})
MAX_PATTERN = 200
MAX_REPEATS = 3

_URL = re.compile(r"(?:https?://|mailto:|www\.)[^\s<>\"']+")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ESCAPED_OR_CLASS = re.compile(r"\\.|\[[^\]]*\]")


class Assertion(Struct, frozen=True, kw_only=True):
    """One demand on the answer; raises `ValueError` when `value` does not fit `type`."""

    type: AssertionType
    value: str | int | None = None

    def __post_init__(self) -> None:
        if reason := _value_problem(self.type, self.value):
            raise ValueError(f"{self.type} {reason}")


def check(assertion: Assertion, draft: str, answer: str) -> str | None:
    """Say why `answer`, made from `draft`, fails the assertion; None when it holds.

    Upper and lower case count, except that `contains` and `not-contains` ignore them.
    """
    return _CHECKS[assertion.type](assertion.value, draft, answer)


def _value_problem(kind: AssertionType, value: str | int | None) -> str | None:
    if kind in TEXT_TYPES:
        return None if isinstance(value, str) and value else "needs a text as its value"
    if kind in PATTERN_TYPES:
        return _pattern_problem(value) if isinstance(value, str) and value else "needs a pattern as its value"
    if kind in COUNT_TYPES:
        return None if isinstance(value, int) and value > 0 else "needs a number of words above 0 as its value"
    return None if value is None else "takes no value"


def _pattern_problem(pattern: str) -> str | None:
    """Refuse what could keep the matcher busy for minutes: repeated groups, back-references, many repeats."""
    if len(pattern) > MAX_PATTERN:
        return f"takes a pattern of at most {MAX_PATTERN} characters"
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"has a broken pattern: {error}"
    bare = _ESCAPED_OR_CLASS.sub("x", pattern)
    if re.search(r"\)[*+{]", bare):
        return "may not repeat a group; repeat single characters or classes"
    if re.search(r"\\[1-9]|\(\?P=|\(\?\(", pattern):
        return "may not refer back to a group"
    if len(re.findall(r"[*+{]", bare)) > MAX_REPEATS:
        return f"may hold at most {MAX_REPEATS} repeats (*, + or {{…}})"
    return None


def _contains(value: str | int | None, _draft: str, answer: str) -> str | None:
    return None if str(value).casefold() in answer.casefold() else f"{value!r} is missing"


def _not_contains(value: str | int | None, _draft: str, answer: str) -> str | None:
    return f"{value!r} should not be there" if str(value).casefold() in answer.casefold() else None


def _equals(value: str | int | None, _draft: str, answer: str) -> str | None:
    return None if answer.strip() == str(value).strip() else f"the answer is not {value!r}"


def _matches(value: str | int | None, _draft: str, answer: str) -> str | None:
    return None if re.search(str(value), answer) else f"nothing matches {value!r}"


def _not_matches(value: str | int | None, _draft: str, answer: str) -> str | None:
    found = re.search(str(value), answer)
    return f"{found[0]!r} matches {value!r}" if found else None


def _max_words(value: str | int | None, _draft: str, answer: str) -> str | None:
    count = _count_words(answer)
    return f"{count} words, at most {value} wanted" if count > int(value or 0) else None


def _min_words(value: str | int | None, _draft: str, answer: str) -> str | None:
    count = _count_words(answer)
    return f"{count} words, at least {value} wanted" if count < int(value or 0) else None


def _keeps_links(_value: str | int | None, draft: str, answer: str) -> str | None:
    return _lost("link", _find_links(draft), _find_links(answer))


def _keeps_numbers(_value: str | int | None, draft: str, answer: str) -> str | None:
    return _lost("number", _find_numbers(draft), _find_numbers(answer))


def _html(_value: str | int | None, draft: str, answer: str) -> str | None:
    wanted, found = bool(_TAG.search(draft)), bool(_TAG.search(answer))
    if wanted == found:
        return None
    return "the draft is HTML, the answer is not" if wanted else "the draft is plain text, the answer is HTML"


def _lost(what: str, wanted: list[str], found: list[str]) -> str | None:
    lost = [item for item in dict.fromkeys(wanted) if item not in found]
    return f"lost the {what} {', '.join(lost)}" if lost else None


def _find_links(text: str) -> list[str]:
    """Links without the punctuation that ends a sentence rather than a link."""
    return [link.rstrip(".,;:!?)]") for link in _URL.findall(text)]


def _find_numbers(text: str) -> list[str]:
    return _NUMBER.findall(_URL.sub(" ", text))


def _count_words(text: str) -> int:
    return len(_TAG.sub(" ", text).split())


_CHECKS: dict[AssertionType, Callable[[str | int | None, str, str], str | None]] = {
    "contains": _contains,
    "not-contains": _not_contains,
    "equals": _equals,
    "matches": _matches,
    "not-matches": _not_matches,
    "max-words": _max_words,
    "min-words": _min_words,
    "keeps-links": _keeps_links,
    "keeps-numbers": _keeps_numbers,
    "html": _html,
}
