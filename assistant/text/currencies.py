# ruff: noqa: RUF001 - signs and words of other scripts
"""Currencies: how each of the common ones is told from the others, and how money is written in any of them.

The regular expressions are bounded and take no text twice. A word that means something else as well is held to what
makes it a currency: `5 p.m.`, `Fr. 3. Mai`, `PHP 8.3`, `3 Rs`, `2 TL Zucker` and `2025元旦` are no money.
"""

from typing import NamedTuple


class Currency(NamedTuple):
    """How a currency is known beside a figure.

    Args:
        forms: its sign, code and words by which two amounts are one, in small letters.
        hints: what a text has in small letters that names it; nothing here may hold an i, which has a twin in Turkish.
        seen: what names it in a text, whatever the case, as a regular expression; empty where nothing is sure to.
    """

    forms: str
    hints: str = ""
    seen: str = ""


CURRENCIES = {
    "eur": Currency("€ eur euro euros", "€ eur евр", r"€|EUR\b|Euros?\b|евро"),
    "usd": Currency("$ us$ usd dollar dollars", "$ usd doll dólar", r"(?:US)?\$|USD\b|dollars?\b|Dollar\b|dólares"),
    "gbp": Currency("£ gbp pound pounds", "£ gbp", r"£|GBP\b"),
    "jpy": Currency("¥ ￥ 円 jpy yen"),
    "cny": Currency("元 cny rmb yuan 人民币"),
    "jpy or cny": Currency("", "¥ ￥ 円 元 jpy cny rmb yen yuan", r"[¥￥円元]|(?:JPY|CNY|RMB|yen|yuan)\b"),
    "inr": Currency("₹ inr rs rs. रुपये", "₹ nr", r"₹|INR\b"),
    "chf": Currency("chf fr fr. franken francs", "chf fran", r"CHF\b|Franken\b"),
    "rub": Currency("₽ rub руб руб. рублей рубля рубль", "₽ rub руб", r"₽|RUB\b|руб"),
    "krw": Currency("₩ 원 krw won", "₩ 원 krw", r"[₩원]|KRW\b"),
    "uah": Currency("₴ uah грн гривень"),
    "try": Currency("₺ try tl lira"),
    "pln": Currency("zł pln złotych"),
    "czk": Currency("kč czk korun"),
}
"""The currencies that are told apart; a sign may be that of two."""

GAP = "[ \\t\u00a0\u2007\u2009\u202f]"
"""Spaces that stand inside a number."""
EDGE = "[^\\W_\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]"
"""What ends no word: letters and digits, but for those of scripts that put no space between words."""

_SIGNS = "$€£¥₹₽₺₩₴₫฿₪₦₱₲₡₸¢￥＄￡￦₮₾₼₵₨₭៛৳₣﷼"
SIGN = f"[A-Z]{{0,3}}[{_SIGNS}]"
"""Signs, with the country before them: `€`, `US$`, `HK$`."""

_CODES_OF_ISO = (
    "AED|ARS|AUD|BDT|BGN|BHD|BRL|BYN|CAD|CHF|CLP|CNY|COP|CZK|DKK|DZD|EGP|EUR|GBP|GHS|HKD|HUF|IDR|ILS|INR|IRR|ISK|"
    "JOD|JPY|KES|KRW|KWD|KZT|LKR|MAD|MXN|MYR|NGN|NOK|NPR|NZD|OMR|PEN|PKR|PLN|QAR|RMB|RON|RSD|RUB|SAR|SEK|SGD|THB|"
    "TND|TRY|TWD|TZS|UAH|UGX|USD|UYU|VND|XAF|XOF|ZAR"
)
CODES = frozenset(_CODES_OF_ISO.casefold().split("|"))
"""Codes after ISO 4217, in small letters."""
_CODES = f"{_CODES_OF_ISO}|VNĐ|EURO|zł|Kč|[Kk]r|KR|Ft"
_STEMS = (
    r"eur(?:o(?!p)\w{0,5}|a|ó\w{0,3}|u|ů|ai|ų|em|iem)?|evr[oaei]\w{0,2}|eiro|avro\w{0,3}|"
    r"d[oó]l+[aá]r\w{0,5}|bucks|pounds?|pund|pfund|libras|sterline|funt\w{0,3}|puntaa|quid|pence|"
    r"cents|cent(?! (?:years?|ans?|fois)\b)|centimes?|c[ée]ntimos|centavos|centesimi|[öø]re|grosz\w{0,2}|"
    r"kuruş\w{0,3}|bani|rappen|frank(?:en|ów|i)|francs?|franchi|francos|sfr|"
    r"złot\w{1,4}|korun\w{0,3}|kron(?:or|er|en|ur|a)|kruunu\w{0,3}|koron\w{0,2}|couronnes|coronas|coroane|forint\w{0,5}|"
    r"lir(?:a|as|aya|ad[ıi]r|as[ıi]|alık)|hryvn\w{1,4}|r(?:o?u)bl?es?|rubel|rublos?|rubli|"
    r"yen|yuan|renminbi|baht|rupees?|rupias?|rupien|rupiah|ringgit|rands?|pesos?|reais|soles|naira|shillings?|tenge|"
    r"shekels?|schekel|dirhams?|din[aá]r\w{0,3}|riyals?|rials?|riyal\w{0,2}|đồng|dong|kuna|kune|vnđ|đ|"
    r"руб|рубл\w{1,4}|р|коп|копе\w{2,4}|грн|гривн\w{1,3}|гривен\w{0,2}|лв|лева?|евро|євро|доллар\w{0,3}|долл|"
    r"долар\w{0,3}|фунт\w{0,3}|тенге|теңге|тг|динар\w{0,2}|юан\w{1,3}|иен\w?|"
    r"ευρώ|ευρω|δολάρι\w{0,2}|λίρες|"
    r"ر[يی]ال\w{0,3}|درهم\w{0,2}|دراهم|د[يی]نار\w{0,2}|جنيه\w{0,2}|ليرة|لير|يورو|یورو|دولار\w{0,2}|تومان|روپے|"
    r"שקל|שקלים|ש[\"״']ח|אירו|דולר\w{0,2}|"
    r"रुपये|रुपए|रुपया|रूपये|रु|डॉलर|यूरो|টাকা|ரூபாய்"
)
_UNSPACED = (
    "円(?![形周滑卓盤柱高安満熟筒])|[圆圓](?![形满滿周圈])|元(?![旦素件年月日气氣首老])|[块塊][钱錢]|[块塊](?=[，。！？、；,.!?]|\\s|\\Z)|"
    "[美欧歐日港澳韩韓加]元|日[圓圆]|英[镑鎊]|[港台澳]币|[港台澳]幣|人民[币幣]|卢布|ドル(?!フィン)|ユーロ|セント|ポンド|ウォン|"
    "원(?![칙소형])|달러|유로|위안|บาท|ยูโร|ดอลลาร์"
)
_DOT = rf"(?:\.(?={GAP}[a-zß-öø-ÿа-яіїєґ\d]|[,;:)])|\.(?=/))?"  # of an abbreviation, rather than of the sentence

BEHIND = (
    rf"(?:{SIGN}|(?:{_CODES}|(?i:{_STEMS})){_DOT}(?!{EDGE})|{_UNSPACED}"
    rf"|PHP(?!{EDGE})|le[iu](?!{EDGE})|TL(?!{EDGE}|;|{GAP}[A-ZÄÖÜ][a-zäöü])|Fr(?!{EDGE}|\.?{GAP}?\d){_DOT})"
)
"""What makes money of the figure before it."""

_FRIDAY = r"(?=\d{3}|\d{1,2}['’]\d{3}|\d{1,2}[.,](?:[-–—]|(?:00|1[3-9]|[2-9]\d)(?!\d| ?(?:Uhr|h\b|bis|[-–]))))"
_VERSION = rf"(?!{GAP}?\d(?!\d)(?:\.\d(?!\d)|(?![.,]\d)))"
BEFORE = (
    rf"(?:{SIGN}|(?:{_CODES}|[Ee]ur(?:os?)?|PHP{_VERSION}|RM|R[sp]\.?|[Kk]r\.|रु\.?|人民[币幣]|新?[台港][币幣])"
    rf"|S?Fr\.{GAP}?{_FRIDAY})"
)
"""What makes money of the figure behind it."""

_SHORT = (
    r"k|m|bn|mio\.?|mrd\.?|mld\.?|mln\.?|million\w{0,2}|milliard\w{0,2}|billion\w{0,2}|mill[oó]n(?:es)?|milh\w{2,3}|"
    r"milion\w{0,2}|thousand|lakhs?|crores?|juta|ribu|rb|jt|triệu|тыс\.?|тысяч\w?|млн\.?|млрд\.?"
)
_SCALE = rf"{_SHORT}|mil|bin|milyon|tys\.?|tsd\.?|tausend|hundred|tỷ|nghìn|ngàn|миллион\w{{0,2}}"
_UNITS = "[万萬億亿兆千百만억조천백]"
_DIGITS = (
    rf"\d{{1,15}}+(?>(?:,\d\d(?=,\d\d)){{0,5}})(?>(?:(?:[.,'’，]|{GAP})\d{{3}}(?!\d)){{0,6}})(?:[.,]\d{{1,4}})?"
    rf"(?>(?:{_UNITS}{{1,2}}(?:{GAP}?\d{{1,4}}(?!\d)(?:,\d{{3}}(?!\d))?)?){{0,4}})"
)
_EVEN = "(?:[.,][-–—]{1,2}(?!\\d))?"  # no cents: 20,- €
_RANGE = rf"(?:\d{{1,9}}+(?:[.,]\d{{1,4}}+)?{GAP}?[-–—~〜～]{GAP}?)?"
_TWICE = rf"(?:{GAP}?(?:(?:{_CODES})(?!{EDGE})|{_UNSPACED}))?"  # US$ 5 USD
_BEFORE_FIGURE = rf"{BEFORE}{GAP}?-?{_RANGE}{_DIGITS}{_EVEN}(?:{GAP}?(?i:{_SHORT})(?!{EDGE}))?{_TWICE}"
_JOINT = rf"(?:{GAP}?(?i:{_SCALE})(?!{EDGE}))?(?:{GAP}(?:de(?={GAP})|d['’]))?(?:{GAP}|-)?"
_BEHIND_FIGURE = rf"{_RANGE}{_DIGITS}{_EVEN}{_JOINT}{BEHIND}"
_WEAK = rf"(?=\d[.,]?\d)(?!(?:19|20)\d\d{GAP}won){_DIGITS}{GAP}?(?:Rs|won)(?!{EDGE})"  # the three Rs, in 2024 won
_BARE = rf"\d{{1,9}}p(?<!\d\d\dp)(?!\.?{GAP}?m(?!{EDGE})|{EDGE})|{_DIGITS}(?::-|,[-–—])(?![\w()|/<>-]|{GAP}?\d)"

AMOUNT = rf"(?:{_BEFORE_FIGURE}|{_BEHIND_FIGURE}|{_WEAK}|{_BARE})(?!{EDGE})"
"""Money: figures with their currency, in the order in which languages write them."""

_MAY_BEGIN = rf"(?={GAP}?-?[a-zA-Z$]|[.,:]?[-–—]|{GAP}?[^\x00-\x7f])"  # what makes a figure an amount, behind it
MAY_BE_BEHIND = rf"{_MAY_BEGIN}{_UNITS}{{0,8}}(?:{_EVEN}{_JOINT}{BEHIND}|:-|,[-–—])|{GAP}?(?:Rs|won)|p"
"""What stands behind the last digit of an amount, unless something is before the first: its rules are not all here."""

MAY_BE_BEFORE = (
    rf"-?{GAP}{{0,2}}(?:[{_SIGNS}币幣]|[A-ZĐ][A-Z]|łz|čK|tF|(?:s?o)?ru[Ee]|\.?(?:r[KkF]|[sp]R|\u0941\u0930))"
)
"""What stands before the first digit of one, unless something is behind the last; from there backwards."""

PAID = rf"(?:{GAP}?{BEHIND})(?!{GAP}?\d)"
"""A currency right behind figures, and no other figure that it may belong to."""
