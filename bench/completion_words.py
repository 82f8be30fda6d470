"""What completions are asked for, and by which requests: many drafts to which one answer is faithful."""

import msgspec

from bench.chat import KIND_REPLY, answer
from tests.assistant.harness import ADMIN

PATH = "/api/v1/ai/completion"
PROMPT = "reply_friendly"

ANSWER = answer(KIND_REPLY)
"""What the provider says to everything."""

_LISTS = tuple(
    line.split()
    for line in (
        "new old large small heavy light green yellow orange purple broken lost late early spare second",
        "parcel order lamp chair table jacket kettle blanket mirror carpet camera bicycle helmet bottle basket cushion",
        "packed ready repaired checked cleaned sent wrapped tested sorted weighed loaded labelled",
        "driver shop team workshop office warehouse partner carrier store desk crew depot",
        "soon today tonight tomorrow shortly quickly gladly anyway",
    )
)


def draft(number: int) -> str:
    """Return a draft without names, numbers and links; another one for each number below 294,912."""
    words = []
    for each in _LISTS:
        number, place = divmod(number, len(each))
        words.append(each[place])
    adjective, thing, state, people, when = words
    return (
        f"your {adjective} {thing} is {state} and on its way to you. "
        f"the {people} will tell you {when} when it is there. sorry that you had to wait for it."
    )


def completion(number: int, *, streamed: bool = False, detail: bool = False) -> bytes:
    """Return a whole request for the completion of a draft, as a client in the browser's place sends it."""
    wanted = {"prompt_key": PROMPT, "content": draft(number)} | ({"detail": True} if detail else {})
    accepts = "text/event-stream" if streamed else "application/json"
    return post(PATH, msgspec.json.encode(wanted), accepts)


def post(path: str, body: bytes, accepts: str) -> bytes:
    """Return a whole request that is signed as the administrator's."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: helpdesk.example\r\nUser-Agent: python-requests/2.32\r\n"
        f"Authorization: {ADMIN['Authorization']}\r\nAccept: {accepts}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def hit_body() -> bytes:
    """Return the body of a completion that was answered."""
    return msgspec.json.encode({"status": "success", "data": KIND_REPLY})
