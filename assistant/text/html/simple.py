"""Telling at a glance that HTML is as simple as most drafts and answers: then nothing has to be found out about it."""

import re
from functools import lru_cache

_WORDS = "[^<>&*_`~\\\\\\[\x00-\x1f\x7f-\xa0\ud800-\udfff\ufdd0-\ufdd4\ufeff]*+"
_BEGIN = r"(?=[^\W\d_]|<)"  # a line of Markdown begins with another sign
_PLACE = r"https?://(?:[a-z]{1,63}\.){1,8}[a-z]{2,63}"
_ADDRESS = rf"(?:ZQX\d{{1,9}}[A-Z]+|{_PLACE}(?:[/?#][a-zA-Z0-9/?#=.,:;%+_-]*+)?)"
_INLINE = rf'<(?:br>{_BEGIN}|a href="{_ADDRESS}">{_WORDS}</a>|(?P<mark>strong|em|[biu])>{_WORDS}</(?P=mark)>)'
_LINE = f"{_BEGIN}{_WORDS}(?>(?:{_INLINE}{_WORDS})*)"
_ENTRY = _LINE.replace("mark", "mark_in_list")
_SIMPLE = re.compile(
    f"(?>(?:<(?:(?P<block>p|div)>{_LINE}</(?P=block)>|(?P<list>[uo]l)>(?>(?:<li>{_ENTRY}</li>)+)</(?P=list)>))+)"
)
_SIMPLE_ADDRESS = re.compile(rf"{_PLACE}(?:[/?#][a-zA-Z0-9/?#=.,:;%+_&-]*+)?")


@lru_cache(maxsize=32)  # it is asked of the same few texts again and again
def is_simple(html: str) -> bool:
    """Tell whether HTML has nothing but paragraphs and lists, with words, links and emphasis in them.

    Any answer may have such tags, and each is closed where it should be; there are no line ends, no entities, and no
    signs that Markdown has in a line or begins one with. A browser, a sanitiser and an editor leave it as it is.

    Args:
        html: a text, with or without tokens in the place of what is hidden.
    """
    return html.startswith("<") and _SIMPLE.fullmatch(html) is not None


def is_simple_address(address: str) -> bool:
    """Tell whether any answer may have a link to an address, which a sanitiser leaves as it is."""
    return _SIMPLE_ADDRESS.fullmatch(address) is not None
