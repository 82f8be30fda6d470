"""The words that hosts have for the end of an answer."""

import pytest

from providers.base import Finish
from providers.endings import finish_of
from providers.errors import StreamInterruptedError

GOOD = """stop STOP Stop eos EOS_TOKEN eos_token end_turn stop_sequence COMPLETE completed gemini:STOP
FinishReason.STOP FINISH_REASON_STOP finishReason.endTurn STOP_SEQUENCE native/stop"""
LENGTH = """length LENGTH MAX_TOKENS max_tokens maxTokens max_output_tokens model_length FINISH_REASON_MAX_TOKENS
google:MAX_TOKENS model_context_window_exceeded"""
FILTERED = """content_filter CONTENT_FILTER SAFETY RECITATION PROHIBITED_CONTENT BLOCKLIST SPII refusal sensitive
content-filter FinishReason.SAFETY ERROR_TOXIC guardrail_intervened content_filter:SOMETHING_NEW"""
BROKEN = """error ERROR abort aborted cancelled insufficient_system_resource timeout OTHER MALFORMED_FUNCTION_CALL
tool_calls pause_turn unknown FINISH_REASON_UNSPECIFIED gateway:error stop:error nonstop stopping null ? :"""
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
    """A word that nobody knows is no proof of a whole answer."""
    with pytest.raises(StreamInterruptedError):
        finish_of("custom", word)
