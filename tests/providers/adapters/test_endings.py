"""The words that hosts have for the end of an answer."""

import pytest

from providers.adapters.endings import finish_of
from providers.base import Finish
from providers.errors import StreamInterruptedError

GOOD = """stop STOP Stop eos EOS_TOKEN eos_token end_turn stop_sequence COMPLETE completed gemini:STOP
FinishReason.STOP FINISH_REASON_STOP finishReason.endTurn STOP_SEQUENCE native/stop
eot_id <|eot_id|> im_end <|im_end|> </s> endoftext natural_stop matched_stop stop_words STOP_REASON_END_TURN REASON_STOP
STOP_CRITERIA_MET StopReason.END_TURN stopReason:endTurn stop_reason.end_turn eosFound google/STOP"""
LENGTH = """length LENGTH MAX_TOKENS max_tokens maxTokens max_output_tokens model_length FINISH_REASON_MAX_TOKENS
google:MAX_TOKENS model_context_window_exceeded STOP_REASON_MAX_TOKENS output_limit context_length_exceeded
maximum_tokens ContextLengthExceeded REASON_MAX_TOKENS length:max_tokens stop_reason.max_tokens"""
FILTERED = """content_filter CONTENT_FILTER SAFETY RECITATION PROHIBITED_CONTENT BLOCKLIST SPII refusal sensitive
content-filter FinishReason.SAFETY ERROR_TOXIC guardrail_intervened content_filter:SOMETHING_NEW
MODEL_ARMOR modelArmor blacklist ResponsibleAIPolicyViolation responsible_ai_policy_violation content_blocked unsafe
block content_filter:stop SAFETY/stop error:content_filter error.SAFETY STOP_REASON_SAFETY
STOP_REASON_CONTENT_FILTERED BLOCKED_REASON_SAFETY blocked_reason_safety"""
BROKEN = """error ERROR abort aborted cancelled insufficient_system_resource timeout OTHER MALFORMED_FUNCTION_CALL
tool_calls pause_turn unknown FINISH_REASON_UNSPECIFIED gateway:error stop:error nonstop stopping null ? :
error:stop aborted:stop abort|stop cancelled.stop failed:length error/stop gateway,error,stop stop;error
timeout:end_turn Cancelled:STOP STOP_REASON_ERROR REASON_UNSPECIFIED reason_ unfinished not_stop
error_stop stop_error"""
ENDINGS: list[tuple[str, Finish]] = [
    *((word, "stop") for word in GOOD.split()),
    *((word, "length") for word in LENGTH.split()),
    *((word, "filtered") for word in FILTERED.split()),
    ("content_filter: PROHIBITED_CONTENT", "filtered"),
    (" stop ", "stop"),
]


@pytest.mark.parametrize(("word", "finish"), ENDINGS)
def test_a_known_word_is_read_in_any_writing(word: str, finish: Finish) -> None:
    """Upper case, prefixes and humps change nothing."""
    assert finish_of("custom", word) == finish


@pytest.mark.parametrize("word", [*BROKEN.split(), "", "x" * 100_000, "stop" * 30])
def test_every_other_word_means_that_there_is_no_answer(word: str) -> None:
    """A word that no one knows is no proof of a whole answer."""
    with pytest.raises(StreamInterruptedError):
        finish_of("custom", word)
