"""A request with everything decided that shapes its answer."""

import html as markup
from collections.abc import Callable, Mapping

from msgspec import Struct

from assistant.completion.request import DraftRequest
from assistant.errors import EmptyContentError, TooLargeError
from assistant.live_settings.purges import PurgeCounts
from assistant.provider_setting.active import Active
from assistant.settings import Waits
from assistant.text.emptiness import is_empty
from assistant.text.html.recognition import is_html, with_words_shown
from assistant.text.masking.masking import MaskingRules
from assistant.text.offloading import LARGE
from assistant.usage.prices import Bill
from messages.sentences import Sentence
from prompts.template import Prompt
from prompts.variables import Value
from providers.hosts import HOSTS
from providers.registry import ProviderSetting

MOST_CONTENT = 64 * 1024
"""Bytes of UTF-8 that a draft may have; a selection with what surrounds it as many, and so may an
instruction and the last answer."""

_NOTHING_WRITTEN = Sentence("There is nothing to rewrite yet. Write a draft first.")
_NOTHING_SELECTED = Sentence("There is nothing to rewrite in the selection. Select some text first.")
_NO_CONVERSATION = Sentence("This prompt works on a conversation. Open one first.")
_NO_MESSAGES = Sentence("There is nothing in this conversation yet.")
_MOST_OUTPUT = 16_384  # tokens; more than the largest draft needs
NO_MASKING = MaskingRules(enabled=False)
"""What is masked where nothing leaves the machine."""


class Prepared(Struct, frozen=True, kw_only=True):
    """A request, and what the service makes of it.

    Attributes:
        draft: what is rewritten: the content, or the selection in it.
        html: whether that is HTML, and so will be the answer.
        values: of the prompt's variables.
        active: the providers in use.
        rules: what is masked on the way to them.
        max_output_tokens: room for the answer, without what a provider takes for thinking.
        epochs: the numbers that a purge raises, as they were when it was asked: a purge holds for its answer too.
        paid: what was billed for it where no answer came of that.
    """

    request: DraftRequest
    prompt: Prompt
    draft: str
    html: bool
    values: Mapping[str, Value]
    active: Active
    rules: MaskingRules
    max_output_tokens: int
    epochs: PurgeCounts
    paid: list[Bill] = []

    @property
    def size(self) -> int:
        """How large all is that is read of it: the draft, what surrounds it, variables and instruction."""
        return self.request.size

    @property
    def masking_size(self) -> int:
        """The same as masking it counts: administrators' patterns make every text a long one."""
        return max(self.size, LARGE + 1) if self.rules.patterns else self.size

    def seconds(self, waits: Waits) -> float:
        """Return how long a whole answer may take, and the first piece of a streamed one."""
        return waits.long if self.prompt.deadline == "long" else waits.rewrite

    def deadline(self, waits: Waits) -> float:
        """Return the loop's time until which a whole answer is waited for."""
        return self.request.arrived + self.seconds(waits)

    @property
    def brief(self) -> bool:
        """Whether the model asked first is so small that it gets one line of instruction."""
        return self.is_brief(0)

    @property
    def told_plain(self) -> bool:
        """Whether the model is given the text of an HTML draft without its markup, as only a tiny one is asked."""
        return self.html and all(map(self.is_brief, range(len(self.active.settings))))

    def is_brief(self, position: int) -> bool:
        """Tell whether the provider at a place is the built-in model, whose answers are taken as they are."""
        return not _is_outside(self.active.settings[position])


def prepare(
    request: DraftRequest, prompt: Prompt, active: Active, masking: Callable[[], MaskingRules], epochs: PurgeCounts
) -> Prepared:
    """Decide what a request means; `masking` is asked for the rules if anything leaves the machine.

    Raises:
        EmptyContentError, TooLargeError: the content can't be used.
        MaskingUnknownError: what has to be hidden can't be read.
        VariableError: a variable is wrong or missing.
    """
    draft = request.selection.text if request.selection else request.content
    html = is_html(draft)
    if request.as_html and not html:
        draft, html = markup.escape(draft, quote=False), True
    draft = with_words_shown(draft) if html else draft
    _check(request, prompt, draft, html=html)
    return Prepared(
        request=request,
        prompt=prompt,
        draft=draft,
        html=html,
        values=prompt.resolve(request.variables),
        active=active,
        rules=masking() if any(_is_outside(setting) for setting in active.settings) else NO_MASKING,
        max_output_tokens=_output_room(prompt, draft),
        epochs=epochs,
    )


def _is_outside(setting: ProviderSetting) -> bool:
    """Tell whether a provider is anything but the built-in model, from which nothing leaves the machine."""
    host = HOSTS.get(setting.provider)
    return host is None or host.prompt_style != "brief"


def _check(request: DraftRequest, prompt: Prompt, draft: str, *, html: bool) -> None:
    selection = request.selection
    _check_size("content", request.content)
    if request.instruction:
        _check_size("instruction", request.instruction)
    if request.previous:
        _check_size("previous", request.previous)
    if selection is not None:
        _check_size("selection", selection.text + selection.before + selection.after)
    if prompt.context == "conversation":
        if request.around is None or not request.around.conversation.messages:
            raise EmptyContentError(_NO_CONVERSATION if request.around is None else _NO_MESSAGES)
    elif is_empty(draft, html=html):
        raise EmptyContentError(_NOTHING_WRITTEN if selection is None else _NOTHING_SELECTED)


def _check_size(field: str, text: str) -> None:
    if 4 * len(text) <= MOST_CONTENT:  # of which no character has more bytes
        return
    size = len(text.encode())
    if size > MOST_CONTENT:
        raise TooLargeError(
            Sentence(
                "{field}: has {size} bytes; the limit is {most}. Shorten it.", field=field, size=size, most=MOST_CONTENT
            )
        )


def _output_room(prompt: Prompt, draft: str) -> int:
    # About twice the draft at least: a token is some four bytes of English and three of Chinese.
    return min(_MOST_OUTPUT, max(prompt.model.max_output_tokens, len(draft.encode()) // 2))
