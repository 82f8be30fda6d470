"""An order with everything decided that shapes its answer, and the key under which that answer is kept."""

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from assistant.completion.code_version import code_version
from assistant.completion.key import Hash, begin_key, end_key
from assistant.completion.order import Order
from assistant.errors import EmptyContentError, TooLargeError
from assistant.live_settings.purges import PurgeCounts
from assistant.provider_setting.active import Active
from assistant.text.emptiness import is_empty
from assistant.text.html.recognition import is_html, with_words_shown
from assistant.text.masking.masking import MaskingRules
from assistant.text.offloading import LARGE
from prompts.template import Prompt
from prompts.variables import Value
from providers.hosts import HOSTS
from providers.registry import ProviderSetting

MOST_CONTENT = 64 * 1024
"""Bytes of UTF-8 that a draft may have; a selection with what surrounds it as many, and an instruction too."""

_NOTHING_WRITTEN = "There is nothing to rewrite yet. Write a draft first."
_NOTHING_SELECTED = "There is nothing to rewrite in what is selected. Select some text first."
_MOST_OUTPUT = 16_384  # tokens; more than the largest draft needs
_NO_MASKING = MaskingRules(enabled=False)
_MOST_BEGUN = 1000  # hashes of what questions share: prompts times providers, and a few of before a change


class Job(Struct, frozen=True, kw_only=True):
    """An order, and what the service makes of it.

    Attributes:
        draft: what is rewritten: the content, or the selection in it.
        html: whether that is HTML.
        values: of the prompt's variables.
        active: the providers in charge.
        rules: what is masked on the way to them.
        max_output_tokens: room for the answer, without what a provider takes for thinking.
        epochs: the numbers that a purge raises, as they were when it was asked: a purge holds for its answer too.
    """

    order: Order
    prompt: Prompt
    draft: str
    html: bool
    values: Mapping[str, Value]
    active: Active
    rules: MaskingRules
    max_output_tokens: int
    epochs: PurgeCounts

    @property
    def size(self) -> int:
        """Characters of all that is read of it: the draft, what surrounds it, variables and instruction."""
        return len(self.draft) + self.order.size

    @property
    def masking_size(self) -> int:
        """The same as masking it counts: administrators' patterns make every text a long one."""
        return max(self.size, LARGE + 1) if self.rules.patterns else self.size

    @property
    def brief(self) -> bool:
        """Whether the model asked first is so small that it gets one line of instruction."""
        return self.is_brief(0)

    def is_brief(self, position: int) -> bool:
        """Tell whether the provider at a place is the built-in model, whose answers are taken as they are."""
        return not _is_outside(self.active.settings[position])


def job_for(
    order: Order, prompt: Prompt, active: Active, masking: Callable[[], MaskingRules], epochs: PurgeCounts
) -> Job:
    """Decide what an order means; `masking` is asked for the rules if anything leaves the machine.

    Raises:
        EmptyContentError, TooLargeError: the content can't be used.
        MaskingUnknownError: nobody knows what has to be hidden.
        VariableError: a variable is wrong or missing.
    """
    draft = order.selection.text if order.selection else order.content
    html = is_html(draft)
    draft = with_words_shown(draft) if html else draft
    _check(order, draft, html=html)
    return Job(
        order=order,
        prompt=prompt,
        draft=draft,
        html=html,
        values=prompt.resolve(order.variables),
        active=active,
        rules=masking() if any(_is_outside(setting) for setting in active.settings) else _NO_MASKING,
        max_output_tokens=_output_room(prompt, draft),
        epochs=epochs,
    )


class _Begun(Struct, frozen=True):
    """A hash that was begun, and what went into it: kept, so that no other object can be at its place."""

    hash: Hash
    made_of: tuple[object, ...]


class Keys:
    """Names under which answers are stored.

    Args:
        secret: of the keyed hash.
        local_model: file of the built-in model, if it is another one.
    """

    def __init__(self, secret: bytes, local_model: Path | None) -> None:
        self._secret = secret
        self._local_model = _describe_file(local_model)
        self._begun: dict[tuple[int, ...], _Begun] = {}

    def key(self, job: Job, setting: ProviderSetting) -> str:
        """Return the key of a job's answer, given by one of its providers.

        Args:
            job: what is asked.
            setting: of the provider that answers.
        """
        order = job.order
        selection = order.selection
        around = (selection.before, selection.after) if selection else ()
        contact = (order.opened.contact_name, order.opened.contact_language)
        drafts = (job.draft, order.content if selection else "", around, order.instruction, contact)
        return end_key(
            self._shared(job, setting), content=(*drafts, job.max_output_tokens), html=job.html, values=job.values
        )

    def _shared(self, job: Job, setting: ProviderSetting) -> Hash:
        """Return the hash of what the job shares with others; it is looked up by the objects themselves."""
        made_of = (job.prompt, setting, job.active, job.rules, job.epochs)
        place = tuple(map(id, made_of))
        begun = self._begun.get(place)
        if begun is None:
            if len(self._begun) >= _MOST_BEGUN:
                self._begun.clear()
            begun = self._begun[place] = _Begun(self._begin(job, setting), made_of)
        return begun.hash

    def _begin(self, job: Job, setting: ProviderSetting) -> Hash:
        prompt = job.prompt
        epochs = job.epochs.of(prompt.key, setting.provider)
        return begin_key(
            self._secret,
            code=code_version(),
            prompt_version=prompt.version,
            setting=setting,
            local_model=self._local_model if setting.provider == "local" else "",
            parameters=(prompt.model.temperature, prompt.guards, job.brief, epochs),
            masking=_described(job.rules),
        )


def _is_outside(setting: ProviderSetting) -> bool:
    """Tell whether a provider is anything but the built-in model, from which nothing leaves the machine."""
    host = HOSTS.get(setting.provider)
    return host is None or host.prompt_style != "brief"


def _described(rules: MaskingRules) -> tuple[object, ...]:
    patterns = tuple((each.name, each.pattern, each.private) for each in rules.patterns)
    return (rules.enabled, sorted(rules.private), patterns)


def _describe_file(path: Path | None) -> str:
    """Tell one file from another, and from an earlier one of the same name."""
    if path is None:
        return ""
    status = path.stat()
    return f"{path.name} {status.st_size} {status.st_mtime_ns}"


def _check(order: Order, draft: str, *, html: bool) -> None:
    selection = order.selection
    texts = {"content": order.content, "instruction": order.instruction}
    if selection is not None:
        texts["selection"] = selection.text + selection.before + selection.after
    for field, text in texts.items():
        size = len(text.encode())
        if size > MOST_CONTENT:
            raise TooLargeError(f"{field}: has {size} bytes; the limit is {MOST_CONTENT}. Shorten it.")
    if is_empty(draft, html=html):
        raise EmptyContentError(_NOTHING_WRITTEN if selection is None else _NOTHING_SELECTED)


def _output_room(prompt: Prompt, draft: str) -> int:
    """Return the tokens that the answer may take: what the prompt says, and at least about twice the draft.

    A token is some four bytes of English and three of Chinese, so half the bytes is room enough for both.
    """
    return min(_MOST_OUTPUT, max(prompt.model.max_output_tokens, len(draft.encode()) // 2))
