# ruff: noqa: RUF001 - words of other alphabets
"""The months by their names, in whatever language, so that 03/05 may become "3 May"."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from assistant.text.reading import fold, folded_words

_NAMES = """
1 jan jän gen ene ian led sij oca ιαν янв яну січ јан genn* jaan* janu* jann* janei* janv* gener enero ianu*
1 styczn* stycze* leden* ledn* siječ* tammi* ocak* sausi* ιανου* янва* януа* січн* січе* јану* يناير
1 كانون_الثاني جانفي ژانویه ינואר
2 feb fev fév lut úno şub фев лют φεβ febr* febb* feber fevr* févr* fever* veebr* helmik* luteg* luty lutym
2 únor* velja* şubat* vasar* февр* люто* лютий фебр* φεβρ* فبراير شباط فيفري فوریه פברואר
3 mar mär mrz mrt мар бер bře μαρ marzo märz maerz march mars marts marca marta marzec marec març março maart
3 maaliskuu* märts marti* mart mártius* márci* marec* maret březen* březn* ožujk* ožuja* kovo kovas берез*
3 март* μαρτι* مارس آذار מרץ
4 apr abr avr kwi dub nis апр кві απρ apri* abril* avril* kwiet* kwiec* dubna dubnu duben travanj* travnj*
4 huhti* nisan* balan* апре* апри* квіт* απρι* أبريل نيسان أفريل آوریل אפריל
5 may mai maj mei mag máj kvě май мая мае мај тра μαι mayo mayıs* maio maia maggio maig maja maju maje máju**
5 májo* máje* maijā maij* svibnj* svibanj* květn* květen* touko* маю маем маја трав* травн* μαιου μαιο* gegu*
5 maí مايو أيار _مه_ ماي מאי
6 jun juin giu iun jún cze čer haz июн юни чер јун ιουν june juni junio junho junij* juny juuni* júni* junh*
6 juna giugno iuni* czerw* červen* červn* lipanj* lipnj* kesäkuu* hazir* июнь июня июне черв* јуна ιουνι*
6 birž* يونيو حزيران جوان ژوئن יוני
7 jul juil lug iul júl lip čvc tem июл юли лип јул ιουλ july juli julio julho julij* juliol* juuli* júli*
7 jūlij* julh* jula juillet luglio iuli* lipc* lipiec* srpanj* srpnj* července* červene* heinäk* temmuz* июль
7 июля июле липн* липе* јула ιουλι* liepos liepa يوليو تموز جويلية ژوئیه יולי
8 aug ago aoû sie srp ağu авг сер αυγ augu* agost* août aout avgu* sierp* srpen* srpna srpnu kolov* ağust*
8 elokuu* авгу* серпн* серпе* αυγο* ágús* rugpj* أغسطس آب أوت اوت אוגוסט
9 sep set sept wrz zář ruj eyl сен сеп вер σεπ septe* septi* settem* setem* setie* wrześ* wrzes* září zářij*
9 rujn* rujan* eylül* syysk* szept* сент* септ* верес* σεπτ* rugs* سبتمبر أيلول سپتامبر ספטמבר
10 oct okt ott out paź říj eki окт жов οκτ octob* octub* octom* octon* oktob* oktoob* októb* oktyabr* ottob*
10 outub* pazdz* paźdz* říjn* říjen* října rijna listopad* ekim* lokak* октя* окто* жовт* οκτω* spali* أكتوبر
10 تشرين_الأول اکتبر אוקטובר
11 nov lis kas ноя ное лис νοε novem* noviem* noiem* listopad* stude* kasım* marrask* нояб* ноем* лист нове*
11 листопад* νοεμ* lapkr* نوفمبر تشرين_الثاني نوامبر נובמבר
12 dec dez dic déc des gru pro ara дек дец гру δεκ decem* dezem* dicie* dicem* déce* desem* detse* grudn*
12 grudz* prosin* aralık* jouluk* gruod* дека* деке* деце* груд* δεκε* ديسمبر كانون_الأول دسامبر דצמבר
"""
"""Names and abbreviations; with a star, what names begin with in all their forms."""

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


def _known(*, begins: bool) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for number, name in _rows(_NAMES):
        if not _IN_PARTS.search(name) and name.endswith("*") == begins:
            found.setdefault(fold(name.rstrip("*")), set()).add(number)
    return found


_WORDS, _STEMS = _known(begins=False), _known(begins=True)
_MOST_LETTERS = max(map(len, (*_WORDS, *_STEMS))) + 1  # more of a word tells nothing
_LENGTHS = range(min(map(len, _STEMS)), max(map(len, _STEMS)) + 1)
_PARTS = {name.replace("_", " "): number for number, name in _rows(_NAMES + _WHOLE.lstrip()) if _IN_PARTS.search(name)}


def months_in(text: str) -> set[int]:
    """Return the months that a text may name; a short word may be another's too, as ago is."""
    return months_among(set(folded_words(text)), text)


def months_among(words: Iterable[str], text: str) -> set[int]:
    """Return the months that a text may name; its words are folded."""
    found = set().union(*map(months_of, words)) | months_in_parts(text)
    return found if text.isascii() else found | {_BY_SIGN[sign] for sign in _SIGNS.findall(text)}


def months_in_parts(text: str) -> set[int]:
    """Return the months that a text may name in scripts that glue words together, or letters to their marks."""
    return {number for name, number in _PARTS.items() if name in text} if _IN_PARTS.search(text) else set()


def months_of(word: str) -> frozenset[int]:
    """Return the months that a folded word may name: it is a name, or short for one, or begins like one."""
    return _months_of(word[:_MOST_LETTERS])


@lru_cache(4096)
def _months_of(word: str) -> frozenset[int]:
    found = frozenset(_WORDS.get(word, ()))
    return found.union(*(_STEMS.get(word[:size], ()) for size in _LENGTHS if size <= len(word)))
