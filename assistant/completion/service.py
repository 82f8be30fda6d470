"""The pipeline of a completion, top to bottom."""

import time
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from assistant.completion.active import Active, ActiveProvider
from assistant.completion.cache import CompletionCache
from assistant.completion.key import completion_key
from assistant.completion.order import Answer, Entry, Order
from assistant.completion.output import is_html, tidy
from assistant.errors import InvalidRequestError, TooLargeError
from assistant.settings import Settings
from prompts.registry import PromptRegistry
from prompts.template import Prompt, Turn
from providers.base import Completion, CompletionRequest, Message
from providers.errors import ContentFilteredError
from providers.wrappers.deadline import Deadline

MOST_CONTENT = 64 * 1024
"""Bytes of UTF-8 that a draft may have."""

_MOST_OUTPUT = 16_384  # tokens; more than the largest draft needs
_CUT = "The answer reached the length limit and may end early."


class _Job(Struct, frozen=True, kw_only=True):
    """An order with everything decided that shapes its answer."""

    order: Order
    prompt: Prompt
    values: Mapping[str, object]
    active: Active
    html: bool
    max_output_tokens: int


class CompletionService:
    """Answers orders.

    Args:
        settings: for the deadlines and the time to live.
        prompts: the registry.
        active: the provider in charge.
        cache: finished answers.
        key_secret: the secret of the cache's keys.
    """

    def __init__(
        self,
        settings: Settings,
        prompts: PromptRegistry,
        active: ActiveProvider,
        cache: CompletionCache,
        key_secret: bytes,
    ) -> None:
        self._settings = settings
        self._prompts = prompts
        self._active = active
        self._cache = cache
        self._key_secret = key_secret
        self._local_model = _describe_file(settings.local_model)

    async def complete(self, order: Order) -> Answer:
        """Answer an order, from the cache when the same was asked before.

        Raises:
            InvalidRequestError, TooLargeError: the content can't be used.
            PromptError: the prompt is unknown, or its variables are wrong.
            ProviderError: the provider did not answer as it should.
        """
        _check(order)
        job = self._job(order)
        key = self._key(job)
        stored = None if order.fresh else await self._cache.get(key)
        if stored is not None:
            return Answer(entry=stored, prompt_key=job.prompt.key, cache="hit")
        return await self._ask(job, key)

    def _job(self, order: Order) -> _Job:
        prompt, active = self._prompts.get(order.prompt_key), self._active.current
        return _Job(
            order=order,
            prompt=prompt,
            values=prompt.resolve(order.variables),
            active=active,
            html=is_html(order.content),
            max_output_tokens=_output_room(prompt, order.content) + active.host.thinking_tokens,
        )

    def _key(self, job: _Job) -> str:
        return completion_key(
            self._key_secret,
            prompt_version=job.prompt.version,
            setting=job.active.setting,
            local_model=self._local_model if job.active.setting.provider == "local" else "",
            parameters=(job.max_output_tokens, job.prompt.model.temperature),
            content=job.order.content,
            html=job.html,
            values=job.values,
        )

    async def _ask(self, job: _Job, key: str) -> Answer:
        """Ask the provider, and store what is whole."""
        started = time.perf_counter()
        completion = await self._provider(job).complete(_request(job))
        elapsed = (time.perf_counter() - started) * 1000
        if completion.finish == "filtered":
            raise ContentFilteredError(completion.provider)
        entry = _entry(job, completion)
        if completion.finish == "stop":
            self._cache.put(key, entry, job.prompt.cache.ttl or self._settings.cache_ttl)
        return Answer(
            entry=entry,
            prompt_key=job.prompt.key,
            cache="bypass" if job.order.fresh else "miss",
            warnings=(_CUT,) if completion.finish == "length" else (),
            provider_ms=elapsed,
        )

    def _provider(self, job: _Job) -> Deadline:
        settings = self._settings
        seconds = settings.long_timeout if job.prompt.deadline == "long" else settings.request_timeout
        return Deadline(job.active.provider, seconds)


def _describe_file(path: Path | None) -> str:
    """Tell one file from another, and from an earlier one of the same name."""
    if path is None:
        return ""
    status = path.stat()
    return f"{path.name} {status.st_size} {status.st_mtime_ns}"


def _check(order: Order) -> None:
    if not order.content.strip():
        raise InvalidRequestError("content", "must not be empty; write a draft first")
    size = len(order.content.encode())
    if size > MOST_CONTENT:
        raise TooLargeError(f"content: has {size} bytes; the limit is {MOST_CONTENT}. Shorten the draft.")


def _output_room(prompt: Prompt, content: str) -> int:
    """Return the tokens that the answer may take: what the prompt says, and at least about twice the draft.

    A token is some four bytes of English and three of Chinese, so half the bytes is room enough for both.
    """
    return min(_MOST_OUTPUT, max(prompt.model.max_output_tokens, len(content.encode()) // 2))


def _turns(job: _Job) -> tuple[Turn, ...]:
    if job.active.host.prompt_style == "brief":
        return job.prompt.render_brief(job.order.content, job.values)
    return job.prompt.render(job.order.content, job.values, html=job.html)


def _request(job: _Job) -> CompletionRequest:
    return CompletionRequest(
        messages=tuple(Message(role=turn.role, content=turn.content) for turn in _turns(job)),
        max_output_tokens=job.max_output_tokens,
        temperature=job.prompt.model.temperature,
    )


def _entry(job: _Job, completion: Completion) -> Entry:
    return Entry(
        text=tidy(completion.text),
        provider=completion.provider,
        model=completion.model,
        prompt_version=job.prompt.version,
        usage=completion.usage,
    )
