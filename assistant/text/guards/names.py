"""The guard `names`: who is greeted, who signs, and what products are called."""

import re
from collections.abc import Collection, Iterable, Iterator
from html import unescape

from assistant.text.currencies import CODES
from assistant.text.gaps import is_gap
from assistant.text.guards.base import Breach, Case, invented, lost
from assistant.text.guards.facts import Facts
from assistant.text.language.stop_words import STOP_WORDS
from assistant.text.letters.letters import find_signer
from assistant.text.letters.wording import SHOUTED
from assistant.text.reading import folded_words

_INNER_CAPITAL = re.compile("[A-Z](?<=[a-z].)")
_MOST_BEFORE_CAPITAL = 13
_MIXED = re.compile(r"[A-Za-z](?<![\w'&-].)[a-z]{1,12}+[A-Z]")
_MIXED_TO_END = re.compile(r"[A-Za-z]+(?![\w'&])")
_CAPITALS = re.compile(r"[A-Z](?<![\w'&.-].)[A-Z]{1,4}+(?![\w'&-])")
_SHOUTING = re.compile(r"[A-Z]{2,}[,!]?[ ]+[A-Z]{2,}")
_COMMON = frozenset(SHOUTED.split()) | CODES | frozenset(STOP_WORDS)
_BESIDE_MARKS = re.compile(r"(?<=[{}%|=])\s+|\s+(?=[{}%|=])")  # placeholders are short
_MOST_TERMS = 60
_MOST_PLACEHOLDERS = 60
_INFLECTING = frozenset(
    ("pl", "cs", "sk", "hr", "sr", "ru", "uk", "bg", "el", "fi", "hu", "tr", "lt", "lv", "et", "ro")
)
_STEM = 3


def check_names(case: Case) -> Iterator[Breach]:
    """Report names that are lost, and names made up in a greeting or under a closing; placeholders too.

    A placeholder is filled in after the rewrite, so it must stay as it is; one that is made up reaches the customer.
    """
    gone = _placeholders(case.draft, case.answer)
    if gone:
        yield lost(case, "names", "placeholder", gone, refuses=True)
    if strange := _strange_placeholders(case):
        yield invented(case, "names", "placeholder", strange, refuses=bool(gone))
    if missing := [*_lost_people(case), *_lost_terms(case)]:
        yield lost(case, "names", "name", list(dict.fromkeys(missing)))
    if added := _added_people(case):
        yield invented(case, "names", "name", list(dict.fromkeys(added)))


def _lost_people(case: Case) -> list[str]:
    """Return whoever is greeted, or signs, without any part of the name being in the answer."""
    closing = case.draft.closing
    signs = closing.names if closing else find_signer(case.draft.text)
    if closing and "signature" in case.guards and not case.answer.closing:
        signs = ()  # the guard of signatures reports it
    people = [names for names in (case.draft.greeting.names, signs) if names]
    if not people:
        return []
    gone = [names for names in people if case.answer.words.isdisjoint(_parts(names))]
    return [" ".join(names) for names in gone if not _may_be_inflected(names, case)]


def _may_be_inflected(names: Collection[str], case: Case) -> bool:
    """Tell whether a name is there with another ending, or in another script."""
    found = case.answer.guess
    if found.script not in (None, "latin") and all(name.isascii() for name in names):
        return True
    return _inflects(case) and _has_stem(names, case.answer.words)


def _inflects(case: Case) -> bool:
    """Tell whether a name may get another ending, as Anna becomes Anno in Polish."""
    return case.options.language is not None or case.answer.guess.code in _INFLECTING


def _has_stem(names: Iterable[str], there: Iterable[str], *, cut: int = 2) -> bool:
    stems = tuple(part[: max(_STEM, len(part) - cut)] for part in _parts(names))
    return any(word.startswith(stems) for word in there)


def _lost_terms(case: Case) -> list[str]:
    """Return names such as PayPal and IKEA that the answer lacks, however it parts or capitalises them."""
    mixed = list(_mixed(case.draft.prose)) if b"aA" in case.draft.shape else []
    terms = [*mixed, *_acronyms(case)]
    if not terms:
        return []
    gone = [term for term in dict.fromkeys(terms[:_MOST_TERMS]) if not _is_there(term.casefold(), case)]
    if not gone or case.answer.guess.script != case.draft.guess.script:
        return []
    squeezed = re.sub(r"[\W_]+", "", case.answer.text).casefold()
    return [term for term in gone if term.casefold() not in squeezed]


def _mixed(prose: str) -> Iterator[str]:
    """Find names with a capital inside; looked for around one, which is told much faster than what it is a part of."""
    end = 0
    for inner in _INNER_CAPITAL.finditer(prose):
        begun = _MIXED.search(prose, max(end, inner.start() - _MOST_BEFORE_CAPITAL), inner.end())
        found = _MIXED_TO_END.match(prose, begun.start()) if begun else None
        if found:
            yield found[0]
        end = max(end, (found or inner).end())


def _is_there(term: str, case: Case) -> bool:
    return term in case.answer.words or term in _COMMON


def _acronyms(case: Case) -> list[str]:
    """Return names in capitals; a translation has its own, and someone who shouts has none."""
    found = _CAPITALS.findall(case.draft.prose) if b"AA" in case.draft.shape else []
    return [] if found and (case.options.language or _SHOUTING.search(case.draft.prose)) else found


def _added_people(case: Case) -> list[str]:
    greeting, closing = case.answer.greeting, case.answer.closing
    people = [*(greeting.names if greeting.ends else ()), *(closing.names if closing else ())]
    if not people:
        return []
    strange = [name for name in people if case.draft.words.isdisjoint(_parts([name]))]
    if not strange:
        return []
    # In the source of HTML a name may stand in an address.
    known = case.draft.words | _parts(case.options.names) | set(folded_words(case.draft.source))
    strange = [name for name in strange if known.isdisjoint(_parts([name]))]
    if not strange or _is_in_another_script(case):
        return []  # the draft may have it in its own script
    cut = 2 if _inflects(case) else 0  # Alex may be short for Alexander, not for Alessandro
    return [name for name in strange if not _has_stem([name], known, cut=cut)]


def _is_in_another_script(case: Case) -> bool:
    scripts = (case.draft.guess.script, case.answer.guess.script)
    return scripts[0] != scripts[1] and not {None, "latin"}.issuperset(scripts)


def _placeholders(wanted: Facts, there: Facts) -> list[str]:
    """Return the placeholders of one side that the other lacks."""
    if not wanted.placeholders:
        return []
    found = dict.fromkeys(wanted.text[start:end] for start, end in wanted.placeholders)
    others = {_without_spaces(there.text[start:end]) for start, end in there.placeholders}
    strange = [each for each in found if _without_spaces(each) not in others]
    if not strange:
        return []
    texts = (there.text, unescape(there.source))  # in the source of HTML one may stand in the value of an attribute
    return [each for each in strange[:_MOST_PLACEHOLDERS] if not any(each in text for text in texts)]


def _strange_placeholders(case: Case) -> list[str]:
    """Return the placeholders that are made up; a gap that an answer to a conversation leaves is meant to be seen."""
    strange = _placeholders(case.answer, case.draft)
    return [each for each in strange if not is_gap(each)] if case.options.conversation else strange


def _without_spaces(placeholder: str) -> str:
    """Return a placeholder without the spaces beside its marks: `{{ name }}` is `{{name}}`."""
    return _BESIDE_MARKS.sub("", placeholder)


def _parts(names: Iterable[str]) -> set[str]:
    """Return the words of names as they are compared; Anna-Lena has two."""
    return {part for name in names for part in folded_words(name)}
