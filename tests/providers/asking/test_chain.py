"""When one provider can't answer, the next one does, and if none can, the error says what matters."""

import pytest

from providers.asking.trace import Trace
from providers.base import Completion, CompletionRequest
from providers.errors import (
    CircuitOpenError,
    ContentFilteredError,
    ContextTooLongError,
    CredentialsError,
    InvalidRequestError,
    OverloadedError,
    ProviderError,
    RateLimitedError,
    StreamInterruptedError,
    TimedOutError,
    UnavailableError,
)
from tests.providers.asking.scripted import BrokenOff, Listening, Scripted, asking
from tests.providers.conftest import REQUEST, Ask, heard


@pytest.mark.parametrize(
    "error",
    [
        UnavailableError("first"),
        TimedOutError("first"),
        RateLimitedError("first"),
        CircuitOpenError("first"),
        OverloadedError("first"),
        CredentialsError("first"),
        InvalidRequestError("first"),
    ],
    ids=lambda error: error.code,
)
async def test_the_next_provider_answers(ask: Ask, error: ProviderError) -> None:
    """Whatever ails the first one; the third is not needed."""
    third = Scripted(name="third")
    completion = await ask(asking(Scripted(error), Scripted("Hello", name="second"), third), REQUEST)
    assert (completion.text, completion.provider, third.calls) == ("Hello", "second", 0)


@pytest.mark.parametrize("error", [ContextTooLongError("p"), ContentFilteredError("p")], ids=lambda error: error.code)
@pytest.mark.parametrize("before", [[], [UnavailableError("first")]], ids=["first", "second"])
async def test_an_error_of_the_text_is_the_answer(ask: Ask, error: ProviderError, before: list[ProviderError]) -> None:
    """What is too long can be shortened, and what one filters is not carried to another."""
    last = Scripted(name="last")
    with pytest.raises(type(error)):
        await ask(asking(*map(Scripted, [*before, error]), last), REQUEST)
    assert last.calls == 0


@pytest.mark.parametrize(
    ("errors", "telling"),
    [
        ([RateLimitedError("a"), UnavailableError("b")], "a"),
        ([TimedOutError("a"), CredentialsError("b")], "a"),
        ([CredentialsError("a"), UnavailableError("b")], "a"),
        ([CircuitOpenError("a"), TimedOutError("b"), RateLimitedError("c")], "b"),
        ([CircuitOpenError("a"), CredentialsError("b"), TimedOutError("c")], "c"),
        ([CircuitOpenError("a"), CredentialsError("b")], "a"),
        ([OverloadedError("a"), CircuitOpenError("b")], "a"),
    ],
    ids=lambda each: " ".join(error.code for error in each) if isinstance(each, list) else each,
)
async def test_when_all_fail_the_error_that_tells_most_is_raised(
    ask: Ask, errors: list[ProviderError], telling: str
) -> None:
    """The first provider's, unless it was not even asked; a wrong key of another one is the admin's to see."""
    with pytest.raises(ProviderError) as caught:
        await ask(asking(*[Scripted(error, name=error.provider) for error in errors]), REQUEST)
    assert caught.value.provider == telling


async def test_nothing_is_asked_again_once_text_has_left() -> None:
    """Two beginnings don't make an answer."""
    second = Scripted(name="second")
    shown: list[str] = []
    with pytest.raises(StreamInterruptedError):
        await heard(asking(BrokenOff(StreamInterruptedError("first")), second), REQUEST, shown)
    assert (shown, second.calls) == (["Half a text, "], 0)


async def test_leaving_a_stream_leaves_the_provider() -> None:
    """Down to the innermost."""
    provider = Scripted("Half a text, ")
    provider.gate.clear()
    stream = Listening(asking(provider))
    await stream.first()
    assert provider.running == 1
    await stream.leave()
    assert provider.running == 0


async def test_every_attempt_is_written_down(ask: Ask) -> None:
    """Which provider and model, what went wrong, whether anything was sent, and who answered."""
    trace = Trace()
    errors = [CircuitOpenError("a"), CredentialsError("b")]
    providers = [*(Scripted(error, name=error.provider) for error in errors), Scripted(name="c")]
    await ask(asking(*providers, trace=trace), REQUEST)
    assert [(each.provider, each.error, each.called) for each in trace.attempts] == [
        ("a", "circuit_open", False),
        ("b", "credentials", True),
        ("c", "", True),
    ]
    assert (trace.calls, trace.answering, trace.attempts[2].model) == (2, 2, "small")
    assert [each.provider for each in trace.for_admins] == ["b"]


async def test_a_stream_tells_who_answers_with_its_first_piece() -> None:
    """The headers of an answer name the provider, and they leave before the rest."""
    trace = Trace()
    provider = Scripted("Half a text, ")
    provider.gate.clear()
    stream = Listening(asking(provider, trace=trace))
    await stream.first()
    assert (trace.answering, trace.attempts) == (0, [])
    provider.gate.set()
    assert (await stream.task).text
    assert trace.attempts[0].first_seconds is not None
    assert trace.attempts[0].first_seconds <= trace.attempts[0].seconds


async def test_an_attempt_that_ended_early_is_written_down() -> None:
    """Left half way by the caller, broken off, or ended by a fault of ours."""
    left, broken, wrong = Trace(), Trace(), Trace()
    provider = Scripted("Half a text, ")
    provider.gate.clear()
    stream = Listening(asking(provider, trace=left))
    await stream.first()
    await stream.leave()
    with pytest.raises(StreamInterruptedError):
        await heard(asking(BrokenOff(StreamInterruptedError("first")), trace=broken), REQUEST, [])
    with pytest.raises(ZeroDivisionError):
        await asking(_Wrong(), trace=wrong).answer(REQUEST)
    attempts = [trace.attempts[0] for trace in (left, broken, wrong)]
    assert [each.error for each in attempts] == ["cancelled", "stream_interrupted", "internal"]


class _Wrong(Scripted):
    """Has a fault."""

    async def complete(self, _request: CompletionRequest) -> Completion:
        """Divide by zero."""
        raise ZeroDivisionError
