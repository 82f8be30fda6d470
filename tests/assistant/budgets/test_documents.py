"""Documents are changed one after the other, whoever changes them, and a damaged one can be saved anew."""

import asyncio

import msgspec
import pytest

from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.live_settings.documents import Documents
from assistant.live_settings.purges import PurgeCounts, Purges

ADMIN = 1
DAMAGED = ('{"all":', '{"all": "often"}', "[]")


async def test_changes_at_once_all_count(database: Database) -> None:
    """Of many changes by two replicas each begins with what the one before it has left."""
    other = Database(database.url)
    replicas = [Documents(each, AuditLog(each)) for each in (database, other)]

    def one_more(saved: str | None) -> str:
        return str(int(saved or 0) + 1)

    changes = [each.update("number", one_more, agent_id=ADMIN) for _ in range(15) for each in replicas]
    revisions = await asyncio.gather(*changes)
    saved = await replicas[0].load("number")
    await other.aclose()
    assert saved is not None
    assert (saved.content, saved.revision, sorted(revisions)) == ("30", 30, list(range(1, 31)))


async def test_purges_on_two_replicas_at_once_all_count(database: Database) -> None:
    """However many administrators purge at once, on whichever replica, each purge is made."""
    other = Database(database.url)
    replicas = [Purges(Documents(each, AuditLog(each))) for each in (database, other)]
    async with replicas[0].running(), replicas[1].running():
        purges = [
            each.purge(prompt=prompt, provider=provider, agent_id=ADMIN)
            for each in replicas
            for prompt, provider in 8 * [(None, None), ("improve", None), ("improve", "openai")]
        ]
        await asyncio.gather(*purges)
        for each in replicas:
            await each.reload()
            assert each.current == PurgeCounts(all=16, prompts={"improve": 32}, providers={"openai": 16})
    await other.aclose()


@pytest.mark.parametrize("damaged", DAMAGED)
async def test_purges_that_can_not_be_read_bring_nothing_back(
    database: Database, documents: Documents, damaged: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing stored before is found while the numbers are damaged, nor after the purge that makes them whole."""
    await documents.update("cache", lambda _: damaged, agent_id=ADMIN)
    epochs = Purges(documents)
    seen = []
    async with epochs.running():
        seen.append(epochs.current.all)
        for _ in range(2):
            await epochs.purge(prompt=None, provider=None, agent_id=ADMIN)
            seen.append(epochs.current.all)
    assert 10**6 < seen[0] < seen[1] < seen[2]
    again = Purges(Documents(database, AuditLog(database)))
    async with again.running():
        assert again.current.all == seen[2]
    assert caplog.text.count("can't be read") == 1


async def test_damaged_document_is_replaced(database: Database, documents: Documents) -> None:
    """Saving anew mends it, and the audit log says that there was something before."""
    await documents.update("masking", lambda _: "{", agent_id=ADMIN)
    await documents.update("masking", lambda _: msgspec.json.encode({"private": []}).decode(), agent_id=ADMIN)
    [entry, _], total = await AuditLog(database).page(size=10, offset=0)
    assert (total, entry.before, entry.after) == (2, "unreadable", {"private": []})
