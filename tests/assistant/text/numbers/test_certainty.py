# ruff: noqa: RUF001 - texts in other alphabets
"""When a figure that is lost, or exchanged, keeps the whole answer back, and when it is a warning at most."""

import pytest

from tests.assistant.text.guards.checking import ask, unfaithful

REFUSED = [
    ("your parcel weighs 1250 grams now", "Your parcel weighs 1350 grams now.", None),
    ("about order 4711, thanks", "Thank you for writing about order 4712.", None),
    ("you bought 3 items", "You bought 4 items.", None),
    ("you get 20% off", "You get 25% off.", None),
    ("you get 20% off", "Sie bekommen 25 Prozent Rabatt.", "German"),
    ("you get 20 % off and 3 gifts", "Vous avez 30 % de remise et 3 cadeaux.", "French"),
    ("the refund takes 5 days", "The refund takes 7 days.", None),
    ("reply within 14 days", "Bitte antworten Sie in 15 Tagen.", "German"),
    ("it takes 1 hour and 30 minutes", "It takes 1 hour and 40 minutes.", None),
    ("the shelf carries 75 kg", "The shelf carries 57 kg.", None),
    ("you may send 250 files", "You may send 350 files.", None),
    ("you may send 250 files and 12 photos", "Sie dürfen 350 Dateien und 21 Fotos senden.", "German"),
    ("we have 1234 files of yours", "We have files of yours.", None),
    ("your voucher is THANKS7Q4D", "Here is your voucher.", None),
    ("please pay 19,99 €", "Please pay.", None),
    ("please update to 3.1.2", "Please update to 3.1.", None),
    ("we meet at 5 pm and there are 3 rooms", "We meet at 5 pm and there are 4 rooms.", None),
    ("it is for the iPhone 15 Pro", "It is for the iPhone 14 Pro.", None),
    ("use the code SAVE20 at checkout", "Use the code at checkout.", None),
    ("Gutschein: SOMMER5 für Sie", "Ein Gutschein für Sie", None),
    ("by 3 May send 250 files", "By 3 May send 300 files.", None),
]
WARNED = [
    ("we are open 9-12 and 1-5 pm", "Wir haben 9–12 und 14–18 Uhr geöffnet.", "German"),
    ("in Q3 2027", "in the autumn of 2027", None),
    ("call at 5 in the afternoon", "Call at 4 in the afternoon.", None),
    ("call at 5 pm", "Ruf um 16:00 an.", "German"),
    ("we open at 8:30", "We open at 9:30.", None),
    ("wir öffnen um 8.30 Uhr", "Wir öffnen um 9.30 Uhr.", None),
    ("we meet from 6 to 8 pm", "Nous nous voyons de 17h à 19h.", "French"),
    ("18時に開店します", "We open at 7 pm.", "English"),
    ("it takes 90 minutes", "It takes 1 hour and 20 minutes.", None),
    ("it takes 36 hours", "It takes 2 days.", None),
    ("it takes 250 days", "It takes long.", None),
    ("we answer in 48 hours", "We answer soon.", None),
    ("bring 3 passport photos", "Bring passport photos.", None),
    ("on the 3rd floor", "On the 4th floor.", None),
    ("take the 2nd door and then on", "Nehmen Sie die 3. Tür.", "German"),
    ("the sale ends on 3 May 2027", "The sale ends on 4 May 2028.", None),
    ("we move in 2027", "We move soon.", None),
    ("we move in 2027", "We move in 2028.", None),
    ("it is 5 km away", "It is 3 miles away.", None),
    ("it weighs 2.7 kg", "It weighs 6 lbs.", None),
    ("it is set to 72 °F", "Es ist auf 22 °C gestellt.", "German"),
    ("you get 20% off", "You get a lot off.", None),
    ("about 1000 users", "Many users.", None),
    ("send 120 files", "Send files.", None),
    ("reply within 5 days, it is 250 km", "Reply soon, it is far.", None),
]


@pytest.mark.parametrize(("draft", "answer", "language"), REFUSED)
def test_another_figure_in_its_place_refuses(draft: str, answer: str, language: str | None) -> None:
    """So does the loss of one that no words can say."""
    assert any(breach.refuses for breach in ask("numbers", unfaithful(draft, answer, language=language)))


@pytest.mark.parametrize(("draft", "answer", "language"), WARNED)
def test_what_words_may_say_only_warns(draft: str, answer: str, language: str | None) -> None:
    """A date, a time, a duration, a conversion and a small number are warned about, and no one loses the answer."""
    found = ask("numbers", unfaithful(draft, answer, language=language))
    assert found
    assert not any(breach.refuses for breach in found), found
