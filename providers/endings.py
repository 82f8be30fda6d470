"""Why a model stopped, in the words of every host: one list for all dialects.

The words are those of OpenAI, Anthropic, Gemini and Vertex AI, Mistral, Cohere, Bedrock, DeepSeek, Zhipu, vLLM, SGLang,
llama.cpp, Ollama and Hugging Face. A word that is not here means that something went wrong: an answer that did not end
well is no answer.
"""

import re

from providers.base import Finish
from providers.errors import StreamInterruptedError

_STOP = (
    "stop stop_sequence stop_sequence_criteria stop_token stop_str stop_word stopped end end_turn end_of_turn "
    "end_of_text end_of_sequence eos eos_token eos_token_id eot eom complete completed completion done finish finished "
    "normal success"
)
_LENGTH = (
    "length length_capped max_length max_len max_token max_tokens max_tokens_reached max_new_tokens max_output_tokens "
    "max_completion_tokens model_length token_limit limit error_limit truncated context_length context_window "
    "context_window_exceeded model_context_window_exceeded"
)
_FILTERED = (
    "content_filter content_filtered contentfilter content_policy content_policy_violation content_moderation filter "
    "filtered safety image_safety safety_violation recitation image_recitation prohibited_content "
    "image_prohibited_content blocklist blocked spii language refusal refused moderation moderated flagged sensitive "
    "error_toxic toxic toxicity guardrail guardrails guardrail_intervened guardrail_blocked policy policy_violation "
    "harmful user_flagged user_input_prohibited"
)
_FILTERED_END: Finish = "filtered"
_FINISH: dict[str, Finish] = {
    **dict.fromkeys(_STOP.split(), "stop"),
    **dict.fromkeys(_LENGTH.split(), "length"),
    **dict.fromkeys(_FILTERED.split(), _FILTERED_END),
}
_PARTS = re.compile(r"[:./|,;]")  # "gemini: SAFETY", "FinishReason.STOP"
_GLUE = re.compile(r"[\s_-]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PREFIX = "finish_reason_"
_LONGEST = 100  # characters; no reason is longer


def finish_of(provider: str, word: str) -> Finish:
    """Return how an answer ended, by the word that its host has for it.

    Args:
        provider: name for the error.
        word: as it came: in any case, with native reasons behind a prefix, as gateways pass them on.

    Raises:
        StreamInterruptedError: it did not end well, whatever text there is.
    """
    *before, last = [_plain(part) for part in _PARTS.split(word[:_LONGEST]) if part.strip()] or [""]
    found = _FINISH.get(last) or next((_FILTERED_END for part in before if _FINISH.get(part) == _FILTERED_END), None)
    if found is None:
        raise StreamInterruptedError(provider)
    return found


def _plain(word: str) -> str:
    return _GLUE.sub("_", _HUMP.sub("_", word.strip())).lower().removeprefix(_PREFIX).strip("_")
