# ruff: noqa: RUF001 - words of other alphabets
"""Halves and quarters in words: half past three, halb vier, anderthalb, hora y media."""

import re
from collections.abc import Set as AbstractSet

from assistant.text.reading import fold

_HALVES = """
half halb halbe halben halber halbes halbstündig anderthalb eineinhalb zweieinhalb dreieinhalb viereinhalb
fünfeinhalb halve anderhalf anderhalve tweeënhalf drieënhalf halv halva halvt halvannan halvannen halvanden
halvandet anderthalben media medio mitad media_hora demi demie demis moitié mezza mezzo mezz mezzora metà meia
meio metade mitja mig meitat pół półtora półtorej półgodziny wpół połowa połowie połowę půl půlka půlhodiny
půldruhé polovina polovinu pol poldruhej polhodina пол половина половину половине половиной полтора полтору
полторы получаса полчаса пів півтора півтори півгодини половин pola polovica polovicu podrugi jedanipol puoli
puolitoista puolen puolessa puoltoista félóra fél másfél yarım buçuk buçukta jumătate jumate μισή μισό μισής
μιση μιάμιση ενάμιση pusė pusantros puse pusotra pool poolteist setengah nửa rưỡi نصف חצי נחצי आधा आधे साढ़े
hälfte helft helften hälften halvparten halvdelen fele felét डेढ़ ढाई ครึ่ง erdi leath nusu kalahati
"""
_QUARTERS = """
quarter quarters viertel dreiviertel dreiviertelstunde dreiviertelstunden viertelstunde viertelstunden kwart
kwartier driekwart kvart kvarter trekvart kvarten cuarto cuartos quart quarts quarto quarti kwadrans
kwadransie kwadransa čtvrt čtvrtě čtvrthodina štvrť štvrte четверть четверти чверть чверті vartti varttia
vartin neljännes negyed háromnegyed çeyrek sfert sferturi τέταρτο τέταρτα četvrt četvrtina frjórð ربع רבע
"""
_THIRDS = """
third thirds drittel drittels drittanbieter drittanbietern tiers tierce tierces tercio tercios terço terços terzo
terzi derde derden tredjedel tredjedelar tredjedele tredjepart tredjeparts trzecia trzeciej třetina třetiny
tretina треть трети третина kolmasosa harmad
"""
_DOZENS = """
dozen dutzend dozijn docena douzaine dozzina dúzia dussin dusin tuzin tucet tusina düzine дюжина дюжины дюжину
tucat duzină
"""
_NOONS = """
noon midday mittag mittags mediodía midi mezzogiorno meio_dia middag lunchtid południe poledne полдень полдня
keskipäivä
"""
_MIDNIGHTS = """
midnight mitternacht medianoche minuit mezzanotte meia_noite middernacht midnatt midnat północ půlnoc полночь
полночи keskiyö
"""
_TWO_WEEKS = "fortnight fortnightly quinzaine quincena quinzena quindicina vierzehntägig"
_SIGNS = re.compile("[半½]|반(?![가-힣])|[간시년월주달배개일]\\s?반(?=[이은을도가의에만쯤])|절반|ครึ่ง|साढ़े|डेढ़")
_QUARTER_SIGNS = re.compile("[¼¾刻]")
_UNIT_AND_HALF = ("einhalb", "enhalv", "enhalve")


def _words(table: str) -> frozenset[str]:
    return frozenset(fold(word).replace("_", " ") for word in table.split())


HALVES, QUARTERS, THIRDS, DOZENS = map(_words, (_HALVES, _QUARTERS, _THIRDS, _DOZENS))
_MEANT = (
    (_words(_NOONS), {"12"}),
    (_words(_MIDNIGHTS), {"0", "12", "24"}),
    (_words(_TWO_WEEKS), {"2", "14", "15"}),
)
_LAST_HOUR = 24


def fractions_in_words(words: AbstractSet[str], text: str, numbers: set[int]) -> set[str]:
    """Return all that halves, quarters and dozens in a text may mean, next to numbers that it has.

    Args:
        words: of the text, as `fold` leaves them.
        text: of any language.
        numbers: what the text has in figures and in words.
    """
    found: set[str] = set()
    near = {0, 1} | {number for number in numbers if 0 <= number <= _LAST_HOUR}
    if not words.isdisjoint(HALVES) or _SIGNS.search(text) or any(word.endswith(_UNIT_AND_HALF) for word in words):
        found |= {"0.5", "6", "30", "50", "90"} | _clock(near, "5", ("30",), ("30",))
    if not words.isdisjoint(QUARTERS) or _QUARTER_SIGNS.search(text):
        found |= {"0.25", "0.75", "3", "15", "25", "45", "75"} | _clock(near, "25", ("15", "45"), ("45", "15"))
        found |= {f"{number}.75" for number in near}
    if not words.isdisjoint(THIRDS):
        found |= {"0.33", "0.67", "3", "33", "66", "67"}
    if not words.isdisjoint(DOZENS):
        found |= {"12", *(str(12 * number) for number in near)}
    return found.union(*(values for said, values in _MEANT if not words.isdisjoint(said)))


def _clock(near: set[int], part: str, after: tuple[str, ...], before: tuple[str, ...]) -> set[str]:
    """Return numbers with a part: `3.5`, and the hours that half past three and halb vier may mean."""
    found = {f"{number}.{part}" for number in near}
    for number in near:
        for hour in (number, number + 12):
            found |= {f"{hour}.{minutes}" for minutes in after}
            found |= {f"{hour - 1}.{minutes}" for minutes in before if hour}
    return found
