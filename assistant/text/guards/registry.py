"""The guards by their names, and the one function that runs them."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from assistant.text.guards.base import Breach, Case, Guard, GuardOptions
from assistant.text.guards.commitments import check_commitments
from assistant.text.guards.facts import Facts
from assistant.text.guards.language import check_language
from assistant.text.guards.length import check_length
from assistant.text.guards.links import check_links
from assistant.text.guards.markup import check_html
from assistant.text.guards.names import check_names
from assistant.text.guards.numbers import check_numbers
from assistant.text.guards.preamble import check_preamble
from assistant.text.guards.quotes import check_quotes
from assistant.text.guards.signature import check_signature

GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        "links": check_links,
        "numbers": check_numbers,
        "names": check_names,
        "quotes": check_quotes,
        "signature": check_signature,
        "language": check_language,
        "length": check_length,
        "html": check_html,
        "commitments": check_commitments,
        "no_preamble": check_preamble,
    }
)
"""Every guard that a prompt may name."""


def check(
    guards: Sequence[str],
    draft: str | Facts,
    answer: str | Facts,
    *,
    html: bool,
    options: GuardOptions,
    shown: Callable[[str], str] = str,
) -> tuple[Breach, ...]:
    """Return what an answer lost or made up, in the order of the guards.

    Args:
        guards: names of guards.
        draft: as the agent wrote it; as facts where it is compared more than once.
        answer: as the agent would get it, with all tokens turned back into their values; likewise.
        html: whether draft and answer are HTML.
        options: of the prompt and the request.
        shown: turns a value of draft or answer into what the model knows it by; as it is when the model saw the values.

    Raises:
        KeyError: there is no such guard.
    """
    if not guards:
        return ()
    case = Case(
        guards=frozenset(guards),
        draft=draft if isinstance(draft, Facts) else Facts(draft, html=html),
        answer=answer if isinstance(answer, Facts) else Facts(answer, html=html),
        html=html,
        options=options,
        shown=shown,
    )
    return tuple(breach for name in guards for breach in GUARDS[name](case))
