"""Numbers inside of words, ordinals, myriads, halves, hundreds in words and lengths of time that are the same."""

import pytest

from tests.assistant.text.guards.checking import ask, faithful, unfaithful

SAME = [
    ("a 6-digit code", "ein sechsstelliger Code", "German"),
    ("a 3-year contract", "ein dreijähriger Vertrag", "German"),
    ("a 4-week break", "eine vierwöchige Pause", "German"),
    ("a 10-day trial", "ein zehntägiger Test", "German"),
    ("a 6-month trial", "ein sechsmonatiger Test", "German"),
    ("try it 5 times", "Versuchen Sie es fünfmal.", "German"),
    ("a 12-month contract", "een twaalfmaands contract", "Dutch"),
    ("a 6-digit code", "een zescijferige code", "Dutch"),
    ("a 10-year warranty", "een tienjarige garantie", "Dutch"),
    ("a 2-year warranty", "en tvåårig garanti", "Swedish"),
    ("a 6-digit code", "en sexsiffrig kod", "Swedish"),
    ("a 3-day break", "et tredagars avbrott", "Swedish"),
    ("a 6-digit code", "en sekscifret kode", "Danish"),
    ("on the 15th", "den femtonde", "Swedish"),
    ("on the 13th", "den trettonde", "Swedish"),
    ("on the 15th", "den femtende", "Norwegian"),
    ("on the 11th", "den ellevte", "Danish"),
    ("the 13th day", "der dreizehnte Tag", "German"),
    ("the 20th day", "der zwanzigste Tag", "German"),
    ("the 21st day", "der einundzwanzigste Tag", "German"),
    ("the 13th day", "de dertiende dag", "Dutch"),
    ("the 11th day", "le onzième jour", "French"),
    ("the 20th day", "le vingtième jour", "French"),
    ("the 11th day", "l'undicesimo giorno", "Italian"),
    ("the 20th day", "il ventesimo giorno", "Italian"),
    ("the 20th day", "el vigésimo día", "Spanish"),
    ("the 90th day", "the ninetieth day", "English"),
    ("It costs 12,800 yen.", "料金は1万2800円です。", "Japanese"),
    ("It costs 15,000 yen.", "料金は1万5千円です。", "Japanese"),
    ("It costs 15,000 yen.", "料金は1万5,000円です。", "Japanese"),
    ("It costs 15,000 yen.", "料金は一万五千円です。", "Japanese"),
    ("It costs 15,000 won.", "금액은 1만 5천 원입니다.", "Korean"),
    ("It costs 123,400 won.", "금액은 12만 3,400원입니다.", "Korean"),
    ("over 300 million views", "3億回以上の再生", "Japanese"),
    ("over 2 billion users", "超过20亿用户", "Chinese"),
    ("over 2 billion users", "más de 2000 millones de usuarios", "Spanish"),
    ("over 10,000 users", "超过一万用户", "Chinese"),
    ("over 150,000 rupees", "over 1.5 lakh rupees", "English"),
    ("over 100,000 rupees", "1 लाख रुपये", "Hindi"),
    ("over 20,000 users", "über 20 Tsd. Nutzer", "German"),
    ("over 12,000 users", "über zwölftausend Nutzer", "German"),
    ("over 500,000 users", "over half a million users", "English"),
    ("you get 50% back", "Sie bekommen die Hälfte zurück.", "German"),
    ("you get 50% back", "Je krijgt de helft terug.", "Dutch"),
    ("you get 50% back", "Du får tillbaka hälften.", "Swedish"),
    ("you get 50% back", "Du får halvparten tilbake.", "Norwegian"),
    ("it takes 2.5 hours", "2시간 반이 걸립니다.", "Korean"),
    ("reply within 24 hours", "reply within one day", "English"),
    ("in 48h it is there", "In zwei Tagen ist es da.", "German"),
    ("reply within 14 days", "Antworten Sie in zwei Wochen.", "German"),
    ("it runs for 12 months", "it runs for a year", "English"),
    ("it runs for 3 months", "Es läuft ein Quartal lang.", "German"),
    ("it runs for 3 months", "Cela dure un trimestre.", "French"),
    ("it takes 7 days", "it takes a week", "English"),
    ("it takes 60 minutes", "it takes an hour", "English"),
    ("it takes 1.5 hours", "Es dauert 90 Minuten.", "German"),
    ("it takes 2 weeks", "Trwa to 14 dni.", "Polish"),
    ("you may send 120 files", "you may send one hundred and twenty files", "English"),
    ("you may send 120 files", "Sie dürfen hundertzwanzig Dateien senden.", "German"),
    ("you may send 120 files", "vous pouvez envoyer cent vingt fichiers", "French"),
    ("you may send 120 files", "можно отправить сто двадцать файлов", "Russian"),
    ("you may send 125 files", "можно отправить сто двадцать пять файлов", "Russian"),
    ("you may send 325 files", "you may send three hundred twenty-five files", "English"),
    ("you may send 325 files", "Sie dürfen dreihundertfünfundzwanzig Dateien senden.", "German"),
    ("you may send 365 files", "можно отправить триста шестьдесят пять файлов", "Russian"),
    ("you may send 250 files", "Możesz wysłać dwieście pięćdziesiąt plików.", "Polish"),
    ("the 45th day", "den förtiofemte dagen", "Swedish"),
    ("in the 90s", "in the nineties", "English"),
    ("in the 1990s", "in den 90er Jahren", "German"),
    ("1/3 of all users", "ein Drittel aller Nutzer", "German"),
    ("3rd party apps", "Drittanbieter-Apps", "German"),
    ("in Q3 2027", "im dritten Quartal 2027", "German"),
    ("20% off", "2割引", "Japanese"),
]
OTHER = [
    ("a 6-digit code", "ein siebenstelliger Code", "German"),
    ("a 3-year contract", "ein vierjähriger Vertrag", "German"),
    ("on the 15th", "den sextonde", "Swedish"),
    ("the 20th day", "le trentième jour", "French"),
    ("It costs 12,800 yen.", "料金は1万3800円です。", "Japanese"),
    ("over 12,000 users", "über dreizehntausend Nutzer", "German"),
    ("over 2 billion users", "超过30亿用户", "Chinese"),
    ("reply within 24 hours", "reply within two days", "English"),
    ("reply within 14 days", "Antworten Sie in drei Wochen.", "German"),
    ("it takes 60 minutes", "it takes 2 hours", "English"),
    ("you may send 120 files", "you may send one hundred and thirty files", "English"),
    ("you may send 120 files", "Sie dürfen hundertdreißig Dateien senden.", "German"),
]


@pytest.mark.parametrize(("one", "other", "language"), SAME)
def test_a_figure_may_be_said(one: str, other: str, language: str) -> None:
    """There and back, with no warning, and so with no second call."""
    assert ask("numbers", faithful(one, other, language=language)) == ()
    assert ask("numbers", faithful(other, one, language="English")) == ()


@pytest.mark.parametrize(("draft", "answer", "language"), OTHER)
def test_another_figure_in_words_is_found(draft: str, answer: str, language: str) -> None:
    """What is said in words must mean the same."""
    assert ask("numbers", unfaithful(draft, answer, language=language))
