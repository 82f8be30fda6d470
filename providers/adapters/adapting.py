"""What a host's refusal of a request means for the next one: to a model that takes less, less is sent.

The words are those of OpenAI, Anthropic, Gemini, Groq, Bedrock, vLLM, SGLang, TGI, LM Studio and llama.cpp.
"""

import re
from collections.abc import Iterable

from providers.base import Message
from providers.faults import Fault

LEAST_ROOM = 16
"""Fewest tokens of an answer that are asked for."""

_REFUSALS = {None, 200, 400, 413, 416, 422}
_TEMPLATE_ERRORS = _REFUSALS | {500, 501}  # servers that let the error of a chat template through
_NO_SYSTEM = re.compile(
    r"system[\"'`]? (role|message|prompt|instruction|turn)s?[\"'`]? ?(is |are )?(not|un|disabled)"
    r"|(developer|system) instructions? (is|are) not|developer instruction is not enabled"
    r"|(not|n't) support (the )?(role )?[\"'`]?(system|developer)\b|roles? must alternate"
    r"|only (supports? )?[\"'`]?user[\"'`]?( role)?(,| and| or|/) ?[\"'`]?(assistant|model)"
    r"|(unexpected|invalid|unknown|unsupported|bad) role[: ]+[\"'`]?(system|developer)"
    r"|should be [\"'`]user[\"'`] (or|and) [\"'`]assistant|(role )?[\"'`]system[\"'`] (role )?(is|are) not"
    r"|first (message|turn) [^.]{0,30}(must|should) (be|have|come) [^.]{0,30}user"
    r"|(supported|allowed|valid|expected) roles?( are)?:? ?\W{0,3}user|one of \W{0,3}user\W{1,5}(assistant|model)"
)
_LIMIT = re.compile(
    r"max\w{0,9}[_ ]?(new|output|completion)?[_ ]?tokens|(completion|output|maximum) tokens|maxoutputtokens"
)
_EXCESS = re.compile(r"at most|maximum|max |range|<=|\u2264|exceed|too (large|high|big|many)|than|above|limit")
_NUMBER = re.compile(r"(?<![\w.-])\d{1,3}(?:,\d{3})+(?![\w-])|(?<![\w.-])\d{2,9}(?![\w-])")
_BELOW = re.compile(r"exclusive|(lower|less|smaller) than [`'\"]?\d|below [`'\"]?\d|< ?\d+(?![\d>])")
_CONTEXTS = (
    re.compile(r"\+ *\d+ *> *(\d+)"),
    re.compile(r"must be <= ?(\d+)"),
    re.compile(r"context[^\d]{0,60}(\d+)"),
)
_AFFORDABLE = re.compile(r"can only afford (\d{1,9})")
_MARGIN = 8  # tokens by which hosts count differently from one request to the next


def refuses_system(fault: Fault) -> bool:
    """Tell whether the model takes no system message."""
    return fault.status in _TEMPLATE_ERRORS and fault.says(_NO_SYSTEM)


def without_system(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Return the messages with each system text before the user's next one, and roles in turn."""
    turns: list[Message] = []
    waiting: list[str] = []
    for message in messages:
        if message.role == "system":
            waiting.append(message.content)
            continue
        texts = [message.content]
        if message.role == "user":
            texts, waiting = [*waiting, *texts], []
        if turns and turns[-1].role == message.role:
            texts.insert(0, turns.pop().content)
        turns.append(Message(role=message.role, content="\n\n".join(texts)))
    return (*turns, *(Message(role="user", content=text) for text in waiting))


def most_tokens(fault: Fault, asked: int) -> int | None:
    """Return the most tokens of an answer that a refusal names, if they are fewer than were asked for."""
    text = f"{fault.message} {fault.param}".lower()  # some write the sentence into the parameter
    if fault.status not in _REFUSALS or _is_context(text) or not (_LIMIT.search(text) and _EXCESS.search(text)):
        return None
    least = min(LEAST_ROOM, asked - 1)
    most = max((number for number in _numbers(text) if least <= number < asked), default=None)
    return most - 1 if most is not None and _BELOW.search(text) else most


def room_in_context(fault: Fault, asked: int) -> int | None:
    """Return the tokens that a context has left beside the prompt, where answer and prompt together are too long."""
    text = fault.message.lower()
    context = _context(text.replace(",", ""))
    numbers = _numbers(text)
    if fault.status not in _REFUSALS or context is None or asked not in numbers:
        return None
    totals = {number + asked for number in numbers}
    prompt = max(set(numbers) - totals - {asked, context}, default=context)
    room = context - prompt - _MARGIN
    return room if LEAST_ROOM <= room < asked else None


def affordable_room(fault: Fault, asked: int) -> int | None:
    """Return the tokens that the credit is enough for, where a host (OpenRouter) refuses more and says how many."""
    found = _AFFORDABLE.search(fault.message.lower().replace(",", ""))
    room = int(found[1]) if found else 0
    return room if LEAST_ROOM <= room < asked else None


def _context(text: str) -> int | None:
    found = next(filter(None, (pattern.search(text) for pattern in _CONTEXTS)), None)
    return None if found is None else int(found.group(1))


def _is_context(text: str) -> bool:
    return "context length" in text or "context limit" in text or "inputs` tokens" in text


def _numbers(text: str) -> list[int]:
    return [int(number.replace(",", "")) for number in _NUMBER.findall(text)]
