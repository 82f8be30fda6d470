"""The guard `language`: the answer is in the draft's language, or in the one that the prompt asks for."""

from collections.abc import Iterator

from assistant.text.guards.base import Breach, Case
from assistant.text.language.detector import SCRIPT_LANGUAGES, Guess
from assistant.text.language.names import code_of, may_be_same
from assistant.text.language.stop_words import SPELLED_OUT

_NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese", "it": "Italian",
    "nl": "Dutch", "sv": "Swedish", "da": "Danish", "no": "Norwegian", "fi": "Finnish", "pl": "Polish",
    "cs": "Czech", "sk": "Slovak", "hu": "Hungarian", "ro": "Romanian", "tr": "Turkish", "id": "Indonesian",
    "vi": "Vietnamese", "hr": "Croatian", "ca": "Catalan", "ru": "Russian", "uk": "Ukrainian", "bg": "Bulgarian",
    "sr": "Serbian", "el": "Greek", "he": "Hebrew", "ar": "Arabic", "fa": "Persian", "ur": "Urdu",
    "ja": "Japanese", "zh": "Chinese", "ko": "Korean", "hi": "Hindi", "bn": "Bengali", "ta": "Tamil",
    "te": "Telugu", "th": "Thai", "ka": "Georgian", "hy": "Armenian",
}  # fmt: skip
_SCRIPTS = {
    **{code: script for script, code in SCRIPT_LANGUAGES.items()},
    **dict.fromkeys(("ru", "uk", "bg"), "cyrillic"),
    **dict.fromkeys(("ar", "fa", "ur"), "arabic"),
    "ja": "kana",
    "zh": "han",
}
"""The scripts of languages that are written in no other; all else is Latin, but Serbian is both."""


def check_language(case: Case) -> Iterator[Breach]:
    """Report an answer in another language; say nothing where either language can't be told for sure."""
    if case.options.language is None and _shares_words(case):
        return
    found = case.answer.guess
    if found.script is None:
        return
    if case.options.language is None:
        draft = case.draft.guess
        if _differ(draft, found):
            yield _breach("the draft", _named(draft), found)
    elif (wanted := code_of(case.options.language)) and _misses(wanted, found, case):
        yield _breach("the prompt asks for", case.options.language, found)


def _shares_words(case: Case) -> bool:
    """Tell whether half of the answer's words are the draft's: true of most rewrites, and quickly told."""
    words = case.answer.words
    return 2 * len(words & case.draft.words) > len(words)


def _differ(draft: Guess, answer: Guess) -> bool:
    if draft.code and answer.code:
        return not may_be_same(draft.code, answer.code)
    return bool(draft.script and answer.script) and not _is_same_script(str(draft.script), str(answer.script))


def _misses(wanted: str, answer: Guess, case: Case) -> bool:
    script = _SCRIPTS.get(wanted, "latin")
    if wanted != "sr" and not _is_same_script(script, str(answer.script)):
        return True
    if not answer.code or may_be_same(wanted, answer.code):
        return False
    if wanted in SPELLED_OUT or script != "latin":
        return True
    # A language without a word list may be taken for a known one: only an answer left in the draft's language counts.
    return case.draft.guess.code == answer.code


def _is_same_script(one: str, other: str) -> bool:
    return one == other or {one, other} == {"kana", "han"}


def _named(guess: Guess) -> str:
    return _NAMES.get(guess.code or "", f"{guess.script} script")


def _breach(who: str, wanted: str, found: Guess) -> Breach:
    answer = _named(found)
    is_asked = who == "the prompt asks for"
    return Breach(
        "language",
        f"The answer is in {answer}; " + (f"{wanted} was asked for." if is_asked else f"the draft is in {wanted}."),
        f"You wrote in {answer}. Write in {wanted} only.",
    )
