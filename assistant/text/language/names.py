"""Languages by the names that people give them, and which are too alike to be told apart for sure."""

import re

_NAMES = """
en english englisch anglais inglés inglese
de german deutsch allemand alemán tedesco
fr french français francais französisch
es spanish español espanol castilian castellano spanisch
pt portuguese português portugues brazilian
it italian italiano
nl dutch nederlands flemish
sv swedish svenska
da danish dansk
no norwegian norsk bokmål bokmal nynorsk nb nn
fi finnish suomi
pl polish polski
cs czech čeština cestina
sk slovak slovenčina
hu hungarian magyar
ro romanian română moldovan
tr turkish türkçe turkce
id indonesian bahasa malay ms
vi vietnamese
hr croatian hrvatski bosnian bs slovene slovenian sl
ca catalan català valencian
gl galician
ru russian русский
uk ukrainian українська
bg bulgarian български
sr serbian српски
el greek ελληνικά gr
he hebrew עברית iw
ar arabic العربية
fa persian farsi فارسی dari
ur urdu
ja japanese 日本語 jp
zh chinese mandarin cantonese 中文 cn
ko korean 한국어 kr
hi hindi marathi nepali mr ne
bn bengali bangla
ta tamil
te telugu
th thai
ka georgian
hy armenian
et estonian eesti
lv latvian
lt lithuanian
is icelandic
ga irish
eu basque
sq albanian
af afrikaans
sw swahili
tl tagalog filipino
"""
_CODES = {name: line.split()[0] for line in _NAMES.strip().splitlines() for name in line.split()}
_PAIRS = ("da no", "cs sk", "hr sr", "es ca", "es gl", "gl pt", "fi et", "nl af", "fa ur", "bg sr")
_ALIKE = {
    code: frozenset(other for pair in _PAIRS if code in pair.split() for other in pair.split())
    for code in " ".join(_PAIRS).split()
}


def code_of(name: str) -> str | None:
    """Return the code of a language by its name or code, also with a region: "Brazilian Portuguese", "de-AT"."""
    words = [word for word in re.split(r"[\W\d_]+", name.casefold()) if word]
    long = [_CODES[word] for word in words if len(word) > 2 and word in _CODES]  # noqa: PLR2004 - a code has two letters
    short = [_CODES[word] for word in words[:1] if word in _CODES]
    return next(iter(long or short), None)


def may_be_same(one: str, other: str) -> bool:
    """Tell whether two languages are one, or so alike that a short text may be taken for the other."""
    return one == other or other in _ALIKE.get(one, ())
