"""What is known of a request that is being served: what its log line says, and since when it is under way."""

from typing import Any

from litestar.types import Scope
from msgspec import Struct

_KEY = "facts"
_SAID = ("error", "prompt", "cache", "provider", "input_tokens", "output_tokens")


class RequestFacts(Struct, kw_only=True):
    """The facts of one request; whoever learns one sets it, and the log line says those that are set.

    Attributes:
        arrived: the loop's time at which the request came; the line tells how long it took instead.
        started: the same moment to the microsecond, by `time.perf_counter`.
        request_id: of the request, once it has one.
        agent: id of who is calling.
        error: code of the error that was answered.
        prompt, cache, provider, input_tokens, output_tokens: of a completion that was answered; never its text.
    """

    arrived: float = 0.0
    started: float = 0.0
    request_id: str = ""
    agent: int | None = None
    error: str | None = None
    prompt: str | None = None
    cache: str | None = None
    provider: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None

    def known(self) -> dict[str, Any]:
        """Return what the log line says."""
        members: dict[str, Any] = {"agent": self.agent}
        for name in _SAID:
            value = getattr(self, name)
            if value is not None:
                members[name] = value
        return members


def facts_of(scope: Scope) -> RequestFacts:
    """Return the facts of a request; a question that the service asks itself has facts that no line says."""
    state: dict[str, Any] = scope.setdefault("state", {})
    facts: RequestFacts | None = state.get(_KEY)
    if facts is None:
        facts = state[_KEY] = RequestFacts()
    return facts
