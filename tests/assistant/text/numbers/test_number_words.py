# ruff: noqa: RUF001 - texts in other alphabets
"""Numbers, halves and times in words, in languages whose words are known and in others."""

import pytest

from tests.assistant.text.guards.checking import ask, faithful, unfaithful

SAID = {
    "Please reply within 14 days.": {
        "Arabic": "يرجى الرد خلال أربعة عشر يوماً",
        "Basque": "Erantzun hamalau eguneko epean.",
        "Bulgarian": "Отговорете до четиринадесет дни.",
        "Catalan": "Responeu en catorze dies.",
        "Chinese": "请在十四天内回复。",
        "Croatian": "Odgovorite u roku četrnaest dana.",
        "Czech": "Odpovězte prosím do čtrnácti dnů.",
        "Danish": "Svar inden fjorten dage.",
        "Dutch": "Reageer binnen veertien dagen.",
        "English": "Please reply within a fortnight.",
        "Finnish": "Vastaa neljäntoista päivän kuluessa.",
        "French": "Répondez sous quatorze jours.",
        "German": "Bitte antworten Sie binnen vierzehn Tagen.",
        "Greek": "Απαντήστε μέσα σε δεκατέσσερις ημέρες.",
        "Hebrew": "נא להשיב תוך ארבעה עשר ימים",
        "Hindi": "कृपया चौदह दिनों में उत्तर दें",
        "Hungarian": "Válaszoljon tizennégy napon belül.",
        "Italian": "Rispondete entro quattordici giorni.",
        "Japanese": "十四日以内にご返信ください。",
        "Korean": "열나흘 안에 답해 주세요.",
        "Norwegian": "Svar innen fjorten dager.",
        "Polish": "Prosimy o odpowiedź w ciągu czternastu dni.",
        "Portuguese": "Responda em catorze dias.",
        "Romanian": "Răspundeți în paisprezece zile.",
        "Russian": "Ответьте в течение четырнадцати дней.",
        "Slovak": "Odpovedzte do štrnástich dní.",
        "Spanish": "Responda en catorce días.",
        "Swahili": "Tafadhali jibu ndani ya siku kumi na nne.",
        "Swedish": "Vänligen svara inom fjorton dagar.",
        "Thai": "กรุณาตอบภายในสิบสี่วัน",
        "Turkish": "On dört gün içinde yanıt verin.",
        "Ukrainian": "Відповідайте протягом чотирнадцяти днів.",
    },
    "The repair takes 1.5 hours at most.": {
        "Chinese": "维修最多需要一个半小时。",
        "Dutch": "De reparatie duurt hooguit anderhalf uur.",
        "English": "The repair takes at most an hour and a half.",
        "Finnish": "Korjaus kestää enintään puolitoista tuntia.",
        "French": "La réparation prend au plus une heure et demie.",
        "German": "Die Reparatur dauert höchstens anderthalb Stunden.",
        "Hungarian": "A javítás legfeljebb másfél órát vesz igénybe.",
        "Italian": "La riparazione richiede al massimo un'ora e mezza.",
        "Korean": "수리는 한 시간 반 걸립니다.",
        "Polish": "Naprawa trwa najwyżej półtorej godziny.",
        "Portuguese": "O conserto leva no máximo uma hora e meia.",
        "Russian": "Ремонт занимает не более полутора часов.",
        "Spanish": "La reparación tarda como máximo una hora y media.",
        "Swedish": "Reparationen tar högst en och en halv timme.",
        "Turkish": "Onarım en fazla bir buçuk saat sürer.",
    },
    "It starts at 3:30.": {
        "Czech": "Začíná to v půl čtvrté.",
        "Danish": "Det starter klokken halv fire.",
        "Dutch": "Het begint om half vier.",
        "English": "It starts at half past three.",
        "Finnish": "Se alkaa puoli neljältä.",
        "French": "Cela commence à trois heures et demie.",
        "German": "Es beginnt um halb vier.",
        "Hungarian": "Fél négykor kezdődik.",
        "Italian": "Inizia alle tre e mezza.",
        "Polish": "Zaczyna się o wpół do czwartej.",
        "Russian": "Начало в половине четвёртого.",
        "Spanish": "Empieza a las tres y media.",
        "Swedish": "Det börjar halv fyra.",
    },
    "It takes 2.5 hours.": {
        "Danish": "Det tager to en halv time.",
        "Dutch": "Het duurt tweeënhalf uur.",
        "Finnish": "Siihen menee kaksi ja puoli tuntia.",
        "German": "Es dauert zweieinhalb Stunden.",
        "Greek": "Διαρκεί δυόμισι ώρες.",
        "Japanese": "二時間半かかります。",
        "Polish": "To trwa dwie i pół godziny.",
    },
    "We meet at 14:30": {
        "Chinese": "我们下午两点半见。",
        "German": "Wir treffen uns um halb drei.",
        "Italian": "Ci vediamo alle due e mezza.",
        "Japanese": "午後二時半に会いましょう。",
        "Korean": "오후 두 시 반에 만나요.",
    },
    "3/4 of all parcels": {"English": "three quarters of all parcels", "German": "drei Viertel aller Pakete"},
    "within 48 hours": {"Czech": "do čtyřiceti osmi hodin", "Italian": "entro quarantotto ore"},
    "You get 6 eggs.": {"English": "You get half a dozen eggs.", "German": "Sie bekommen ein halbes Dutzend Eier."},
    "It starts at 15:15.": {
        "English": "It starts at a quarter past three.",
        "French": "Cela commence à trois heures et quart.",
        "German": "Es beginnt um Viertel nach drei.",
        "Polish": "Zaczyna się kwadrans po trzeciej.",
        "Spanish": "Empieza a las tres y cuarto.",
    },
    "It starts at 3:45.": {
        "Dutch": "Het begint om kwart voor vier.",
        "English": "It starts at a quarter to four.",
        "German": "Es beginnt um drei viertel vier.",
        "Spanish": "Empieza a las cuatro menos cuarto.",
    },
    "It starts at 3:40.": {"English": "It starts at twenty to four.", "German": "Es beginnt um zwanzig vor vier."},
    "It ends at 17:00.": {"English": "It ends at five in the afternoon.", "German": "Es endet nachmittags um fünf."},
    "It starts at 12:00.": {"English": "It starts at noon.", "Spanish": "Empieza a mediodía."},
    "There are 12 pieces.": {"French": "Il y a une douzaine de pièces.", "German": "Es ist ein Dutzend Teile."},
    "It takes 30 minutes.": {
        "Finnish": "Se kestää puoli tuntia.",
        "German": "Es dauert eine halbe Stunde.",
        "Polish": "To zajmie pół godziny.",
        "Spanish": "Tarda media hora.",
    },
    "It takes 0.75 hours.": {
        "English": "It takes three quarters of an hour.",
        "German": "Es dauert eine Dreiviertelstunde.",
    },
    "over 200 users": {
        "English": "more than two hundred users",
        "German": "mehr als zweihundert Nutzer",
        "Polish": "ponad dwieście użytkowników",
        "Spanish": "más de doscientos usuarios",
    },
    "more than 1000 users": {
        "Finnish": "yli tuhat käyttäjää",
        "French": "plus de mille utilisateurs",
        "German": "mehr als tausend Nutzer",
        "Polish": "ponad tysiąc użytkowników",
    },
    "It takes 77 days.": {
        "Danish": "Det tager syvoghalvfjerds dage.",
        "Dutch": "Het duurt zevenenzeventig dagen.",
        "French": "Cela prend soixante-dix-sept jours.",
        "German": "Es dauert siebenundsiebzig Tage.",
        "Italian": "Ci vogliono settantasette giorni.",
    },
}
ROWS = [(draft, answer, language) for draft, said in SAID.items() for language, answer in said.items()]


@pytest.mark.parametrize(("draft", "answer", "language"), ROWS, ids=[f"{row[0]} {row[2]}" for row in ROWS])
def test_a_number_may_be_said_in_words(draft: str, answer: str, language: str) -> None:
    """Whatever the language, and back into figures: no warning, and so no second call."""
    assert ask("numbers", faithful(draft, answer, language=language)) == ()
    assert ask("numbers", faithful(answer, draft, language="English")) == ()


@pytest.mark.parametrize(
    ("draft", "answer"),
    [
        ("Prosimy o odpowiedź w ciągu 14 dni.", "Bardzo prosimy o odpowiedź w ciągu czternastu dni."),
        ("Vastaa 14 päivän kuluessa, kiitos.", "Vastaathan neljäntoista päivän kuluessa, kiitos paljon!"),
        ("14 gün içinde yanıt verin, teşekkürler.", "Lütfen on dört gün içinde yanıt verin, teşekkürler."),
        ("Die Wartung dauert 30 Minuten.", "Die Wartung dauert eine halbe Stunde."),
        ("Es kommen 24 Stück.", "Es kommen vierundzwanzig Stück."),
        ("The fee is 1½ times as high", "The fee is one and a half times as high."),
    ],
)
def test_a_rewrite_may_write_a_number_out(draft: str, answer: str) -> None:
    """Also where no language was asked for."""
    assert ask("numbers", faithful(draft, answer)) == ()


@pytest.mark.parametrize(
    ("draft", "answer", "language", "refuses"),
    [
        ("Please wait, the refund takes 14 days and you will see it.", "Please wait, you will see it.", None, False),
        ("Die Erstattung dauert 14 Tage, wir melden uns bei Ihnen.", "Wir melden uns bei Ihnen.", None, False),
        ("We start at 3:30, please bring your things with you.", "Please bring your things with you.", None, False),
        ("It costs 5 € today and that is all you have to pay.", "It costs a little and is all you pay.", None, True),
        ("Prosimy o odpowiedź w ciągu 14 dni, dziękujemy.", "Prosimy o odpowiedź, dziękujemy.", None, False),
        ("The refund takes 5 days", "The refund takes days.", None, False),
        ("Reply within 14 days.", "Vastaa 15 päivän kuluessa.", "Finnish", True),
        ("Reply within 14 days.", "Svara inom femton dagar.", "Swedish", False),
        ("Reply within 14 days.", "Odpowiedz w 15 dni.", "Polish", True),
        ("We start at 3:30.", "Wir beginnen um 4:30.", "German", False),
        ("We owe you 1234 files", "Olemme velkaa tiedostoja", "Finnish", True),
        ("I made a transfer 12 hours ago. Is it there?", "I made a transfer 13 hours ago. Is it there?", None, True),
        ("Pay 1.234,50 € by 3 May", "Please pay.", None, True),
        ("By 3 May pay to DE89 3704 0044 0532 0130 00", "Please pay.", None, True),
        ("On May 3 we send 250 files", "We send files.", None, False),
        ("There is an extra $1 charge", "There is an extra $4 charge", None, True),
        ("There is an extra $1 charge on a card", "There is an extra charge on a card", None, True),
        ("You may send 250 files", "Lähetä tiedostoja", "Finnish", False),
        ("The box weighs 2.7 kg", "Laatikko on painava", "Finnish", True),
    ],
)
def test_a_lost_number_is_found_all_the_same(draft: str, answer: str, language: str | None, *, refuses: bool) -> None:
    """It refuses the answer where it is lost for certain: no words can stand for it, or another one is in its place."""
    found = ask("numbers", unfaithful(draft, answer, language=language))
    assert found
    assert any(breach.refuses for breach in found) == refuses
