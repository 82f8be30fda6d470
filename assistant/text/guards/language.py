"""The guard `language`: the answer is in the draft's language, or in the one that the prompt asks for."""

from collections.abc import Iterator

from assistant.text.guards.base import Breach, Case
from assistant.text.language.detector import SCRIPT_LANGUAGES, Guess
from assistant.text.language.names import code_of, may_be_same
from assistant.text.language.stop_words import SPELLED_OUT
from messages.sentences import Sentence, repeated

_NAMES = {
    "en": Sentence("English"), "de": Sentence("German"), "fr": Sentence("French"), "es": Sentence("Spanish"),
    "pt": Sentence("Portuguese"), "it": Sentence("Italian"), "nl": Sentence("Dutch"), "sv": Sentence("Swedish"),
    "da": Sentence("Danish"), "no": Sentence("Norwegian"), "fi": Sentence("Finnish"), "pl": Sentence("Polish"),
    "cs": Sentence("Czech"), "sk": Sentence("Slovak"), "hu": Sentence("Hungarian"), "ro": Sentence("Romanian"),
    "tr": Sentence("Turkish"), "id": Sentence("Indonesian"), "vi": Sentence("Vietnamese"), "hr": Sentence("Croatian"),
    "ca": Sentence("Catalan"), "ru": Sentence("Russian"), "uk": Sentence("Ukrainian"), "bg": Sentence("Bulgarian"),
    "sr": Sentence("Serbian"), "el": Sentence("Greek"), "he": Sentence("Hebrew"), "ar": Sentence("Arabic"),
    "fa": Sentence("Persian"), "ur": Sentence("Urdu"), "ja": Sentence("Japanese"), "zh": Sentence("Chinese"),
    "ko": Sentence("Korean"), "hi": Sentence("Hindi"), "bn": Sentence("Bengali"), "ta": Sentence("Tamil"),
    "te": Sentence("Telugu"), "th": Sentence("Thai"), "ka": Sentence("Georgian"), "hy": Sentence("Armenian"),
}  # fmt: skip
_OF_SCRIPT = {
    "latin": Sentence("latin script"),
    "cyrillic": Sentence("cyrillic script"),
    "arabic": Sentence("arabic script"),
}
"""Scripts of several languages."""
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
            told = Sentence(
                "The answer is in {answer}; the draft is in {draft}.", answer=_named(found), draft=_named(draft)
            )
            yield _breach(told, _named(draft), found)
    elif (wanted := code_of(case.options.language)) and _misses(wanted, found, case):
        asked = repeated(case.options.language)
        told = Sentence("The answer is in {answer}; {asked} was asked for.", answer=_named(found), asked=asked)
        yield _breach(told, asked, found)


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
    return _NAMES.get(guess.code or "") or _OF_SCRIPT.get(guess.script or "") or f"{guess.script} script"


def _breach(told: Sentence, wanted: str, found: Guess) -> Breach:
    return Breach("language", told, f"You wrote in {_named(found)}. Write in {wanted} only.")
