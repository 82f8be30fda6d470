"""When the same provider is asked again."""

from collections.abc import Sequence
from random import Random

from msgspec import Struct

from providers.errors import ProviderError


class Retries(Struct, frozen=True, kw_only=True):
    """How often, and after how long, a provider is asked again.

    The waits are exponential with full jitter:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/

    Attributes:
        attempts: most times that it is asked, the first included.
        base: most seconds before the second attempt; doubled for each further one.
        cap: most seconds before any attempt that the provider did not ask to wait longer for.
        least: seconds that must be left after a wait, or there is no point in asking.
    """

    attempts: int = 3
    base: float = 0.1
    cap: float = 2.0
    least: float = 0.2


RETRIES = Retries()
"""What a provider gets unless something else is said."""


def wait_after(
    failed: Sequence[ProviderError], retries: Retries, *, left: float, longest: float, random: Random
) -> float:
    """Return the seconds until a provider is asked again.

    Args:
        failed: how it was asked in vain, attempt by attempt.
        retries: how often, and after how long, it is asked.
        left: seconds after which no one waits any more.
        longest: most seconds of a wait that the provider asks for.
        random: where the jitter comes from.

    Raises:
        ProviderError: no attempt is left; the last error of the provider's own, which tells most.
    """
    error = failed[-1]
    wait = random.uniform(0, min(retries.cap, retries.base * 2 ** (len(failed) - 1)))
    asked = error.retry_after or 0.0
    alike = sum(type(each) is type(error) for each in failed)
    worth = error.retryable and error.called and error.again
    again = worth and alike < error.most and len(failed) < retries.attempts
    if again and asked <= longest and left - asked - wait >= retries.least:
        return asked + wait
    raise next((each for each in reversed(failed) if each.called), error)
