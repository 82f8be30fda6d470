"""What a prompt's own tests may assert about a model's answer."""

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec
from msgspec import Struct

AssertionType: TypeAlias = Literal[
    "contains",
    "not-contains",
    "contains-any",
    "not-contains-any",
    "equals",
    "max-words",
    "min-words",
    "keeps-links",
    "keeps-numbers",
    "html",
    "is-html",
    "is-json",
    "max-length",
    "regex",
    "similar",
    "language",
    "judged",
]
Takes: TypeAlias = Literal["none", "text", "list", "number", "pattern"]
"""What kind of value an assertion takes."""

_MOST_PHRASES = 50  # that `contains-any` and `not-contains-any` may list
_THRESHOLD = 0.8  # of likeness, where a test names none
_LONGEST_PATTERN = 500
_MOST_COMPILED = 64  # patterns that are kept
_MOST_MEMORY = 2 << 20  # bytes that a compiled pattern may take, with all that it remembers of texts
_MOST_COMPARED = 20_000  # characters; what is longer is compared as far as that

_URL = re.compile(r"(?:https?://|mailto:|www\.)[^\s<>\"']+")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_WORD_OR_SIGN = re.compile(r"\w+|[^\w\s]")
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc", "'''")


class Assertion(Struct, frozen=True, kw_only=True):
    """One demand on the answer; raises `ValueError` when `value` does not fit `type`.

    `threshold` is for `similar` alone: how alike the answer must be, from 0 to 1.
    """

    type: AssertionType
    value: str | int | tuple[str, ...] | None = None
    threshold: float | None = None

    def __post_init__(self) -> None:
        reason = _KINDS[self.type].value(self.value) or _threshold_problem(self.type, self.threshold)
        if reason:
            raise ValueError(f"{self.type} {reason}")


class Kind(NamedTuple):
    """A kind of assertion.

    `value` says what is wrong with its value. `check` says why an answer fails it, from the value, the draft and the
    answer (for `similar` from the threshold too); without one the service decides: it knows languages, and asks a model
    to judge.
    """

    value: Callable[[object], str | None]
    check: Callable[..., str | None] | None


def check(assertion: Assertion, draft: str, answer: str) -> str | None:
    """Say why `answer`, made from `draft`, fails the assertion; None when it holds.

    Kinds that the service decides always pass here. A typographic apostrophe is the same as a straight one, and only
    `equals` distinguishes capitals. No assertion can keep this busy: the time is linear in the length of the texts.
    """
    kind = _KINDS[assertion.type]
    if kind.check is None:
        return None
    threshold = () if assertion.threshold is None else (assertion.threshold,)
    return kind.check(assertion.value, _fold(draft), _fold(answer), *threshold)


def _no_value(value: object) -> str | None:
    return None if value is None else "takes no value"


def _text_problem(value: object) -> str | None:
    return None if isinstance(value, str) and value else "needs text as its value; put a number or true in quotes"


def _count_problem(of: str, value: object) -> str | None:
    return None if isinstance(value, int) and value > 0 else f"needs a number of {of} greater than 0 as its value"


def _list_problem(value: object) -> str | None:
    if not isinstance(value, tuple) or not 1 <= len(value) <= _MOST_PHRASES:
        return f"needs a list of 1 to {_MOST_PHRASES} words or phrases as its value"
    return None if all(_spell(phrase).strip() for phrase in value) else "has an empty word"


def _threshold_problem(kind: AssertionType, threshold: float | None) -> str | None:
    if threshold is None:
        return None
    if kind != "similar":
        return "takes no threshold"
    return None if 0 < threshold <= 1 else "needs a threshold greater than 0 and at most 1"


def _pattern_problem(value: object) -> str | None:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_PATTERN:
        return f"needs a regular expression of at most {_LONGEST_PATTERN} characters as its value"
    try:
        _compiled(value)
    except ValueError as error:
        return f"needs a regular expression as its value: {error}"
    return None


@lru_cache(_MOST_COMPILED)
def _compiled(pattern: str) -> Any:  # noqa: ANN401 - RE2's own type
    """Compile a pattern for RE2, which takes time that grows with the text and no faster, whatever the pattern."""
    import re2  # noqa: PLC0415 - most prompts have no such test

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0]
        raise ValueError(reason.decode() if isinstance(reason, bytes) else str(reason)) from None


def _fold(text: str) -> str:
    return text.translate(_APOSTROPHES)


def _spell(phrase: str) -> str:
    """Write a phrase as `_spell_out` writes a text, open at the end where a `*` stands for any ending."""
    spelled = _spell_out(phrase.removesuffix("*"))
    return spelled.removesuffix(" ") if phrase.endswith("*") else spelled


def _spell_out(text: str) -> str:
    """Put one space around each word and sign, so that a phrase is found as whole words by looking for its text."""
    words = _WORD_OR_SIGN.findall(_fold(_TAG.sub(" ", text)).casefold())
    return f" {' '.join(words)} "


def _contains(value: str, _draft: str, answer: str) -> str | None:
    return None if _fold(value).casefold() in answer.casefold() else f"{value!r} is missing"


def _not_contains(value: str, _draft: str, answer: str) -> str | None:
    return f"{value!r} should not appear" if _fold(value).casefold() in answer.casefold() else None


def _contains_any(phrases: tuple[str, ...], _draft: str, answer: str) -> str | None:
    return None if _find_phrases(phrases, answer) else f"none of these appears: {', '.join(phrases)}"


def _not_contains_any(phrases: tuple[str, ...], _draft: str, answer: str) -> str | None:
    found = _find_phrases(phrases, answer)
    return f"should not appear: {', '.join(found)}" if found else None


def _find_phrases(phrases: tuple[str, ...], answer: str) -> list[str]:
    text = _spell_out(answer)
    return [phrase for phrase in phrases if _spell(phrase) in text]


def _equals(value: str, _draft: str, answer: str) -> str | None:
    return None if answer.strip() == _fold(value).strip() else f"the answer is not {value!r}"


def _max_words(most: int, _draft: str, answer: str) -> str | None:
    count = _count_words(answer)
    return f"the word count is {count}, but may be at most {most}" if count > most else None


def _min_words(least: int, _draft: str, answer: str) -> str | None:
    count = _count_words(answer)
    return f"the word count is {count}, but must be at least {least}" if count < least else None


def _keeps_links(_value: None, draft: str, answer: str) -> str | None:
    return _lost("link", _find_links(draft), set(_find_links(answer)))


def _keeps_numbers(_value: None, draft: str, answer: str) -> str | None:
    return _lost("number", _find_numbers(draft), set(_find_numbers(answer)))


def _html(_value: None, draft: str, answer: str) -> str | None:
    wanted, found = bool(_TAG.search(draft)), bool(_TAG.search(answer))
    if wanted == found:
        return None
    return "the draft is HTML, but the answer is not" if wanted else "the draft is plain text, but the answer is HTML"


def _is_html(_value: None, _draft: str, answer: str) -> str | None:
    return None if _TAG.search(answer) else "the answer is not HTML"


def _is_json(_value: None, _draft: str, answer: str) -> str | None:
    try:
        msgspec.json.decode(answer)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return "the answer is not JSON"
    return None


def _max_length(most: int, _draft: str, answer: str) -> str | None:
    return f"the length is {len(answer)} characters, but may be at most {most}" if len(answer) > most else None


def _regex(pattern: str, _draft: str, answer: str) -> str | None:
    return None if _compiled(pattern).search(answer) else f"nothing matches {pattern}"


def _similar(value: str, _draft: str, answer: str, threshold: float = _THRESHOLD) -> str | None:
    """Compare letter by letter: 1 is the same, 0 has nothing in common (normalised Indel similarity)."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - most prompts have no such test

    wanted, found = (_fold(text).casefold().strip()[:_MOST_COMPARED] for text in (value, answer))
    likeness = Indel.normalized_similarity(wanted, found)
    return None if likeness >= threshold else f"the similarity is {likeness:.2f}, but must be at least {threshold:.2f}"


def _lost(what: str, wanted: list[str], found: set[str]) -> str | None:
    lost = [item for item in dict.fromkeys(wanted) if item not in found]
    return f"lost the {what} {', '.join(lost)}" if lost else None


def _find_links(text: str) -> list[str]:
    """Links without the punctuation that ends a sentence rather than a link."""
    return [link.rstrip(".,;:!?)]") for link in _URL.findall(text)]


def _find_numbers(text: str) -> list[str]:
    return _NUMBER.findall(_URL.sub(" ", text))


def _count_words(text: str) -> int:
    return len(_TAG.sub(" ", text).split())


_word_count, _character_count = partial(_count_problem, "words"), partial(_count_problem, "characters")
_KINDS: dict[AssertionType, Kind] = {
    "contains": Kind(_text_problem, _contains),
    "not-contains": Kind(_text_problem, _not_contains),
    "contains-any": Kind(_list_problem, _contains_any),
    "not-contains-any": Kind(_list_problem, _not_contains_any),
    "equals": Kind(_text_problem, _equals),
    "max-words": Kind(_word_count, _max_words),
    "min-words": Kind(_word_count, _min_words),
    "keeps-links": Kind(_no_value, _keeps_links),
    "keeps-numbers": Kind(_no_value, _keeps_numbers),
    "html": Kind(_no_value, _html),
    "is-html": Kind(_no_value, _is_html),
    "is-json": Kind(_no_value, _is_json),
    "max-length": Kind(_character_count, _max_length),
    "regex": Kind(_pattern_problem, _regex),
    "similar": Kind(_text_problem, _similar),
    "language": Kind(_text_problem, None),
    "judged": Kind(_text_problem, None),
}
_TAKES: dict[object, Takes] = {
    _no_value: "none",
    _text_problem: "text",
    _list_problem: "list",
    _pattern_problem: "pattern",
    _word_count: "number",
    _character_count: "number",
}


def takes(kind: AssertionType) -> Takes:
    """Return which kind of value an assertion takes."""
    return _TAKES[_KINDS[kind].value]
