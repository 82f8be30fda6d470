"""Dates with blanks, a month and a year, spans of years, times with one pm for two; numbers that keep their zeros."""

import pytest

from tests.assistant.text.guards.checking import ask, faithful, unfaithful

SAME = [
    ("Zásilka dorazí 3. 5. 2027.", "The parcel will arrive on May 3, 2027.", "Czech"),
    ("Zásielka príde 24. 11. 2027 doobeda.", "The parcel will arrive on November 24, 2027.", "Slovak"),
    ("Paket stiže 3. 5. 2027. u 14 sati.", "The parcel arrives on May 3, 2027 at 2 pm.", "Croatian"),
    ("Paket prispe 13. 5. 2027 ob 14.30.", "The parcel arrives on 13 May 2027 at 14:30.", "Slovenian"),
    ("Das Paket kommt am 3. 5.", "The parcel comes on May 3.", "German"),
    ("배송일은 2027. 5. 3.입니다.", "The delivery date is May 3, 2027.", "Korean"),
    ("A csomag 2027. 05. 03-án érkezik.", "The parcel will arrive on May 3, 2027.", "Hungarian"),
    ("Hàng đến vào 5 thg 3, 2027", "It arrives on March 5, 2027.", "Vietnamese"),
    ("R9.5.3にお届けします。", "It will be delivered on May 3, 2027.", "Japanese"),
    ("expires 05/2027", "expires in May 2027", "English"),
    ("gültig bis 05.2027", "valid until May 2027", "German"),
    ("due 2027-05 at the latest", "due in May 2027 at the latest", "English"),
    ("geldig tot 12/2026", "valid until December 2026", "Dutch"),
    ("exp. 05/27", "expires in May 2027", "English"),
    ("the season 2024-25", "the season 2024\u20132025", "English"),
    ("the season of '27", "the season of 2027", "English"),
    ("Termin: 03.05.-07.05.", "from 3 to 7 May", "German"),
    ("open 9-12 and 1-5 pm", "9-12 und 13-17 Uhr", "English"),
    ("open 6-8 pm", "18-20 Uhr", "English"),
    ("open 18:00-20:00", "open 6\u20138 pm", "English"),
    ("from 6 to 8 pm", "de 18h à 20h", "English"),
    ("18時〜20時", "from 6 to 8 pm", "Japanese"),
    ("8.30-17.00 Uhr", "8:30 am\u20135 pm", "German"),
    ("at 12:30 am", "um 0:30 Uhr", "English"),
    ("at 0800 hours", "um 8:00 Uhr", "English"),
    ("call 0171 1234567", "call 01711234567", "English"),
]
OTHER = [
    ("Zásilka dorazí 3. 5. 2027.", "The parcel will arrive on May 4, 2027."),
    ("Zásilka dorazí 3. 5. 2027.", "The parcel will arrive on June 3, 2027."),
    ("배송일은 2027. 5. 3.입니다.", "The delivery date is May 3, 2028."),
    ("expires 05/2027", "expires in June 2027"),
    ("expires 05/2027", "expires in May 2028"),
    ("the season 2024-25", "the season 2024-26"),
    ("open 6-8 pm", "18-21 Uhr"),
    ("from 6 to 8 pm", "de 18h à 21h"),
    ("8.30-17.00 Uhr", "8:30 am\u20136 pm"),
    ("at 12:30 am", "at 1:30 am"),
]
ZEROS = [
    ("Your PIN is 0042.", "Your PIN is 42."),
    ("in 01067 Dresden", "in 1067 Dresden"),
    ("the code 000815 works", "the code 815 works"),
    ("extension 00123 please", "extension 123 please"),
    ("PIN: 0000. Bitte ändern.", "PIN bitte ändern."),
    ("the zip is 02134", "the zip is 2134"),
]


@pytest.mark.parametrize(("one", "other", "language"), SAME)
def test_dates_and_times_may_be_written_in_another_way(one: str, other: str, language: str) -> None:
    """There and back."""
    assert ask("numbers", faithful(one, other)) == ()
    assert ask("numbers", faithful(other, one, language=language)) == ()


@pytest.mark.parametrize(("draft", "answer"), OTHER)
def test_another_date_or_time_is_a_warning(draft: str, answer: str) -> None:
    """It is found, and never refuses."""
    found = ask("numbers", unfaithful(draft, answer, language="English"))
    assert found
    assert not any(breach.refuses for breach in found)


@pytest.mark.parametrize(("draft", "answer"), ZEROS)
def test_a_lost_zero_in_front_refuses(draft: str, answer: str) -> None:
    """A code with a zero in front is another code without it."""
    assert any(breach.refuses for breach in ask("numbers", unfaithful(draft, answer)))
