"""Contacts of the desk, and what agents note about them."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.database import Database
from assistant.desk.bodies import NoteBody
from assistant.desk.caller import Caller
from assistant.desk.contact_form import ContactChange
from assistant.desk.people import Contact, ContactFound, ContactNote, PersonSummary
from assistant.desk.quota import keep_shown, leave_earlier_pictures
from assistant.desk.rows import get_row, insert_for, unique
from assistant.desk.search_index import fold
from assistant.desk.shapes import Page
from assistant.desk.tables import AgentRow, ContactNoteRow, ContactRow, now
from assistant.errors import NotFoundError
from assistant.web.parameters import PageRequest
from messages.sentences import Sentence

_MOST_FOUND = 15


class Contacts:
    """The desk's contacts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, wanted: PageRequest) -> Page[PersonSummary]:
        """Return one page of all contacts, the newest first."""
        table = ContactRow.__table__.c
        columns = [table[name] for name in PersonSummary.__struct_fields__ if name != "type"]
        async with self._database.reading() as session:
            total = await session.scalar(select(func.count()).select_from(ContactRow)) or 0
            query = select(*columns).order_by(ContactRow.id.desc()).limit(wanted.size).offset(wanted.offset)
            rows = await session.execute(query) if wanted.offset < total else None
            results = [PersonSummary(type="contact", **row) for row in rows.mappings()] if rows else []
        return page_of(results, total, wanted)

    async def search(self, query: str) -> list[ContactFound]:
        """Return contacts whose name or e-mail address holds the query, by name."""
        columns = [ContactRow.__table__.c[name] for name in ContactFound.__struct_fields__]
        condition = ContactRow.search_text.contains(fold(query), autoescape=True)
        ordered = select(*columns).where(condition).order_by(ContactRow.first_name, ContactRow.id)
        async with self._database.reading() as session:
            rows = await session.execute(ordered.limit(_MOST_FOUND))
            return [ContactFound(**row) for row in rows.mappings()]

    async def get(self, contact_id: int) -> Contact:
        """Return a contact; raises NotFoundError if there is none with this id."""
        async with self._database.reading() as session:
            return shown(await get_row(session, ContactRow, contact_id, Sentence("contact")))

    async def update(self, contact_id: int, change: ContactChange, picture: str | None) -> Contact:
        """Change a contact, and their picture when a new one was sent; what was not sent stays.

        Raises:
            NotFoundError: there is none with this id.
            DuplicateError: the e-mail address is taken.
        """
        async with self._database.writing() as session:
            row = await get_row(session, ContactRow, contact_id, Sentence("contact"))
            for name, value in change.values.items():
                setattr(row, name, value)
            if picture:
                await leave_earlier_pictures(session, row.id, picture)
            row.avatar_url = picture or row.avatar_url
            await keep_shown(session, row.avatar_url)
            row.search_text, row.updated_at = search_text(row), now()
            with unique(Sentence("email: another contact has the address {email}.", email=row.email)):
                await session.flush()
            return shown(row)

    async def set_enabled(self, contact_id: int, *, enabled: bool) -> Contact:
        """Block a contact, or let them write again; raises NotFoundError if there is none with this id."""
        async with self._database.writing() as session:
            row = await get_row(session, ContactRow, contact_id, Sentence("contact"))
            row.enabled, row.updated_at = enabled, now()
            return shown(row)

    async def notes(self, contact_id: int) -> list[ContactNote]:
        """Return the notes on a contact, the newest first; raises NotFoundError if there is no such contact."""
        async with self._database.reading() as session:
            await get_row(session, ContactRow, contact_id, Sentence("contact"))
            rows = await session.execute(_notes().where(ContactNoteRow.contact_id == contact_id))
            return [ContactNote(**row) for row in rows.mappings()]

    async def add_note(self, contact_id: int, body: NoteBody, caller: Caller) -> ContactNote:
        """Write a note on a contact; raises NotFoundError if there is no such contact."""
        async with self._database.writing() as session:
            await get_row(session, ContactRow, contact_id, Sentence("contact"))
            row = ContactNoteRow(contact_id=contact_id, user_id=caller.id, note=body.note)
            session.add(row)
            await keep_shown(session, body.note)
            await session.flush()
            found = await session.execute(_notes().where(ContactNoteRow.id == row.id))
            return ContactNote(**found.mappings().one())

    async def delete_note(self, contact_id: int, note_id: int) -> None:
        """Remove a note; raises NotFoundError if this contact has no such note."""
        async with self._database.writing() as session:
            row = await session.get(ContactNoteRow, note_id)
            if row is None or row.contact_id != contact_id:
                raise NotFoundError(Sentence("This contact has no note with the id {note_id}.", note_id=note_id))
            await session.delete(row)


async def find_or_add(session: AsyncSession, email: str, **values: Any) -> ContactRow:  # noqa: ANN401 - columns
    """Return the contact with an address, added when there is none yet; what is known of them stays."""
    found = select(ContactRow).where(ContactRow.email == email)
    row = await session.scalar(found)
    if row is None:
        text = search_text(ContactRow(email=email, **values))
        insert = insert_for(session, ContactRow).values(email=email, search_text=text, **values)
        await session.execute(insert.on_conflict_do_nothing(index_elements=["email"]))
        row = (await session.scalars(found)).one()
    return row


def search_text(row: ContactRow) -> str:
    """Return what contact search looks into."""
    return fold(f"{row.first_name} {row.last_name} {row.email}")[:1100]


def shown(row: ContactRow) -> Contact:
    """Show a contact as the published API does."""
    return Contact(**{name: getattr(row, name) for name in Contact.__struct_fields__ if name in ContactRow.__table__.c})


def page_of(results: list[Any], total: int, wanted: PageRequest) -> Page[Any]:
    """Wrap one page of results."""
    return Page(
        results=results, total=total, per_page=wanted.size, total_pages=-(-total // wanted.size), page=wanted.page
    )


def _notes() -> Any:  # noqa: ANN401 - a SELECT with its columns
    columns = [
        ContactNoteRow.__table__.c[name] for name in ("id", "created_at", "updated_at", "contact_id", "note", "user_id")
    ]
    return (
        select(*columns, AgentRow.first_name, AgentRow.last_name)
        .join(AgentRow, AgentRow.id == ContactNoteRow.user_id)
        .order_by(ContactNoteRow.id.desc())
    )
