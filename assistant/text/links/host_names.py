"""Telling the name of a host, written without `https://`, from words with dots in them."""

import re

_FIRST_WORDS = (
    "com org net io eu edu gov biz dev de fr nl pl ru ch dk uk jp cn br ca au cz fi pt ie tr kr mx nz za ua gr hu ro"
)
_FIRST = frozenset(_FIRST_WORDS.split())
"""Ends by which a host is known without `https://`; none is a word that may follow a missing space."""
_NEW_WORDS = (
    "shop store online cloud app site website web tech email xyz agency digital studio media blog host hosting gmbh "
    "ltd consulting solutions services software systems technology network group global company webcam "
    "berlin hamburg koeln cologne bayern nrw ruhr saarland wien tirol swiss london paris bzh nyc tokyo amsterdam "
    "brussels vlaanderen istanbul moscow quebec cat gal eus reisen immobilien versicherung kaufen haus schule "
    "academy education clinic dental fitness photography engineering construction properties boutique bio"
)
"""Ends of later years; as words they hardly begin a sentence."""
_OTHERS = "example test рф укр бел срб бг қаз ευ ελ"  # noqa: RUF001 - ends in other scripts
_SURE = _FIRST | frozenset(f"{_NEW_WORDS} {_OTHERS}".split())
_SHOUTED = _FIRST - {"net", "io"}  # ASP.NET

_WORDS = (
    "info support help team live life world page link click space zone news top club care center city events money "
    "ai at es se be co us tv lu li lt lv ee si sk hr bg rs il in my sg hk tw th vn id ph nu cc ms "
    "local internal intranet lan corp home localdomain"
)
_SHORT_WORDS = frozenset(["it", "is", "no", "me", "to", "so"])
_UNSURE = frozenset(_WORDS.split()) | _SHORT_WORDS
"""Ends that are words as well: a host only when a path follows, or by what stands before them."""
_ENDS = _SURE | _UNSURE
_NO_WORD = re.compile(r"(?!e-mail)(?:[^\W_]+-|[^\W\d_]+\d)")
"""How a name begins that is no word of a sentence: `meier-bau.at`, `shop24.info`."""
_LEAST_SHOUTED = 3  # letters before the end: S.A.DE is none
_LEAST_BELOW = 3
_FEWEST_LABELS = 3  # of `shop.example.at`; `thanks.at` lacks a space


def is_host(name: str, *, with_path: bool) -> bool:
    """Tell whether a word with dots is the name of a host, as `example.com` is; `node.js` and `reply.Then` are none.

    Args:
        name: labels with dots between them, at least two.
        with_path: whether a path, a query or a port follows; then ends that are words (`it`, `at`, `info`) count.
    """
    *before, end = name.split(".")
    last = before[-1]
    if end.isupper() and name.isupper():
        return end.lower() in _SHOUTED and len(last) >= _LEAST_SHOUTED
    if not end.islower() or not any(map(str.isalpha, last)):
        return False
    if end in _SURE:
        return len(last) > 1 or with_path
    if with_path or end not in _UNSURE:
        return end in _UNSURE
    if len(before) + 1 >= _FEWEST_LABELS:
        return len(last) >= _LEAST_BELOW
    return end not in _SHORT_WORDS and _NO_WORD.match(last) is not None


def is_end(label: str) -> bool:
    """Tell whether a label is the end of a host's name by which one is known, as `com` is."""
    return label.lower() in _ENDS
