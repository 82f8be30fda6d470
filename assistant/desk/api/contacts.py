"""Operations on contacts and what is noted about them."""

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency, Provide

from assistant.desk.api.request import DeskRequest
from assistant.desk.bodies import EnabledBody, NoteBody
from assistant.desk.contact_form import FORM, read_change
from assistant.desk.contacts import Contacts
from assistant.desk.media import MediaFiles
from assistant.desk.people import Contact, ContactFound, ContactNote, PersonSummary
from assistant.desk.shapes import Page
from assistant.envelope import Success, success
from assistant.web.body import body_of
from assistant.web.forms import read_form
from assistant.web.operation import PAGING_OF_CONTACTS, SEARCH, documented
from assistant.web.parameters import read_id, read_page, read_search


class ContactController(Controller):
    """Operations on contacts and what is noted about them."""

    path = "/api/v1/contacts"
    tags = ("Contacts",)

    @get("/", opt=documented(permission="contacts:read_all", answers=Page[PersonSummary], query=PAGING_OF_CONTACTS))
    async def list_contacts(self, request: DeskRequest, contacts: NamedDependency[Contacts]) -> Success:
        """List all contacts, the newest first."""
        return success(await contacts.page(read_page(request)))

    @get("/search", opt=documented(permission="contacts:read", answers=list[ContactFound], query=SEARCH))
    async def search_contacts(self, request: DeskRequest, contacts: NamedDependency[Contacts]) -> Success:
        """Find contacts by part of their name or e-mail address, 15 at most."""
        return success(await contacts.search(read_search(request)))

    @get("/{id:str}", opt=documented(permission="contacts:read", answers=Contact))
    async def show_contact(self, request: DeskRequest, contacts: NamedDependency[Contacts]) -> Success:
        """Show a contact."""
        return success(await contacts.get(read_id(request)))

    @put(
        "/{id:str}",
        request_max_body_size=None,
        opt=documented(permission="contacts:write", answers=Contact, form=FORM, errors=frozenset({409})),
    )
    async def update_contact(
        self, request: DeskRequest, contacts: NamedDependency[Contacts], media: NamedDependency[MediaFiles]
    ) -> Success:
        """Change a contact, by form; `files` is a new picture."""
        contact_id = read_id(request)
        form = await read_form(request, media.folder, largest_file=media.largest)
        try:
            change = read_change(form.fields)
            await contacts.get(contact_id)  # before a picture is kept for no one
            picture = await media.keep_picture(form.files, contact_id, request.user)
            return success(await contacts.update(contact_id, change, picture))
        finally:
            form.discard()

    @put(
        "/{id:str}/block",
        dependencies={"wanted": Provide(body_of(EnabledBody, storable=True))},
        opt=documented(permission="contacts:block", answers=Contact, body=EnabledBody),
    )
    async def block_contact(
        self, request: DeskRequest, wanted: NamedDependency[EnabledBody], contacts: NamedDependency[Contacts]
    ) -> Success:
        """Block a contact, or let them write again."""
        return success(await contacts.set_enabled(read_id(request), enabled=wanted.enabled))

    @get("/{id:str}/notes", opt=documented(permission="contact_notes:read", answers=list[ContactNote]))
    async def list_notes(self, request: DeskRequest, contacts: NamedDependency[Contacts]) -> Success:
        """List the notes on a contact, the newest first."""
        return success(await contacts.notes(read_id(request)))

    @post(
        "/{id:str}/notes",
        status_code=200,
        dependencies={"wanted": Provide(body_of(NoteBody, storable=True))},
        opt=documented(permission="contact_notes:write", answers=ContactNote, body=NoteBody),
    )
    async def add_note(
        self, request: DeskRequest, wanted: NamedDependency[NoteBody], contacts: NamedDependency[Contacts]
    ) -> Success:
        """Write a note on a contact."""
        return success(await contacts.add_note(read_id(request), wanted, request.user))

    @delete("/{id:str}/notes/{note_id:str}", status_code=200, opt=documented(permission="contact_notes:delete"))
    async def delete_note(self, request: DeskRequest, contacts: NamedDependency[Contacts]) -> Success:
        """Remove a note."""
        await contacts.delete_note(read_id(request), read_id(request, "note_id"))
        return success(data=True)
