"""A stored answer that was given: one small object, of which its row of usage and its log line are made later."""

from datetime import UTC, datetime
from functools import lru_cache

import msgspec
from msgspec import Struct

from assistant.database.tables import UsageRow
from assistant.telemetry import moment

_LINE = (
    '{{"timestamp":"{}","level":"info","event":"request","logger":"assistant","request_id":"{}","method":"POST",'
    '"path":{},"status":200,"milliseconds":{},"agent":{},"prompt":{},"cache":"hit","provider":{},'
    '"input_tokens":{},"output_tokens":{}}}'
)


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
        """Return the same as JSON, in half the time."""
        return _LINE.format(
            moment(self.at),
            self.request_id,
            _quoted(self.path),
            round(self.seconds * 1000, 1),
            self.agent_id,
            _quoted(self.prompt_key),
            _quoted(self.provider),
            self.input_tokens,
            self.output_tokens,
        )


@lru_cache(maxsize=500)
def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()
