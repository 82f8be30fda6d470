"""What people call a language, and its English name, which models and titles know it by."""

import re

_NAMES = """
af: Afrikaans
ar: Arabic, العربية
bg: Bulgarian, български
bn: Bengali, বাংলা
bs: Bosnian, bosanski
ca: Catalan, català
cs: Czech, čeština
cy: Welsh, cymraeg
da: Danish, dansk
de: German, deutsch
el: Greek, ελληνικά
en: English
es: Spanish, español, castellano
et: Estonian, eesti
eu: Basque, euskara
fa: Persian, farsi, فارسی
fi: Finnish, suomi
fil: Filipino, tagalog, tl
fr: French, français, francais
ga: Irish, gaeilge
gl: Galician, galego
he: Hebrew, עברית, iw
hi: Hindi, हिन्दी
hr: Croatian, hrvatski
hu: Hungarian, magyar
hy: Armenian, հայերեն
id: Indonesian, bahasa indonesia
is: Icelandic, íslenska
it: Italian, italiano
ja: Japanese, 日本語
ka: Georgian, ქართული
kk: Kazakh, қазақ тілі
ko: Korean, 한국어
lt: Lithuanian, lietuvių
lv: Latvian, latviešu
mk: Macedonian, македонски
ms: Malay, bahasa melayu
mt: Maltese, malti
nb: Norwegian, norsk, bokmål, no
nl: Dutch, nederlands
nn: Norwegian Nynorsk, nynorsk
pl: Polish, polski
pt: Portuguese, português, portugues
ro: Romanian, română
ru: Russian, русский
sk: Slovak, slovenčina
sl: Slovenian, slovene, slovenščina
sq: Albanian, shqip
sr: Serbian, српски
sv: Swedish, svenska
sw: Swahili, kiswahili
ta: Tamil, தமிழ்
te: Telugu, తెలుగు
th: Thai, ไทย
tr: Turkish, türkçe
uk: Ukrainian, українська
ur: Urdu, اردو
vi: Vietnamese, tiếng việt
zh: Chinese, 中文, 汉语, mandarin
de-at: Austrian German
en-au: Australian English
en-gb: British English
en-us: American English
es-mx: Mexican Spanish
fr-ca: Canadian French
nl-be: Flemish, vlaams
pt-br: Brazilian Portuguese, português brasileiro, português do brasil
pt-pt: European Portuguese
zh-cn: Simplified Chinese, zh-hans, 简体中文
zh-tw: Traditional Chinese, zh-hant, 繁體中文
"""


def _read() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _NAMES.strip().splitlines():
        code, _, names = line.partition(": ")
        english, *others = names.split(", ")
        found |= {name.casefold(): english for name in (code, english, *others)}
    return found


_ENGLISH = _read()
_CODE = re.compile(r"([a-z]{2,3})(?:[-_]([A-Za-z]{2,4}|[0-9]{3}))?")
_WORD = re.compile(r"[^\W\d_]+")
_ODD = re.compile(r"[^a-z0-9]+")


def english_name(name: str) -> str:
    """Return the English name of a language by its code, with or without a region, or by its own name.

    A name that is not known stays as it is: models know more languages than this list.

    Raises:
        ValueError: it is a code, and none that is known.
    """
    known = _ENGLISH.get(name.casefold().replace("_", "-"))
    if known is not None:
        return known
    code = _CODE.fullmatch(name)
    if code is None:
        return name
    base = _ENGLISH.get(code[1])
    if base is None:
        raise ValueError("must be the code of a language that is known, or its English name, such as German")
    return f"{base} ({code[2].upper()})"


def names_several(name: str) -> bool:
    """Tell whether several languages stand there with no comma between them: `German French`, not `Swiss German`."""
    if name.casefold() in _ENGLISH or _CODE.fullmatch(name):
        return False
    return len({_ENGLISH[word] for word in _WORD.findall(name.casefold()) if word in _ENGLISH}) > 1


def slug(language: str) -> str:
    """Return a language's name as a part of a key: `brazilian_portuguese`; one without Latin letters by its points."""
    latin = _ODD.sub("_", language.casefold()).strip("_")
    return (latin or "_".join(f"{ord(each):x}" for each in language if not each.isspace()))[:40].strip("_")
