"""A sentence is English until someone reads it in another language."""

import copy

import msgspec
import pytest

from messages.sentences import Forms, Sentence, repeated, say

LINK = Forms("The link {values} is missing.", "The links {values} are missing.")


def test_sentence_is_its_english_text() -> None:
    """Logs, tests and every other reader of text take it as it is."""
    told = Sentence("The prompt needs the variable {name!r}.", name="tone")
    assert told == "The prompt needs the variable 'tone'."
    assert f"{told}" == "The prompt needs the variable 'tone'."
    assert type(say(told, "en")) is type(say(told, "de")) is str


@pytest.mark.parametrize(
    ("told", "english", "german"),
    [
        (Sentence("The answer is empty."), "The answer is empty.", "Die Antwort ist leer."),
        (LINK.of(1, values="a"), "The link a is missing.", "Der Link a fehlt."),
        (LINK.of(2, values="a, b"), "The links a, b are missing.", "Die Links a, b fehlen."),
        (
            LINK.of(2, values=Sentence("{first} and {last}", first="a", last="b")),
            "The links a and b are missing.",
            "Die Links a und b fehlen.",
        ),
        (Sentence("No one has translated {this}.", this=1), "No one has translated 1.", "No one has translated 1."),
        (repeated("German"), "German", "Deutsch"),
        (repeated(""), "", ""),
        (repeated("100 {percent}"), "100 {percent}", "100 {percent}"),
        (repeated(Sentence("German")), "German", "Deutsch"),
        ("What a provider wrote.", "What a provider wrote.", "What a provider wrote."),
    ],
)
def test_sentence_in_both_languages(told: str, english: str, german: str) -> None:
    """Values are filled in after the translation, and sentences among them are translated too."""
    assert (say(told, "en"), say(told, "de")) == (english, german)


@pytest.mark.parametrize("value", ["{0}", "{name}", "{", "}", "{{}}", "%s", "{name.__class__}", "\\", "<b>", ""])
def test_values_stay_as_they_are(value: str) -> None:
    """What someone else wrote is no template, whatever it holds."""
    told = Sentence("{value} is missing.", value=value)
    assert (say(told, "en"), say(told, "de")) == (f"{value} is missing.", f"{value} fehlt.")


def test_stored_sentence_is_said_in_every_language() -> None:
    """A sentence that was stored and read, or copied, has its template and its values still."""
    told = LINK.of(5, values=Sentence("{first} and {more} more", first="a, b, c", more=2))
    stored = msgspec.msgpack.decode(msgspec.msgpack.encode(told.kept))
    for each in (Sentence.restored(stored), copy.copy(told), copy.deepcopy(told)):
        assert each == told == "The links a, b, c and 2 more are missing."
        assert say(each, "de") == "Die Links a, b, c und 2 weitere fehlen."
