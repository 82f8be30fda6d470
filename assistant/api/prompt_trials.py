"""Previewing and trying a prompt before it is published."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any

from litestar import Controller, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct, structs

from assistant.api.event_stream import Emit, Streamed, event, wants_stream
from assistant.api.prompt_keys import checked_key
from assistant.api.request import ApiRequest
from assistant.auth.actor import AI_PROMPTS
from assistant.auth.guards import read_credentials
from assistant.authoring.chosen_version import chosen_version
from assistant.authoring.drafts import Drafts
from assistant.authoring.preview import Preview, preview
from assistant.authoring.samples import PromptSamples, Sample
from assistant.authoring.trials import Ended, Part, Run, Unanswered, Written, try_all
from assistant.authoring.uncached_completion import PromptAsker
from assistant.completion.prepared import MOST_CONTENT
from assistant.completion.request import DraftRequest, Selection
from assistant.conversation.context import Contexts, ConversationContext
from assistant.envelope import ErrorEnvelope, Success, render, success
from assistant.errors import InvalidRequestError
from assistant.telemetry import request_id
from assistant.web.body import body_of
from assistant.web.operation import documented
from assistant.web.parameters import as_uuid
from assistant.web.request_facts import facts_of
from prompts.template import Prompt

_MOST_RUNS = 8
_LONGEST_NAME = 200
_ERRORS = frozenset({422, 429, 502, 503, 504})


class Passage(Selection, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passage of a draft, as an author sends it; a misspelled field is refused."""


class PreviewBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft, and the version to look at: a number, `draft` or `published`; or a `source` that is not saved yet."""

    content: str
    version: int | str = "draft"
    source: str | None = None
    variables: dict[str, Any] = {}
    instruction: str = ""
    previous: str = ""
    selection: Passage | None = None
    conversation_uuid: str = ""


class TrialBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft, or the number of a stored `sample`, and what is tried on it.

    `versions` are numbers, `draft`, `published`, or `source` for the text in `source`; `providers` are names of
    configured ones, by default the active ones, as for agents.
    """

    content: str = ""
    sample: int | None = None
    versions: tuple[int | str, ...] = ("draft", "published")
    source: str | None = None
    providers: list[str] = []
    variables: dict[str, Any] = {}
    instruction: str = ""
    previous: str = ""
    conversation_uuid: str = ""


class SampleBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft to keep, with the variables that go with it."""

    name: str
    content: str
    variables: dict[str, Any] = {}


class Failed(Struct, frozen=True, kw_only=True, tag_field="outcome", tag="failed"):
    """Why a run has no answer."""

    run: int
    version: int | str
    provider: str
    error: ErrorEnvelope


class TrialResult(Struct, frozen=True, kw_only=True):
    """All runs, in order: those that ended with an answer, and those that failed."""

    runs: list[Ended | Failed]


_preview, _trial = body_of(PreviewBody), body_of(TrialBody)
_sample = body_of(SampleBody, storable=True)


class PromptTrialController(Controller):
    """Operations that try a prompt."""

    path = "/api/v1/ai/prompts/{key:str}"
    tags = ("AI",)

    @post("/preview", status_code=200, opt=documented(permission=AI_PROMPTS, answers=Preview, body=PreviewBody))
    async def preview_prompt(
        self,
        key: FromPath[str],
        request: ApiRequest,
        drafts: NamedDependency[Drafts],
        prompt_asker: NamedDependency[PromptAsker],
        contexts: NamedDependency[Contexts],
    ) -> Success:
        """Show the messages exactly as they would be sent, what is hidden in them, and what they would cost."""
        body = await _preview(request)
        version = "source" if body.source is not None else body.version
        prompt = await chosen_version(drafts, checked_key(key), version, body.source)
        read = await _context(request, prompt, body.conversation_uuid, contexts)
        order = DraftRequest(
            prompt_key=key,
            content=body.content,
            variables=body.variables,
            instruction=body.instruction,
            previous=body.previous,
            selection=body.selection,
            around=read.around,
        )
        return success(await preview(await prompt_asker.job(prompt, order), prompt_asker, read.transcript))

    @post(
        "/test",
        status_code=200,
        opt=documented(permission=AI_PROMPTS, answers=TrialResult, body=TrialBody, errors=_ERRORS),
    )
    async def try_prompt(
        self,
        key: FromPath[str],
        request: ApiRequest,
        drafts: NamedDependency[Drafts],
        prompt_asker: NamedDependency[PromptAsker],
        prompt_samples: NamedDependency[PromptSamples],
        *,
        contexts: NamedDependency[Contexts],
    ) -> Response[Any]:
        """Try versions on a draft, side by side; nothing is stored. `Accept: text/event-stream` gives it in pieces."""
        body, actor = await _trial(request), request.user
        if body.sample is not None:
            kept = await prompt_samples.get(checked_key(key), body.sample)
            variables = {**kept.variables, **body.variables}
            body = structs.replace(body, content=kept.content, variables=variables)
        arrived = facts_of(request.scope).arrived
        read = partial(_context, request, uuid=body.conversation_uuid, contexts=contexts, arrived=arrived)
        runs = await _runs(checked_key(key), body, drafts, prompt_asker, read, arrived=arrived)
        parts = try_all(runs, prompt_asker, actor)
        if wants_stream(request):
            return Streamed(partial(_write, runs, parts))
        async with aclosing(parts):
            ended = [_shown(part) async for part in parts if not isinstance(part, Written)]
        return Response(success(TrialResult(runs=sorted(ended, key=lambda each: each.run))))

    @get("/samples", opt=documented(permission=AI_PROMPTS, answers=list[Sample]))
    async def list_samples(self, key: FromPath[str], prompt_samples: NamedDependency[PromptSamples]) -> Success:
        """List the drafts that are kept for trying this prompt."""
        return success(await prompt_samples.of(checked_key(key)))

    @post("/samples", status_code=200, opt=documented(permission=AI_PROMPTS, answers=Sample, body=SampleBody))
    async def add_sample(
        self,
        key: FromPath[str],
        request: ApiRequest,
        drafts: NamedDependency[Drafts],
        prompt_samples: NamedDependency[PromptSamples],
    ) -> Success:
        """Keep a draft for trying this prompt."""
        body = await _sample(request)
        await drafts.state(checked_key(key))
        if not 0 < len(body.name.strip()) <= _LONGEST_NAME:
            raise InvalidRequestError("name", f"must have 1 to {_LONGEST_NAME} characters")
        if not 0 < len(body.content.encode()) <= MOST_CONTENT:
            raise InvalidRequestError("content", f"must have 1 to {MOST_CONTENT} bytes")
        kept = await prompt_samples.add(key, body.name.strip(), body.content, body.variables, author_id=request.user.id)
        return success(kept)

    @delete("/samples/{number:int}", status_code=200, opt=documented(permission=AI_PROMPTS))
    async def remove_sample(
        self, key: FromPath[str], number: FromPath[int], prompt_samples: NamedDependency[PromptSamples]
    ) -> Success:
        """Forget a draft."""
        await prompt_samples.remove(checked_key(key), number)
        return success(data=True)


async def _context(
    request: ApiRequest, prompt: Prompt, uuid: str, contexts: Contexts, arrived: float | None = None
) -> ConversationContext:
    """Return what a prompt reads of a conversation, with the rights of the author who tries it."""
    named = as_uuid(uuid, "conversation_uuid") if uuid else ""
    return await contexts.read(prompt, named, request.user, read_credentials(request), arrived=arrived)


async def _runs(
    key: str,
    body: TrialBody,
    drafts: Drafts,
    asker: PromptAsker,
    read: Callable[[Prompt], Awaitable[ConversationContext]],
    *,
    arrived: float,
) -> Sequence[Run]:
    providers: list[str | None] = [*dict.fromkeys(body.providers)] or [None]
    versions = list(dict.fromkeys(body.versions))
    if not 0 < len(versions) * len(providers) <= _MOST_RUNS:
        raise InvalidRequestError("versions", f"times the providers must make 1 to {_MOST_RUNS} runs")
    runs: list[Run] = []
    for version in versions:
        prompt = await chosen_version(drafts, key, version, body.source)
        context = await read(prompt)
        for provider in providers:
            order = DraftRequest(
                prompt_key=key,
                content=body.content,
                variables=body.variables,
                instruction=body.instruction,
                previous=body.previous,
                around=context.around,
                arrived=arrived,
                request_id=f"{request_id.get()}-{len(runs) + 1}",
            )
            job = await asker.job(prompt, order, provider=provider)
            runs.append(Run(version=version, provider=provider or asker.providers[0], job=job))
    return runs


def _shown(part: Ended | Unanswered) -> Ended | Failed:
    if isinstance(part, Ended):
        return part
    return Failed(run=part.run, version=part.version, provider=part.provider, error=render(part.error).envelope)


async def _write(runs: Sequence[Run], parts: AsyncGenerator[Part, None], emit: Emit) -> None:
    """Write which runs there are, their parts as they come, and an end."""
    async with aclosing(parts):
        for number, run in enumerate(runs):
            await emit(event("run", {"run": number, "version": run.version, "provider": run.provider}))
        async for part in parts:
            name = {Written: "delta", Ended: "done", Unanswered: "error"}[type(part)]
            await emit(event(name, part if isinstance(part, Written) else _shown(part)))
        await emit(event("end", {}))
