"""Live calls to settings that are tried, which go on while a server loads its model."""

import asyncio
from collections.abc import Iterable
from copy import copy
from functools import partial

from msgspec import structs

from assistant.provider_setting.connections import LOAD_SECONDS
from messages.sentences import Sentence
from providers.asking.loads import FAIR_SECONDS
from providers.base import Completion
from providers.errors import ModelLoadingError, ProviderError, SettingError, TimedOutError, UnavailableError
from providers.hosts import HOSTS
from providers.http.arrival import expected
from providers.registry import ProviderOptions, ProviderSetting, preload
from providers.sdk import inspection

MOST = 8
"""Calls that go on at once; the oldest ends for one more."""
_LEAST_WAIT = 1.0  # seconds before a server that says that it is loading is asked again


class LiveCalls:
    """Asks providers with settings that are tried.

    Servers that load a model stop loading when the one who asked for it leaves. So a call to one goes on when its
    caller's time is over, or its caller is gone: one for each setting. Whoever tries the same setting meanwhile waits
    for that call, and the next one afterwards is told how it ended.

    Args:
        options: how providers are reached.
        load: seconds that a call may take altogether, and for which is known how it ended.
        most: calls that may go on at once; the oldest one ends for one more.
    """

    def __init__(self, options: ProviderOptions, *, load: float = LOAD_SECONDS, most: int = MOST) -> None:
        self._options = options
        self._load = load
        self._most = most
        self._calls: dict[ProviderSetting, _Call] = {}

    async def check(self, setting: ProviderSetting, seconds: float) -> Completion:
        """Return a short answer to a call with a setting; such an answer is given again until it is forgotten.

        Args:
            setting: what to try.
            seconds: that the caller waits, the reading of certificate authorities not counted.

        Raises:
            ModelLoadingError: the model is being loaded, and the call goes on.
            TimedOutError: there is no answer in time.
            ProviderError: the call failed, as a click's would.
            SettingError: the base URL leads to an address that may not be used.
        """
        await asyncio.to_thread(preload, self._options)
        call = self._call(structs.replace(setting, name=""))
        try:
            await call.wait(seconds)
        finally:
            await self._leave(call)
        try:
            return call.result(seconds)
        except Exception:
            if call.done:
                self._forget(call)
            raise

    def forget(self, settings: Iterable[ProviderSetting]) -> None:
        """Forget what came of calls with these settings, for the next ones to be asked again."""
        for setting in settings:
            call = self._calls.get(structs.replace(setting, name=""))
            if call is not None and call.done:
                self._forget(call)

    async def aclose(self) -> None:
        """End all calls."""
        for call in list(self._calls.values()):
            await self._end(call)

    def _call(self, setting: ProviderSetting) -> "_Call":
        """Return the call that is made with a setting already, or a new one."""
        call = self._calls.get(setting)
        if call is None:
            call = self._calls[setting] = _Call(setting, self._options, self._load)
            call.task.add_done_callback(partial(self._ended, call))
        return call

    async def _leave(self, call: "_Call") -> None:
        """Have a call that its caller leaves go on, or end it if no one needs it."""
        if call.is_needed():
            under_way = [each for each in self._calls.values() if each.goes_on and not each.done]
            for oldest in under_way[: -self._most]:
                await self._end(oldest)
        else:
            await self._end(call)

    def _ended(self, call: "_Call", _task: asyncio.Task[Completion]) -> None:
        """Keep the end of a call that no one may have waited for, for the next one who tries the setting."""
        if call.is_worth_telling():
            asyncio.get_running_loop().call_later(self._load, self._forget, call)
        else:
            self._forget(call)

    def _forget(self, call: "_Call") -> None:
        if self._calls.get(call.setting) is call:
            del self._calls[call.setting]

    async def _end(self, call: "_Call") -> None:
        self._forget(call)
        call.task.cancel()
        await asyncio.wait({call.task})


class _Call:
    """A call with a setting, for everyone who tries it.

    A server that says that it is loading is asked again, until it is done.

    Attributes:
        setting: what is tried; without its name, which says nothing about who is asked.
        task: makes the call.
        goes_on: whether it is left to load a model, whoever waits.
    """

    def __init__(self, setting: ProviderSetting, options: ProviderOptions, load: float) -> None:
        self.setting = setting
        self.goes_on = False
        self._load = load
        self._waiting = 0
        self._said: ModelLoadingError | None = None
        loop = asyncio.get_running_loop()
        self._started = loop.time()
        self._first: asyncio.Future[None] = loop.create_future()  # answer of the server
        self.task, self._arrival = expected(self._bounded(options))
        self.task.add_done_callback(self._answered)

    @property
    def done(self) -> bool:
        """Whether it is over."""
        return self.task.done()

    async def wait(self, seconds: float) -> None:
        """Wait for the first thing that the server says, or for the end of a load that others began."""
        self._waiting += 1
        try:
            await asyncio.wait({self.task if self.goes_on else self._first}, timeout=seconds)
        finally:
            self._waiting -= 1

    def is_needed(self) -> bool:
        """Tell whether it is over, others wait for it, or it may be the load of a model, and goes on as that."""
        self.goes_on = self.goes_on or self._may_load()
        return self.done or self.goes_on or self._waiting > 0

    def is_worth_telling(self) -> bool:
        """Tell whether it loaded a model, or why it did not; one that still loads is asked again."""
        return self.goes_on and not self.task.cancelled() and not isinstance(self.task.exception(), ModelLoadingError)

    def result(self, seconds: float) -> Completion:
        """Return the answer; raises why there is none after so many seconds. Each caller gets an error of its own."""
        name = self.setting.provider
        if self.task.cancelled() and self.goes_on:
            raise UnavailableError(name, detail=Sentence("it was left for another one that was tried meanwhile"))
        if self.done and not self.task.cancelled():
            error = self.task.exception()
            if error is not None:
                raise copy(error) if isinstance(error, ProviderError | SettingError) else error
            return self.task.result()
        if self.goes_on:
            raise ModelLoadingError(name, retry_after=self._said.retry_after if self._said else None)
        raise _too_late(name, seconds)

    def _may_load(self) -> bool:
        """Tell whether a call that has no answer may be the load of a model: its server says so, or keeps silent."""
        if self.done or self._said is not None:
            return self._said is not None
        silence = asyncio.get_running_loop().time() - self._started
        return self._arrival.silent and silence >= FAIR_SECONDS and HOSTS[self.setting.provider].loads

    async def _bounded(self, options: ProviderOptions) -> Completion:
        try:
            async with asyncio.timeout(self._load):
                return await self._loaded(options)
        except TimeoutError:
            raise self._said or _too_late(self.setting.provider, self._load) from None

    async def _loaded(self, options: ProviderOptions) -> Completion:
        while True:
            try:
                return await inspection.check(self.setting, options)
            except ModelLoadingError as loading:
                self._said = loading
                self._answered()
                await asyncio.sleep(max(loading.retry_after or 0.0, _LEAST_WAIT))

    def _answered(self, task: asyncio.Task[Completion] | None = None) -> None:
        if not self._first.done():
            self._first.set_result(None)
        if task is not None and not task.cancelled():
            task.exception()  # seen: asyncio reports it otherwise when no one waits for it


def _too_late(provider: str, seconds: float) -> TimedOutError:
    said = Sentence("no answer came within {seconds} seconds", seconds=f"{seconds:g}")
    return TimedOutError(provider, detail=said)
