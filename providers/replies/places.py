"""Where a mark stands: a model's own stand at the edges of lines, those that a text speaks of in its midst."""
# ruff: noqa: RUF001 - signs of other scripts

import re

UNSEEN = " \t\r\n\ufeff\u200b"
"""Characters that no one sees."""
LOOKED_AT = 100
"""Characters around a mark that tell where it stands."""
MOST_ANNOUNCED = 200
"""Characters of a line that announces a reply."""
_BLOCKS = r"</?(?:p|div|br)(?:\s[^<>]{0,100})?/?>|</(?:ul|ol|table|blockquote|h[1-6])>"
_LINE_START = re.compile(rf"(?:^|\n|{_BLOCKS})[ \t\r\ufeff\u200b]*\Z", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…。！？]\Z")
_BEFORE_WORDS = " \t\u00a0\"'“„«‘`(["
_AFTER_WORDS = " \t\u00a0\"'”“»’`)].,;:!?…，。"
_TAG = re.compile(r"<[^<>]{0,100}>")
_ANNOUNCING = re.compile(
    r"\b(?:sure|certainly|absolutely|of course|okay|ok|here|below|rewritten|rewrite|rewrote|revised|improved|polished|"
    r"version|hier|gerne|natürlich|klar|voici|bien sûr|claro|aquí|aqui|ecco|certo|oto|alstublieft)\b",
    re.IGNORECASE,
)


def begins_line(before: str) -> bool:
    """Tell whether a line, or a block of HTML, begins after a text."""
    return _LINE_START.search(before[-LOOKED_AT:]) is not None if before else True


def begins_block(before: str) -> bool:
    """Tell whether a model's own block may begin after a text: on a new line, or stuck to the end of a sentence."""
    return begins_line(before) or not before.strip("*[<") or _SENTENCE_END.search(before[-1:]) is not None


def stands_inside(before: str, after: str) -> bool:
    """Tell whether a mark stands between words of a line, as one does that the text speaks of."""
    if begins_line(before) or before[-1] not in _BEFORE_WORDS:
        return False
    return goes_on(after)


def goes_on(after: str) -> bool:
    """Tell whether the sentence goes on after a mark: with a space or a sign, and then words on the same line."""
    rest = after.lstrip(" \t\u00a0")
    return after[:1] in _AFTER_WORDS and rest[:1] not in "\r\n<＜" and not rest.startswith("&lt;") if rest else False


def is_announcement(before: str) -> bool:
    """Tell whether a text is no more than a line that announces a reply: "Sure!"."""
    text = _TAG.sub("", before).strip(UNSEEN)
    if not text or len(before) > MOST_ANNOUNCED or "\n" in text:
        return False
    return text[-1] in ":!.…：！。" and _ANNOUNCING.search(text) is not None
