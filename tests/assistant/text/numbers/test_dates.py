# ruff: noqa: RUF001 - texts in other alphabets
"""A date may be written in any way, and in any language; another date is another date."""

import pytest

from tests.assistant.text.guards.checking import ask, faithful, unfaithful

MONTHS = (
    "January February March April May June July August September October November December",
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar mars april mai juni juli august september oktober november desember",
    (
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta "
        "marraskuuta joulukuuta"
    ),
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "január február március április május június július augusztus szeptember október november december",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "януари февруари март април май юни юли август септември октомври ноември декември",
    (
        "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου "
        "Δεκεμβρίου"
    ),
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר",
    "जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
    "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
    "１月 ２月 ３月 ４月 ５月 ６月 ７月 ８月 ９月 １０月 １１月 １２月",
    "1월 2월 3월 4월 5월 6월 7월 8월 9월 10월 11월 12월",
)
EASTERN = {
    "Japanese": "ご注文の商品は{year}{month}月{day}日に届きます。",
    "Chinese": "您的包裹将于{year}{month}月{day}日送达，谢谢。",
    "Korean": "상품은 {year}{month}월 {day}일에 도착합니다.",
}
YEARS = {"Japanese": "2027年", "Chinese": "2027年", "Korean": "2027년 "}
ENGLISH = MONTHS[0].split()
FULL = str.maketrans("0123456789", "０１２３４５６７８９")
SAME = [
    ("令和8年5月3日に届きます。", "It arrives on May 3, 2026.", "English"),
    ("It arrives on May 3, 2026.", "令和8年5月3日に届きます。", "Japanese"),
    ("平成31年4月30日まで", "until 30.04.2019", "English"),
    ("二〇二七年五月三日に届きます。", "It arrives on May 3, 2027.", "English"),
    ("It arrives on 25 December.", "十二月二十五日に届きます。", "Japanese"),
    ("五月三日送达", "Es kommt am 03.05. an.", "German"),
    ("5月3日（月）に届きます", "It arrives on Monday, May 3.", "English"),
    ("Do., 3. Mai um 9:30 Uhr", "5月3日（木）9時30分", "Japanese"),
    ("商品は5月3日の午後2時に届きます", "Es kommt am 3. Mai um 14 Uhr.", "German"),
    ("It arrives at 2 p.m.", "下午2点送达", "Chinese"),
    ("Arrives at 14:00", "Llega a las 2 de la tarde", "Spanish"),
    ("오후 2시에 도착합니다", "It arrives at 14:00.", "English"),
    ("Arrives on May 3, 2026.", "จะมาถึงวันที่ 3 พฤษภาคม 2569", "Thai"),
    ("จะมาถึงวันที่ ๓ พฤษภาคม พ.ศ. ๒๕๖๙", "It arrives on May 3, 2026.", "English"),
    ("यह ३ मई २०२६ को आएगा", "It arrives on May 3, 2026.", "English"),
    ("سيصل في ٣ مايو ٢٠٢٦", "Es kommt am 03.05.2026.", "German"),
    ("تا ۳ مه ۲۰۲۶ می‌رسد", "It arrives by 3 May 2026.", "English"),
    ("It arrives on 3 May.", "Hàng sẽ đến ngày 3 tháng 5", "Vietnamese"),
    ("Hàng sẽ đến ngày 3 tháng 5", "It arrives on 3 May.", "English"),
]


@pytest.mark.parametrize("names", MONTHS, ids=[names.split()[0] for names in MONTHS])
def test_a_month_may_be_named_in_any_language(names: str) -> None:
    """All twelve, from figures and back."""
    for month, name in enumerate(names.split(), 1):
        figures, words = f"03.{month:02}.2027", f"3 {name} 2027"
        assert ask("numbers", faithful(figures, words)) == (), words
        assert ask("numbers", faithful(words, figures)) == (), words


@pytest.mark.parametrize("year", [False, True], ids=["without a year", "with a year"])
@pytest.mark.parametrize("language", EASTERN)
def test_eastern_dates_are_the_same(language: str, *, year: bool) -> None:
    """All months there and back, in half and full width, with the day and the year."""
    for month, name in enumerate(ENGLISH, 1):
        eastern = EASTERN[language].format(year=YEARS[language] if year else "", month=month, day=3)
        english = f"The item will arrive on {name} 3{', 2027' if year else ''}."
        for text in (eastern, eastern.translate(FULL)):
            assert ask("numbers", faithful(text, english, language="English")) == (), text
            assert ask("numbers", faithful(english, text, language=language)) == (), text


@pytest.mark.parametrize(("draft", "answer", "language"), SAME)
def test_a_date_may_be_written_in_another_way(draft: str, answer: str, language: str) -> None:
    """Eras, signs, other digits, Buddhist years, afternoons."""
    assert ask("numbers", faithful(draft, answer, language=language)) == ()


@pytest.mark.parametrize("language", EASTERN)
def test_another_date_is_reported_and_never_refuses(language: str) -> None:
    """Another month and another day, in the same language and in translation."""
    for month, name in enumerate(ENGLISH, 1):
        other = month % 12 + 1
        eastern = EASTERN[language].format(year="", month=month, day=3)
        for answer, asked in (
            (EASTERN[language].format(year="", month=other, day=3), None),
            (EASTERN[language].format(year="", month=month, day=4), None),
            (f"The item will arrive on {ENGLISH[other - 1]} 3.", "English"),
            (f"The item will arrive on {name} 4.", "English"),
        ):
            found = ask("numbers", unfaithful(eastern, answer, language=asked))
            assert found, (eastern, answer)
            assert not any(breach.refuses for breach in found), (eastern, answer)
        changed = EASTERN[language].format(year="", month=other, day=3)
        assert ask("numbers", unfaithful(f"The item will arrive on {name} 3.", changed, language=language)), changed


@pytest.mark.parametrize(
    ("draft", "answer"),
    [
        ("The sale ends on 3 May 2027.", "The sale ends soon, so please do not wait for us."),
        ("Bitte zahlen Sie bis 03.05.2027.", "Bitte zahlen Sie bis 04.05.2027."),
        ("Valid until 3 May 2027", "Valid until May 13, 2027"),
        ("お届けは5月3日です。", "お届けは近日中です。"),
    ],
)
def test_a_lost_date_is_a_warning(draft: str, answer: str) -> None:
    """There are too many ways to say one for it to refuse an answer."""
    assert not any(breach.refuses for breach in ask("numbers", unfaithful(draft, answer)))
