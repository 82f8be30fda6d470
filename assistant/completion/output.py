"""Telling HTML from text."""

import re

_TAG = re.compile(
    r"</?(?:a|b|blockquote|br|code|div|em|h[1-6]|hr|i|img|li|ol|p|pre|s|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def is_html(content: str) -> bool:
    """Tell whether a draft is an HTML fragment; an address in angle brackets or a comparison is none."""
    return _TAG.search(content) is not None
