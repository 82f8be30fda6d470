# ruff: noqa: RUF001 - words of other alphabets
"""Units of time in many languages, so that 14 days are two weeks, and a number of days is known for one."""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from assistant.text.reading import fold

_NAMES = """
second sec secs sek second* sekund* segund* saniy* секунд* giây
minute min mins minut* minuut* minuu* perc perces percig dakik* минут* хвилин* phút menit λεπτ* मिनट นาที
hour h hr hrs std hour* stund* uur uren timme* timmar* timer tim hora* heure* ora ore ór* godz* hodin* tunt*
hour tunn* saat* час часа часов часів годин* giờ jam ώρ* घंट* ชั่วโมง sat sati
day d day days tag tage tagen tages dag dage dagen dagar dagars dagers jour* día* dia dias dies giorn* dni dnia
day dzień dniach den dny dnů dní dnech dňa päiv* nap napon napot napja napos gün* день дня дней дні днів дни ден
day ngày hari ημέρ* μέρ* zi zile дана dana dan päev* दिन दिनों วัน dienas dienu werktag* arbeitstag* werkdag*
day hverdage
daynight dygn døgn doba dobę doby сутки суток
week wk wks week* woche* weken vecka veckor veckors uge uger ugers uke uker semana* semaine* settiman* tydz*
week tygod* týd* týžd* hét hete* heti viikko* viiko* hafta* недел* тижд* тижн* tuần minggu εβδομ* săptăm* nädal*
week setman* हफ्त* सप्ताह สัปดาห์ tjedan* tjedn*
month month* monat* maand* månad* måned* mes mesos meses mese mesi mois miesi* měsíc* mesiac* hónap* kuukau*
month kuukaut* ay ayda aylık месяц* місяц* tháng bulan μήν* luni lună kuud mjesec* महीन* เดือน
quarter quartal vierteljahr* quartale quartals kvartal* kwartał* kwartaal* trimestre* trimester* čtvrtlet* štvrťrok*
quarter квартал* neljännesvuo* negyedév*
year yr yrs year* jahr* jaar jaren jarig år års año* ano anos anno anni an ans année* rok roku roky lat lata let
year rokov év évre éves evig vuosi* vuoden vuotta yıl* sene год года лет рік роки років năm tahun έτ* χρόν* वर्ष
year साल ปี godina* ani
"""
"""Names, and with a star what names begin with."""

_SIGNS = (
    ("second", "秒초"), ("minute", "分분"), ("hour", "時点點시"), ("month", "個个か箇ヶヵケ개"), ("week", "週周주"),
    ("year", "年년"), ("day", "日天일"),
)  # fmt: skip
_MINUTES: dict[str, Decimal | int] = {
    "second": Decimal(1) / 60,
    "minute": 1,
    "hour": 60,
    "day": 1440,
    "daynight": 1440,
    "week": 10080,
}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_WORD = re.compile(r"\s?-?\s?([^\W\d_]+)")
_MOST_DIGITS = 6


def _known(*, begins: bool) -> dict[str, str]:
    rows = (line.split() for line in _NAMES.strip().splitlines())
    return {fold(name.rstrip("*")): unit for unit, *names in rows for name in names if name.endswith("*") == begins}


_WHOLE, _STEMS = _known(begins=False), _known(begins=True)
_MOST_LETTERS = max(map(len, (*_WHOLE, *_STEMS))) + 1  # more of a word tells nothing
_LENGTHS = range(min(map(len, _STEMS)), max(map(len, _STEMS)) + 1)


def unit_of(word: str) -> str | None:
    """Return the unit of time that a folded word names."""
    return _unit_of(word[:_MOST_LETTERS])


@lru_cache(4096)
def _unit_of(word: str) -> str | None:
    found = _WHOLE.get(word)
    if found is None:
        found = next((_STEMS[word[:size]] for size in _LENGTHS if word[:size] in _STEMS and size <= len(word)), None)
    return found or next((unit for unit, signs in _SIGNS if word[:1] in signs and word), None)


def unit_after(after: str) -> str | None:
    """Return the unit of time that a text begins with."""
    found = _WORD.match(after)
    return unit_of(fold(found[1])) if found else None


def in_all(value: str, unit: str) -> str | None:
    """Return how long so many units of time are: `1440min`, or `12mon`, for months are of many lengths."""
    if len(value) > _MOST_DIGITS or value.count(".") > 1:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if unit in _MINUTES:
        return f"{(number * _MINUTES[unit]).normalize():f}min"
    return f"{(number * _MONTHS[unit]).normalize():f}mon"
