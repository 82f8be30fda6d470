"""Completions as tests record them."""

from datetime import UTC, datetime
from typing import Any

from msgspec import structs

from assistant.database.tables import UsageRow

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def usage_row(**changes: Any) -> UsageRow:  # noqa: ANN401 - any member
    """Make a completion by agent 7 of team 3 at noon: 1000 tokens in, 100 out, of which no one knows the price."""
    made = UsageRow(
        at=NOON,
        request_id="r1",
        agent_id=7,
        teams=frozenset({3}),
        prompt_key="reply_friendly",
        prompt_version="v1",
        provider="custom",
        model="m",
        input_tokens=1000,
        output_tokens=100,
        latency_ms=800.0,
        cache="miss",
    )
    return structs.replace(made, **changes)
