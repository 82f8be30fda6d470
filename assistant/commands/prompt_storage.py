"""Prompts as commands look at them and save drafts: without a model, a desk or anything else of a service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec import Struct

from assistant.authoring.drafts import Drafts
from assistant.authoring.published_prompts import PublishedPrompts, published_prompts
from assistant.authoring.versions import PromptVersions
from assistant.commands.storage import stored
from assistant.database.audit_log import AuditLog
from assistant.settings import Settings
from prompts.live import LiveRegistry
from prompts.registry import PromptRegistry


class StoredPrompts(Struct, frozen=True, kw_only=True):
    """What is published and what is drafted, as of the moment of the command."""

    published: PublishedPrompts
    drafts: Drafts


@asynccontextmanager
async def stored_prompts(settings: Settings) -> AsyncIterator[StoredPrompts]:
    """Open the database, all tables brought up to date, and read its prompts, until the end of the block."""
    async with stored(settings) as database:
        versions = PromptVersions(database, AuditLog(database))
        live = LiveRegistry(PromptRegistry({}))
        published = published_prompts(settings, live=live, versions=versions, database=database, rows={})
        async with published.running():
            yield StoredPrompts(published=published, drafts=Drafts(versions, published))
