"""A stored answer that was given: one small object, of which its row of usage and its log line are made later."""

from datetime import UTC, datetime
from functools import lru_cache

import msgspec
from msgspec import Struct

from assistant.database.tables import UsageRow
from assistant.telemetry import moment

_encode = msgspec.json.Encoder().encode


class Hit(Struct, frozen=True, gc=False):
    """A stored answer that was given.

    Attributes:
        at: when, in seconds since 1970.
        request_id: of the request; nothing in it has to be quoted.
        path: of the operation.
        agent_id: who asked.
        teams: whose budgets it counts towards.
        prompt_key: the prompt's own key.
        prompt_version: its version.
        provider: who gave the answer, once.
        model: likewise.
        input_tokens: what it took then; this time it took none.
        output_tokens: likewise.
        seconds: from the request's arrival to the end of the answer.
    """

    at: float
    request_id: str
    path: str
    agent_id: int
    teams: frozenset[int]
    prompt_key: str
    prompt_version: str
    provider: str
    model: str
    input_tokens: int
    output_tokens: int
    seconds: float

    def row(self) -> UsageRow:
        """Return its row of usage: a request, no tokens and no money."""
        return UsageRow(
            at=datetime.fromtimestamp(self.at, UTC),
            request_id=self.request_id,
            agent_id=self.agent_id,
            teams=self.teams,
            prompt_key=self.prompt_key,
            prompt_version=self.prompt_version,
            provider=self.provider,
            model=self.model,
            cost=0,
            latency_ms=self.seconds * 1000,
            cache="hit",
        )

    def members(self) -> dict[str, object]:
        """Return what its log line says; see `Later`."""
        return {
            "timestamp": moment(self.at),
            "level": "info",
            "event": "request",
            "logger": "assistant",
            "request_id": self.request_id,
            "method": "POST",
            "path": self.path,
            "status": 200,
            "milliseconds": round(self.seconds * 1000, 1),
            "agent": self.agent_id,
            "prompt": self.prompt_key,
            "cache": "hit",
            "provider": self.provider,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
        }

    def json(self) -> str:
        """Return the same as JSON: what many hits share is written once for all of them."""
        middle, end = _shared(
            self.path, self.agent_id, self.prompt_key, self.provider, self.input_tokens, self.output_tokens
        )
        return f'{{"timestamp":"{moment(self.at)}",{_KIND}{self.request_id}{middle}{round(self.seconds * 1000, 1)}{end}'


_KIND = '"level":"info","event":"request","logger":"assistant","request_id":"'


@lru_cache(maxsize=1000)
def _shared(  # noqa: PLR0917 - by position, as the cache has it
    path: str, agent: int, prompt: str, provider: str, input_tokens: int, output_tokens: int
) -> tuple[str, str]:
    """Return what stands between a hit's id and its milliseconds, and what follows them."""
    ways = _encode({"method": "POST", "path": path, "status": 200}).decode()
    rest = {
        "agent": agent,
        "prompt": prompt,
        "cache": "hit",
        "provider": provider,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
    }
    return f'",{ways[1:-1]},"milliseconds":', f",{_encode(rest).decode()[1:]}"
