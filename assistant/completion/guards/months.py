# ruff: noqa: RUF001 - words of other alphabets
"""The months by their names, in whatever language, so that 03/05 may become "3 May"."""

import re
from collections.abc import Iterator

from assistant.completion.guards.text import WORD, fold

_NAMES = """
1 genn jaan січн jan jän gen ene ian janu jann jane janv gene enero gener ianu ιαν ιανο янв янва яну януа січ
1 січе јан јану sty stycz led leden ledn sij siječ tamm oca ocak saus يناير كانون_الثاني جانفي ژانویه ינואר
2 febe febb veeb feb fev fév febr fevr fevereiro helm lut lute luty úno únor únon velj şub şubat sub subat фев
2 февр лют люто фебр φεβ φεβρ vasar فبراير شباط فيفري فوریه פברואר
3 mare kovo mar mär mrz mrt marc marz mars mart marec març maer maar maalis märz maart břez březen ožuj бер
3 бере мар март φλεβ μαρ μαρτ kova مارس آذار מרץ
4 апри apr abr avr apri abri avri kwi kwie dub dube dubn travanj travnj huht nis nisa апр апре кві квіт απρ
4 απρι bala أبريل نيسان أفريل آوریل אפריל
5 maju maij _مه_ may mai maj mei mag máj mayo mayı maio maig magg mayis mají mája maja maje maji svib kvě květ
5 touk май мая мае мај маја тра трав μαι μαιο gegu مايو أيار ماي מאי
6 juna juun jun juin giu iun jún juni juny giug iuni june junh cze czer čer červen červn lipanj lipnj haz hazi
6 kesä kesa июн июня июнь юни чер черв јун јуна ιουν birž يونيو حزيران جوان ژوئن יוני
7 jula juul jul juil lug iul júl jule juli july julh luglio lugl juill iuli lip lipi lipc srpanj srpnj čvc
7 červene července tem temm heinä heina июл июля июль юли лип липе липн јул јула ιουλ liep يوليو تموز جويلية
7 ژوئیه יולי
8 avgu aug ago aoû aou augu augs agos agost août aout sie sier srp srpen srpna srpnu kolov ağu ağus agus elok
8 авг авгу сер серп αυγ αυγο rugpj أغسطس آب أوت اوت אוגוסט
9 sep set sept sett setem setie setemb wrz wrze zář září zari ruja rujn eyl eylü eylu syys szep сен сент сеп
9 септ вер верес σεπ σεπτ rugs سبتمبر أيلول سپتامبر ספטמבר
10 říjn oct okt ott out octo okto otto outu octu paź pazd paźd říj říje rije listopad lista eki ekim loka окт
10 октя окто жов жовт οκτ οκτω οχτω spal أكتوبر تشرين_الأول اکتبر אוקטובר
11 noie нове nov nove novi novem lis listopad listop stud kas kası kasi marras ноя нояб ное ноем лист листоп
11 νοε νοεμ lapkr نوفمبر تشرين_الثاني نوامبر נובמבר
12 dets деке dec dez dic déc des dece deze dici dice diciem déce desem desi dese gru grud prosin aral joul дек
12 дека груд гру деце δεκ δεκε gruod ديسمبر كانون_الأول دسامبر דצמבר
"""
_WHOLE = """
1 जनवरी জানুয়ারি ஜனவரி มกราคม ม.ค.
2 फरवरी फ़रवरी ফেব্রুয়ারি பிப்ரவரி กุมภาพันธ์ ก.พ.
3 मार्च মার্চ மார்ச் มีนาคม มี.ค.
4 अप्रैल এপ্রিল ஏப்ரல் เมษายน เม.ย.
5 मई মে மே พฤษภาคม พ.ค.
6 जून জুন ஜூன் มิถุนายน มิ.ย.
7 जुलाई জুলাই ஜூலை กรกฎาคม ก.ค.
8 अगस्त আগস্ট ஆகஸ்ட் สิงหาคม ส.ค.
9 सितंबर सितम्बर সেপ্টেম্বর செப்டம்பர் กันยายน ก.ย.
10 अक्टूबर अक्तूबर অক্টোবর அக்டோபர் ตุลาคม ต.ค.
11 नवंबर नवम्बर নভেম্বর நவம்பர் พฤศจิกายน พ.ย.
12 दिसंबर दिसम्बर ডিসেম্বর டிசம்பர் ธันวาคม ธ.ค.
"""
_IN_PARTS = re.compile("[\u0590-\u06ff\u0900-\u0e7f]")
_SIGNS = re.compile("(十[一二]?|[一二三四五六七八九])月")
_BY_SIGN = {sign: number for number, sign in enumerate((*"一二三四五六七八九十", "十一", "十二"), 1)}


def _rows(table: str) -> Iterator[tuple[int, str]]:
    for line in table.split("\n")[1:-1]:
        number, *names = line.split()
        yield from ((int(number), name) for name in names)


def _stems() -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for number, stem in _rows(_NAMES):
        if not _IN_PARTS.search(stem):
            found.setdefault(fold(stem), set()).add(number)
    return found


STEMS = _stems()
"""What the names begin with, or are short for, in small letters and without accents."""

_WHOLE_FROM = 4  # letters of a beginning that tells a month; a shorter one is an abbreviation
_LENGTHS = range(_WHOLE_FROM, max(map(len, STEMS)) + 1)
_PARTS = {name.replace("_", " "): number for number, name in _rows(_NAMES + _WHOLE.lstrip()) if _IN_PARTS.search(name)}


def months_in(text: str) -> set[int]:
    """Return the months that a text may name; a word counts that begins like a name, as "marching" does."""
    found = {month for word in set(WORD.findall(fold(text))) for month in months_of(word)}
    if _IN_PARTS.search(text):
        found |= {number for name, number in _PARTS.items() if name in text}
    return found | {_BY_SIGN[sign] for sign in _SIGNS.findall(text)}


def months_of(word: str) -> set[int]:
    """Return the months that a folded word may name: it is short for one, or begins like one."""
    if len(word) < _WHOLE_FROM:
        return STEMS.get(word, set())
    return {month for size in _LENGTHS for month in STEMS.get(word[:size], ())}
