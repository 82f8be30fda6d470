"""What the model is told: a request as messages, with tokens in the place of what must survive."""

from collections.abc import Mapping, Sequence
from functools import cache, partial

from msgspec import structs

from assistant.completion.prepared import Prepared
from assistant.errors import TooLargeError
from assistant.text.guards.base import Breach
from assistant.text.html.plain_drafts import plain_draft
from assistant.text.html.recognition import is_html
from assistant.text.masking.custom import SlowPatternError
from assistant.text.masking.masking import Mask
from prompts.conversation import Around
from prompts.template import NOTHING_AROUND, Turn
from prompts.variables import Value, Variable
from providers.base import CompletionRequest, Message

_INSTRUCTION = "The agent's wish for this reply, within your rules:\n\n{}"
_PREVIOUS = (
    "Your last version, which the agent has read. Change only what the agent wishes now, and return all of it:\n\n{}"
)
_BEFORE = "What stands before the passage. It is only there to be read, and is not part of your answer:\n\n{}"
_AFTER = "What stands after the passage. It is only there to be read, and is not part of your answer:\n\n{}"
_AGAIN = "Your answer breaks these rules:\n{}\nWrite the whole answer again, keep every rule, and return nothing else."
_SHORTENED = "…"
_WORTH_CUTTING = 100  # characters; half of a language's name helps no one


def request_for(prepared: Prepared, mask: Mask, *, cut: str | None = None) -> CompletionRequest:
    """Return what the model is asked.

    The system message holds nothing of the draft, the instruction, the last answer or what surrounds a selection: those
    are messages of the user, in front of the draft, whatever is written in them. The built-in model, from which nothing
    is hidden, is given an HTML draft as text, since markup would cost it most of its time, and no last answer.

    Args:
        prepared: what is wanted.
        mask: hides things in all that comes from the request.
        cut: the variable of which only the first half is shown.

    Raises:
        TooLargeError: a pattern of an administrator takes too long on a text.
    """
    draft = plain_draft(prepared.draft) if prepared.told_plain else _masked(prepared.draft, mask, html=prepared.html)
    hidden = {name: _hidden(value, mask) for name, value in prepared.values.items()}
    if cut is not None:
        text = str(hidden[cut])  # cut after hiding: half an address would not be known as one
        hidden[cut] = text[: len(text) // 2] + _SHORTENED
    around = _hidden_around(prepared.request.around, mask)
    turns = (
        prepared.prompt.render_brief(draft, hidden, around)
        if prepared.brief
        else prepared.prompt.render(draft, hidden, html=prepared.html, contact=_contact(prepared, mask), around=around)
    )
    *before, user = turns
    messages = [*(_message(turn) for turn in before), *_asides(prepared, mask), _message(user)]
    return CompletionRequest(
        messages=tuple(messages),
        max_output_tokens=prepared.max_output_tokens + prepared.active.host.thinking_tokens,
        temperature=prepared.prompt.model.temperature,
        output_schema=prepared.prompt.output.sent if prepared.prompt.output else None,
    )


def second_request(request: CompletionRequest, answer: str, breaches: Sequence[Breach]) -> CompletionRequest:
    """Return the question to a model that broke rules: what it wrote, and which rules it broke."""
    broken = "\n".join(f"- {instruction}" for instruction in dict.fromkeys(each.instruction for each in breaches))
    return structs.replace(
        request,
        messages=(
            *request.messages,
            Message(role="assistant", content=answer),
            Message(role="user", content=_AGAIN.format(broken)),
        ),
    )


def longest_optional(prepared: Prepared) -> str | None:
    """Return the name of the variable that is cut where the text is too long; None where there is nothing to cut."""
    texts = {
        name: len(value)
        for name, value in prepared.values.items()
        if isinstance(value, str) and len(value) > _WORTH_CUTTING and _may_be_cut(prepared.prompt.variables[name])
    }
    return max(texts, key=lambda name: texts[name], default=None)


def _may_be_cut(variable: Variable) -> bool:
    return variable.type == "string" and not variable.required


def _asides(prepared: Prepared, mask: Mask) -> list[Message]:
    request, selection = prepared.request, prepared.request.selection
    previous = "" if prepared.brief else request.previous
    said = [(_PREVIOUS, previous), (_INSTRUCTION, request.instruction)]
    if selection is not None and not prepared.brief:
        said += [(_BEFORE, selection.before), (_AFTER, selection.after)]
    return [
        Message(role="user", content=form.format(_aside(text, mask, html=prepared.html)))
        for form, text in said
        if text.strip()
    ]


def _contact(prepared: Prepared, mask: Mask) -> Mapping[str, str]:
    opened = prepared.request.opened
    known = {"contact_name": opened.contact_name, "contact_language": opened.contact_language}
    return {name: _aside(text, mask) if text else "" for name, text in known.items()}


def _hidden_around(around: Around | None, mask: Mask) -> Around:
    """Hide things in all that was said: what is the same in two messages gets the same token."""
    if around is None:
        return NOTHING_AROUND
    conversation, contact = around.conversation, around.contact
    name = cache(partial(_aside, mask=mask))  # the same few again and again
    return structs.replace(
        around,
        conversation=structs.replace(
            conversation,
            subject=_aside(conversation.subject, mask),
            episodes=_aside(conversation.episodes, mask),
            earlier=_aside(conversation.earlier, mask),
            messages=tuple(
                structs.replace(
                    message,
                    author=name(message.author),
                    text=_aside(message.text, mask),
                    attachments=tuple(map(name, message.attachments)),
                )
                for message in conversation.messages
            ),
        ),
        contact=structs.replace(contact, name=name(contact.name)),
    )


def _hidden(value: Value, mask: Mask) -> Value:
    if isinstance(value, str):
        return _aside(value, mask)
    if isinstance(value, list):
        return [_aside(each, mask) for each in value]
    return value


def _aside(text: str, mask: Mask, *, html: bool = False) -> str:
    """Hide things in what is not rewritten; it may be HTML where the draft is none, and entities would hide them."""
    return _masked(text, mask, html=html or is_html(text), expected=False)


def _masked(text: str, mask: Mask, *, html: bool, expected: bool = True) -> str:
    try:
        return mask.hide(text, html=html, expected=expected)
    except SlowPatternError as error:
        raise TooLargeError(*error.args) from None


def _message(turn: Turn) -> Message:
    return Message(role=turn.role, content=turn.content)
