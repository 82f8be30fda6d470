"""What a model wrote where JSON was asked for, made into JSON that follows the prompt's schema."""

from assistant.text.answers.objects import objects_in
from assistant.text.guards.base import Breach
from assistant.text.masking.masking import Mask
from assistant.text.masking.revealing import Revealer
from messages.sentences import Sentence
from prompts.output import Output

_MOST_DEPTH = 60
_NO_JSON = "there is no JSON in it"


def read_structured(text: str, output: Output, mask: Mask) -> tuple[str, Breach | None]:
    """Return the JSON of an answer with hidden things put back, and what is wrong with it; only one of both.

    Args:
        text: what the model wrote.
        output: what it should have written.
        mask: what was hidden from it.
    """
    reason = _NO_JSON
    for found in objects_in(text):
        try:
            return output.read(_shown(found, mask)), None
        except ValueError as error:
            reason = str(error)
    return "", Breach(
        "output",
        Sentence("The answer is not what the prompt's schema asks for."),
        f"Your answer does not follow the JSON schema: {reason}. Return the JSON object alone.",
    )


def _shown(value: object, mask: Mask, depth: int = 0) -> object:
    """Return a value whose texts have what was hidden in the place of its tokens; raises `ValueError`."""
    if depth > _MOST_DEPTH:
        raise ValueError("it is nested too deeply")
    match value:
        case str():
            revealer = Revealer(mask.things, html=False)
            return revealer.feed(value) + revealer.finish()
        case list():
            return [_shown(each, mask, depth + 1) for each in value]
        case dict():
            return {name: _shown(each, mask, depth + 1) for name, each in value.items()}
        case _:
            return value
