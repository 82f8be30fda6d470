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
    "end_of_text end_of_sequence end_of_message eos eos_token eos_token_id eos_found stopped_eos eot eot_id eom eom_id "
    "im_end </s> endoftext eod complete completed completion done finish finished normal success natural natural_stop "
    "matched_stop stop_words stop_criteria stop_criteria_met"
)
_LENGTH = (
    "length length_capped max_length max_len max_token max_tokens max_tokens_reached max_new_tokens max_output_tokens "
    "max_completion_tokens model_length token_limit limit error_limit truncated context_length context_window "
    "context_window_exceeded model_context_window_exceeded context_length_exceeded output_limit length_limit "
    "maximum_tokens maximum_length max_tokens_exceeded max_num_tokens max_output_length token_limit_reached "
    "max_output_tokens_reached tokens_limit stopped_limit too_long"
)
_FILTERED = (
    "content_filter content_filtered contentfilter content_policy content_policy_violation content_moderation filter "
    "filtered safety image_safety safety_violation recitation image_recitation prohibited_content "
    "image_prohibited_content blocklist blocked spii language refusal refused moderation moderated flagged sensitive "
    "error_toxic toxic toxicity guardrail guardrails guardrail_intervened guardrail_blocked policy policy_violation "
    "harmful user_flagged user_input_prohibited model_armor blacklist responsible_ai_policy_violation "
    "content_management_policy content_blocked prompt_blocked safety_blocked blocked_by_safety unsafe block "
    "blocked_reason_safety self_harm violence hate jailbreak profanity inappropriate copyright"
)
_BROKEN = (
    "error errored server_error internal_error network_error abort aborted cancel cancelled canceled fail failed "
    "failure timeout timed_out interrupted incomplete unfinished overloaded preempted evicted unknown"
)
"""Words that mean so whatever else stands beside them."""
_FILTERED_END: Finish = "filtered"
_FINISH: dict[str, Finish] = {
    **dict.fromkeys(_STOP.split(), "stop"),
    **dict.fromkeys(_LENGTH.split(), "length"),
    **dict.fromkeys(_FILTERED.split(), _FILTERED_END),
}
_GONE_WRONG = frozenset(_BROKEN.split())
_PARTS = re.compile(r"[:.|,;]|(?<!<)/")  # "gemini: SAFETY", "FinishReason.STOP", but "</s>"
_GLUE = re.compile(r"[\s_-]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TOKEN = re.compile(r"<\|(\w*)\|>")
_PREFIX = re.compile(r"\A(?:finish_|stop_)?reason_(?=.)")
_LONGEST = 100  # characters; no reason is longer


def finish_of(provider: str, word: str) -> Finish:
    """Return how an answer ended, by the word that its host has for it.

    Args:
        provider: name for the error.
        word: as it came: in any case, with native reasons behind a prefix, as gateways pass them on.

    Raises:
        StreamInterruptedError: it did not end well, whatever text there is.
    """
    if word in _FINISH:  # as most hosts write it
        return _FINISH[word]
    parts = [_plain(part) for part in _PARTS.split(_TOKEN.sub(r"\1", word[:_LONGEST])) if part.strip()] or [""]
    found = _FINISH.get(parts[-1])
    if any(_FINISH.get(part) == _FILTERED_END for part in parts):
        found = _FILTERED_END
    elif not _GONE_WRONG.isdisjoint(parts):
        found = None
    if found is None:
        raise StreamInterruptedError(provider)
    return found


def _plain(word: str) -> str:
    return _PREFIX.sub("", _GLUE.sub("_", _HUMP.sub("_", word.strip())).lower(), count=1).strip("_")
