"""What the desk is asked: for each case some hundreds of paths, so that no single answer stays warm."""

import asyncio
import random

from sqlalchemy import func, select

from assistant.database.database import Database
from assistant.desk.tables import ConversationRow
from bench.desk_words import COMMON, LESS_COMMON, MEDIUM, RARE, vocabulary

_SAMPLES = 400
_PAGE = 30  # results of a page, unless asked otherwise
_LISTS = "/api/v1/conversations"


def samples(url: str) -> dict[str, list[str]]:
    """Return the paths of each case, for what a database holds."""
    return asyncio.run(_samples(url))


async def _samples(url: str) -> dict[str, list[str]]:
    database = Database(url)
    async with database.reading() as session:
        size = await session.scalar(select(func.count()).select_from(ConversationRow)) or 0
        chosen = random.Random(4).sample(range(1, size + 1), _SAMPLES)  # noqa: S311 - a sample, not a secret
        columns = (ConversationRow.uuid, ConversationRow.reference_number)
        found = (await session.execute(select(*columns).where(ConversationRow.id.in_(chosen)))).all()
    await database.aclose()
    return {**_lists(size), **_conversations([row.uuid for row in found], [row.reference_number for row in found])}


def _lists(size: int) -> dict[str, list[str]]:
    last = -(-size // _PAGE)
    return {
        "all, first page": [f"{_LISTS}/all"],
        "all, last page": [f"{_LISTS}/all?page={last}"],
        "all, middle page": [f"{_LISTS}/all?page={last // 2}"],
        "assigned": [f"{_LISTS}/assigned"],
        "unassigned": [f"{_LISTS}/unassigned"],
    }


def _conversations(uuids: list[str], references: list[str]) -> dict[str, list[str]]:
    words, search = vocabulary(), "/api/v1/messages/search?query="
    pairs = zip(words[MEDIUM], words[LESS_COMMON], strict=False)
    return {
        "conversation": [f"{_LISTS}/{each}" for each in uuids],
        "its messages": [f"{_LISTS}/{each}/messages" for each in uuids],
        "messages, rare word": [search + word for word in words[RARE][:_SAMPLES]],
        "messages, common word": [search + word for word in words[COMMON]],
        "messages, two words": [f"{search}{first}%20{second}" for first, second in pairs],
        "conversations, number": [f"{_LISTS}/search?query={each}" for each in references],
    }
