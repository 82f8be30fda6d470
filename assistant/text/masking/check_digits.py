"""Whether digits that look like an account's or a card's are one."""

import re
from functools import cache

_IBAN_LENGTHS = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 "
    "EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 "
    "KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 "
    "PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 "
    "UA29 VA22 VG24 XK20 YE30"
)
_BETWEEN = r"[ .\n/-]"  # groups
_WITHOUT_GAPS = dict.fromkeys(map(ord, " .\n/-"))
_NUMBERS = str.maketrans({letter: str(int(letter, 36)) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
_FEWEST, _MOST = 13, 19  # digits of a card number
IBAN_LENGTH = {entry[:2]: int(entry[2:]) for entry in _IBAN_LENGTHS.split()}
"""Characters of an IBAN by country, after the SWIFT IBAN registry."""


def iban_end(text: str, start: int) -> int:
    """Return where the IBAN that starts here ends, groups apart or not; 0 when there is none (ISO 13616, mod 97)."""
    wanted = IBAN_LENGTH.get(text[start : start + 2].upper())
    match = _groups(wanted).match(text, start) if wanted else None
    if match is None or text[match.end() : match.end() + 1].isalnum():
        return 0
    return match.end() if _is_iban(match[0].translate(_WITHOUT_GAPS).upper()) else 0


@cache
def _groups(length: int) -> re.Pattern[str]:
    """Return what finds so many letters and digits, in groups."""
    return re.compile(rf"(?:[A-Za-z0-9]{_BETWEEN}{{0,3}}+){{{length - 1}}}[A-Za-z0-9]")


def _is_iban(compact: str) -> bool:
    return int(f"{compact[4:]}{compact[:4]}".translate(_NUMBERS)) % 97 == 1


def is_card(text: str) -> bool:
    """Tell whether the digits in a text are those of a payment card (13 to 19 of them; ISO/IEC 7812, Luhn)."""
    digits = [int(character) for character in text if character.isdecimal()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return _FEWEST <= len(digits) <= _MOST and len(set(digits)) > 1 and (sum(digits[::-2]) + sum(doubled)) % 10 == 0
