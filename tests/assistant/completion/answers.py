"""Answers as the pipeline makes them."""

from assistant.completion.answer import Answer, Entry
from providers.base import Usage

TEXT = "Thank you for your patience, Ms Okafor."


def entry(text: str = TEXT) -> Entry:
    """Make a finished answer."""
    return Entry(text=text, provider="custom", model="m", prompt_version="v", usage=Usage(output_tokens=9))


def answer(text: str = TEXT) -> Answer:
    """Make what the agent gets."""
    return Answer(entry=entry(text), prompt_key="reply_friendly", cache="miss", provider_ms=12.5)
