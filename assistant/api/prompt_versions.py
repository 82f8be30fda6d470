"""Editing prompts over HTTP: drafts, versions, publishing, and the way back."""

import re
from typing import Any

from litestar import Controller, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct, structs

from assistant.api.prompt_keys import checked_key
from assistant.api.request import ApiRequest
from assistant.auth.actor import AI_PROMPTS, AI_PUBLISH
from assistant.authoring.drafts import Drafts
from assistant.authoring.publishing import Publishing
from assistant.authoring.versions import FILE, PromptState, SavedVersion
from assistant.database.moment import Moment
from assistant.envelope import Success, success
from assistant.errors import InvalidRequestError
from assistant.text.line_diff import line_diff
from assistant.text.offloading import offload, size_of
from assistant.text.word_diff import word_diff
from assistant.web.body import body_of
from assistant.web.operation import Parameter, documented
from assistant.web.parameters import read_one
from assistant.web.revisions import read_revision, tag_of
from prompts.compilations import HeldBack
from prompts.errors import BrokenTemplateError
from prompts.layers import is_part

_NUMBER = re.compile(r"[0-9]{1,9}")
_CHANGES = frozenset({409, 412})
_WORDS = ("published", "draft", "file", "base", "shipped")
_SIDE = {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "enum": list(_WORDS)}]}
_DIFF = tuple(Parameter(name=name, schema=_SIDE) for name in ("from", "to"))


class EditBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A prompt's whole text, front matter and template, and what was changed.

    `file_seen` says that the author has looked at the file's newer text, so that no one is told of it again.
    """

    source: str
    message: str = ""
    file_seen: bool = False


class PublishBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which version is published, by default the draft; `force` does so although tests fail, for the `reason` given."""

    version: int | None = None
    force: bool = False
    reason: str = ""


class RollbackBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which version is published again; 0 is the file's."""

    version: int


class ShownVersion(Struct, frozen=True, kw_only=True):
    """A version in a list."""

    number: int
    hash: str
    message: str
    author_id: int
    at: Moment


class ShownPrompt(Struct, frozen=True, kw_only=True):
    """A prompt, as its author sees it.

    `draft` and `published` are numbers of versions, 0 is the file's; `source` is the draft's text, `published_source`
    the published one. `has_file` tells whether there is a file to go back to, `file_newer` whether it has changed since
    the draft was made from it, `problems` why the draft can't be used, and `held_back` why agents get an older text
    than the published one or the file.
    """

    key: str
    title: str
    revision: int
    draft: int
    published: int
    enabled: bool
    has_file: bool
    file_newer: bool
    source: str
    published_source: str
    problems: list[dict[str, Any]]
    held_back: HeldBack | None
    changed_by: int | None
    changed_at: Moment | None


class ShownDiff(Struct, frozen=True, kw_only=True):
    """The differences between two versions: line by line as a unified diff, and word by word."""

    unified: str
    words: list[dict[str, str]]


_edit, _publish, _rollback = (
    body_of(EditBody, storable=True),
    body_of(PublishBody, storable=True),
    body_of(RollbackBody),
)


class PromptVersionController(Controller):
    """Operations on one prompt."""

    path = "/api/v1/ai/prompts/{key:str}"
    tags = ("AI",)

    @get("/", opt=documented(permission=AI_PROMPTS, answers=ShownPrompt))
    async def show_prompt(self, key: FromPath[str], drafts: NamedDependency[Drafts]) -> Response[Any]:
        """Show a prompt with its draft and what is published."""
        return await _shown(drafts, await drafts.state(checked_key(key)))

    @put("/", opt=documented(permission=AI_PROMPTS, answers=ShownPrompt, body=EditBody, errors=frozenset({412, 428})))
    async def save_prompt(
        self, key: FromPath[str], request: ApiRequest, drafts: NamedDependency[Drafts]
    ) -> Response[Any]:
        """Save a draft. `If-Match` names the revision that was edited, as `ETag` gave it; a new prompt needs none."""
        body, actor = await _edit(request), request.user
        based_on = 0 if request.headers.get("if-none-match", "").strip() == "*" else read_revision(request)
        state = await drafts.save(
            checked_key(key), body.source, body.message, actor=actor, based_on=based_on, file_seen=body.file_seen
        )
        return await _shown(drafts, state)

    @delete("/", status_code=200, opt=documented(permission=AI_PUBLISH, errors=_CHANGES))
    async def delete_prompt(
        self, key: FromPath[str], request: ApiRequest, publishing: NamedDependency[Publishing]
    ) -> Success:
        """Delete a prompt that was made here; its versions stay in the history."""
        await publishing.delete(checked_key(key), actor=request.user, based_on=read_revision(request))
        return success(data=True)

    @get("/versions", opt=documented(permission=AI_PROMPTS, answers=list[ShownVersion]))
    async def list_versions(self, key: FromPath[str], drafts: NamedDependency[Drafts]) -> Success:
        """List the saved versions, the newest first."""
        names = ShownVersion.__struct_fields__
        found = await drafts.versions(checked_key(key))
        return success([ShownVersion(**{name: getattr(each, name) for name in names}) for each in found])

    @get("/versions/{number:int}", opt=documented(permission=AI_PROMPTS, answers=SavedVersion))
    async def show_version(self, key: FromPath[str], number: FromPath[int], drafts: NamedDependency[Drafts]) -> Success:
        """Show a version; 0 is the file's."""
        source = await drafts.source(checked_key(key), number)
        found = next((each for each in await drafts.versions(key) if each.number == number), None)
        return success(found or {"key": key, "number": FILE, "source": source})

    @get("/diff", opt=documented(permission=AI_PROMPTS, answers=ShownDiff, query=_DIFF))
    async def diff_prompt(self, key: FromPath[str], request: ApiRequest, drafts: NamedDependency[Drafts]) -> Success:
        """Show the differences between two versions; by default between the published one and the draft.

        Besides numbers there are words: `file` is the file as it is now, `base` as it was when the draft was begun, and
        `shipped` what comes with the service.
        """
        state = await drafts.state(checked_key(key))
        first, last = (read_one(request, name) or own for name, own in (("from", "published"), ("to", "draft")))
        before, after = await _side(drafts, state, "from", first), await _side(drafts, state, "to", last)
        names = f"{key} {first}", f"{key} {last}"
        return success(await offload(size_of(before, after), _diff, before, after, names))

    @post(
        "/publish",
        status_code=200,
        opt=documented(permission=AI_PUBLISH, answers=ShownPrompt, body=PublishBody, errors=_CHANGES),
    )
    async def publish_prompt(
        self, key: FromPath[str], request: ApiRequest, publishing: NamedDependency[Publishing]
    ) -> Response[Any]:
        """Publish a version, on every replica, once its tests pass."""
        body = await _publish(request) if await request.body() else PublishBody()
        state = await publishing.publish(
            checked_key(key),
            actor=request.user,
            number=body.version,
            forced=body.reason if body.force else None,
            based_on=read_revision(request),
        )
        return await _shown(publishing.drafts, state)

    @post(
        "/rollback",
        status_code=200,
        opt=documented(permission=AI_PUBLISH, answers=ShownPrompt, body=RollbackBody, errors=_CHANGES),
    )
    async def roll_back_prompt(
        self, key: FromPath[str], request: ApiRequest, publishing: NamedDependency[Publishing]
    ) -> Response[Any]:
        """Publish an earlier version again; 0 goes back to the file."""
        body, actor = await _rollback(request), request.user
        state = await publishing.roll_back(checked_key(key), body.version, actor=actor, based_on=read_revision(request))
        return await _shown(publishing.drafts, state)

    @post("/disable", status_code=200, opt=documented(permission=AI_PUBLISH, answers=ShownPrompt, errors=_CHANGES))
    async def disable_prompt(
        self, key: FromPath[str], request: ApiRequest, publishing: NamedDependency[Publishing]
    ) -> Response[Any]:
        """Switch a prompt off: it is not listed, and can't be used."""
        return await _switched(key, request, publishing, enabled=False)

    @post("/enable", status_code=200, opt=documented(permission=AI_PUBLISH, answers=ShownPrompt, errors=_CHANGES))
    async def enable_prompt(
        self, key: FromPath[str], request: ApiRequest, publishing: NamedDependency[Publishing]
    ) -> Response[Any]:
        """Switch a prompt on again."""
        return await _switched(key, request, publishing, enabled=True)


async def _side(drafts: Drafts, state: PromptState, name: str, wanted: str) -> str:
    """Return the text that one side of a comparison is to have."""
    if wanted == "base":
        return await drafts.file_of(state.key, state.draft)
    if wanted == "shipped":
        return drafts.shipped(state.key)
    named = {"published": state.published, "draft": state.draft, "file": FILE}
    if wanted not in named and not _NUMBER.fullmatch(wanted):
        raise InvalidRequestError(name, f"must be the number of a version, or one of {', '.join(_WORDS)}")
    return await drafts.source(state.key, named[wanted] if wanted in named else int(wanted))


async def _switched(key: str, request: ApiRequest, publishing: Publishing, *, enabled: bool) -> Response[Any]:
    based_on = read_revision(request)
    state = await publishing.switch(checked_key(key), enabled=enabled, actor=request.user, based_on=based_on)
    return await _shown(publishing.drafts, state)


async def _shown(drafts: Drafts, state: PromptState) -> Response[Any]:
    has_file = drafts.has_file(state.key)
    source = await drafts.source(state.key, state.draft)
    problems, title = await _problems(drafts, state.key, source)
    shown = ShownPrompt(
        key=state.key,
        title=title,
        revision=state.revision,
        draft=state.draft,
        published=state.published,
        enabled=state.enabled,
        has_file=has_file,
        file_newer=drafts.file_is_newer(state.key, await drafts.file_hash(state)),
        source=source,
        published_source=await drafts.source(state.key, state.published) if state.published or has_file else "",
        problems=problems,
        held_back=drafts.held_back(state.key),
        changed_by=state.changed_by if state.revision else None,
        changed_at=state.changed_at,
    )
    return Response(success(shown), headers=tag_of(state.revision))


async def _problems(drafts: Drafts, key: str, source: str) -> tuple[list[dict[str, Any]], str]:
    """Return why a source can't be used, and its title."""
    if is_part(key):
        return [], ""
    try:
        return [], (await drafts.compile(key, source)).title
    except BrokenTemplateError as error:
        return [structs.asdict(each) for each in error.problems], ""


def _diff(before: str, after: str, names: tuple[str, str]) -> ShownDiff:
    return ShownDiff(unified=line_diff(before, after, names), words=word_diff(before, after))
