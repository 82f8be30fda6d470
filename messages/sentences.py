"""Sentences for people: written in English where they are needed, and said in the reader's language when they are read.

A sentence is a template with named places, `Sentence("It has {words} words.", words=3)`. Its values are filled in after
the translation. Whoever takes it for text, such as a log line, gets the English one.
"""

import gettext
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeAlias, cast

CATALOGUES = Path(__file__).parent / "catalogues"
DOMAIN = "messages"
"""The name of each language's files: `de/LC_MESSAGES/messages.po`, and `messages.mo`, which is made from it."""
ENGLISH = "en"
LANGUAGES = frozenset({ENGLISH, *(folder.name for folder in CATALOGUES.iterdir() if folder.is_dir())})
"""Codes of the languages in which sentences are said."""

Kept: TypeAlias = tuple[str, str, int, dict[str, Any]]
"""A sentence as it is stored; one among its values is stored in the same way."""


class Sentence(str):
    """A sentence, or a part of one, that can be said in every language.

    Args:
        template: the English words, with places such as `{name}`; without values it is taken as it is.
        values: what is put into the places. Sentences among them are said in the same language.
    """

    __slots__ = ("_count", "_singular", "_template", "_values")
    _template: str
    _singular: str
    _count: int
    _values: dict[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Self:  # noqa: ANN401 - whatever can be formatted
        """Write a sentence."""
        return cls.restored((template, "", 0, values))

    @classmethod
    def restored(cls, kept: Kept) -> Self:
        """Return a sentence that was stored."""
        template, singular, count, stored = kept
        values = {
            name: cls.restored(cast("Kept", each)) if isinstance(each, (list, tuple)) else each
            for name, each in stored.items()
        }
        made = super().__new__(cls, _filled(singular if singular and count == 1 else template, values))
        made._template, made._singular, made._count, made._values = template, singular, count, values
        return made

    @property
    def kept(self) -> Kept:
        """The sentence as it is stored."""
        values = {name: each.kept if isinstance(each, Sentence) else each for name, each in self._values.items()}
        return self._template, self._singular, self._count, values

    def in_language(self, language: str) -> str:
        """Say it in one of `LANGUAGES`; what a catalogue lacks is said in English."""
        catalogue = _catalogue(language)
        if self._singular:
            words = catalogue.ngettext(self._singular, self._template, self._count)
        else:  # the empty text is the head of a catalogue
            words = self._template and catalogue.gettext(self._template)
        return _filled(words, {name: say(each, language) for name, each in self._values.items()})


class Forms(NamedTuple):
    """The two forms of a sentence: about one thing, and about several."""

    one: str
    several: str

    def of(self, count: int, /, **values: Any) -> Sentence:  # noqa: ANN401 - as above
        """Return the sentence about so many things."""
        return Sentence.restored((self.several, self.one, count, values))


def repeated(template: str, /, **values: Any) -> Sentence:  # noqa: ANN401 - as above
    """Return a sentence whose template is written elsewhere, as a constant or as someone else's words."""
    return template if isinstance(template, Sentence) else Sentence(template, **values)


def say(said: Any, language: str) -> Any:  # noqa: ANN401 - text as it is said, any other value as it is
    """Return a sentence in a language; what is no sentence stays as it is."""
    return said.in_language(language) if isinstance(said, Sentence) else said


def _filled(template: str, values: dict[str, Any]) -> str:
    return template.format(**values) if values else template


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.NullTranslations() if language == ENGLISH else gettext.translation(DOMAIN, CATALOGUES, [language])
