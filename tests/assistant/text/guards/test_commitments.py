"""The guard `commitments`: what an answer promises was offered by someone on the agents' side."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.guards.base import Breach, GuardOptions
from assistant.text.guards.commitment_words import DAY_HINTS, DAYS, HINTS, KINDS
from assistant.text.guards.registry import check
from tests.growth import grows_no_faster, repeated

KNOWN = "Where is my lamp?"
SUPPORT = Path(__file__).parents[5] / "shared" / "data" / "support_conversations.json"


def _found(
    answer: str, known: str = KNOWN, offered: str | None = "", guards: tuple[str, ...] = ("commitments",)
) -> tuple[Breach, ...]:
    options = GuardOptions(conversation=True, offered=offered)
    found = check(guards, f"{known}\n\n{offered or ''}", answer, html=False, options=options)
    return tuple(each for each in found if each.guard == "commitments")


def _kinds(answer: str, known: str = KNOWN, offered: str = "") -> list[str]:
    """Return what was promised, by the word of the sentence for the model."""
    return [each.instruction.split()[3].rstrip(":") for each in _found(answer, known, offered)]


PROMISES = [
    ("We will refund you the full amount.", ["refund"]),
    ("I've already refunded your order.", ["refund"]),
    ("Your refund is on its way.", ["refund"]),
    ("You'll get your money back.", ["refund"]),
    ("You will receive a voucher.", ["discount"]),
    ("We'll send you a new one, free of charge.", ["discount"]),
    ("I will replace the lamp.", ["replacement"]),
    ("I'll call you back.", ["call"]),
    ("I\u2019ll give you a call on Friday.", ["call", "time"]),
    ("It will be there tomorrow.", ["time"]),
    ("It will arrive within 3 business days.", ["time"]),
    ("It will arrive on 5 May.", ["time"]),
    ("You will get 50 euros.", ["amount"]),
    ("If you send it back, we will refund you.", ["refund"]),
    ("Wir erstatten Ihnen den vollen Betrag.", ["refund"]),
    ("Die Gutschrift ist veranlasst.", ["refund"]),
    ("Sie erhalten einen Gutschein.", ["discount"]),
    ("Ich schicke Ihnen Ersatz.", ["replacement"]),
    ("Wir rufen Sie morgen zurück.", ["call", "time"]),
    ("Ich werde Sie am Freitag anrufen.", ["call", "time"]),
    ("Nous vous rembourserons demain.", ["refund", "time"]),
    ("Le reembolsaremos el dinero mañana.", ["refund", "time"]),
    ("Ti rimborseremo domani.", ["refund", "time"]),
    ("We betalen u het geld terug. Morgen ontvangt u een korting.", ["refund", "discount", "time"]),
    ("Vamos reembolsar o valor amanhã.", ["refund", "time"]),
]
NO_PROMISES = [
    "Would you like a refund?",
    "Have you received your refund, or shall I call you?",
    "I understand that you'd like a refund.",
    "Unfortunately we can't refund used lamps.",
    "A replacement is not possible, but I am happy to look for a shop near you.",
    "We do not offer a discount on sale items.",
    "Our refund policy is on our website.",
    "Thank you for writing to us today.",
    "Can you call us on Monday?",
    "I will ask my colleagues and write to you.",
    "Leider können wir nichts erstatten.",
    "Eine Erstattung ist nicht möglich.",
    "Möchten Sie einen Umtausch?",
    "Guten Morgen, wir sehen nach.",
    "Wenn Sie eine Erstattung wünschen, schreiben Sie uns bitte.",
    "Nous ne pouvons pas vous rembourser.",
    "No podemos reembolsar el dinero.",
]


@pytest.mark.parametrize(("answer", "kinds"), PROMISES)
def test_promises_are_named(answer: str, kinds: list[str]) -> None:
    """Each by itself, with the sentence that makes it; an agent is warned, and the answer not refused."""
    assert _kinds(answer) == kinds
    for found in _found(answer):
        assert found.values[0] in answer.replace("\u2019", "'")
        assert found.values[0] in found.message
        assert (found.invented, found.refuses) == (True, False)


@pytest.mark.parametrize("answer", NO_PROMISES)
def test_questions_refusals_and_wishes_are_no_promises(answer: str) -> None:
    """Nor is what only speaks of it."""
    assert _kinds(answer) == []


@pytest.mark.parametrize(("answer", "kinds"), PROMISES)
def test_what_is_offered_may_be_promised(answer: str, kinds: list[str]) -> None:
    """By an agent, the wish or the draft, in whatever words and language; times and amounts may be anyone's."""
    offer = "Offer a refund, a discount, a replacement and a callback. 3 days, 5 May, 50 euros, tomorrow, on Friday"
    assert kinds
    assert _kinds(answer, offered=offer) == []


def test_what_customers_ask_for_is_no_offer() -> None:
    """Nor what they say that an agent has promised; the times and amounts that they name may be repeated."""
    asked = "I want a refund of 50 euros by Friday. Agent: I promise a refund."
    assert _kinds("We will refund the 50 euros by Friday.", known=asked) == ["refund"]


def test_refusal_of_an_agent_is_no_offer() -> None:
    """The answer would take it back."""
    assert _kinds("We will refund you.", offered="Sorry, we can't refund you.") == ["refund"]


WORDINGS = [
    *((HINTS[kind], wording) for kind, wordings in KINDS.items() for wording in wordings.values()),
    *((DAY_HINTS, wording) for wording in DAYS.values()),
]


@pytest.mark.parametrize(("hints", "wording"), WORDINGS)
@given(data=st.data())
def test_every_wording_has_its_hint(hints: tuple[str, ...], wording: str, data: st.DataObject) -> None:
    """Without one of the hints a text is not looked through."""
    text = data.draw(st.from_regex(rf"(?:{wording})", fullmatch=True))
    assert any(hint in text.lower() for hint in hints), text


def test_figures_are_left_to_the_guard_of_numbers() -> None:
    """It has named them already; days without a figure are named here."""
    answer = "You will get 50 euros tomorrow, or on 5 May."
    assert len(_found(answer)) == 3
    [found] = _found(answer, guards=("numbers", "commitments"))
    assert "tomorrow" in found.message


def test_draft_may_be_rewritten() -> None:
    """Without a conversation all of the draft may be promised."""
    assert _found("We'll refund you tomorrow.", known="refund comes tomorrow", offered=None) == ()
    assert _found("We'll refund you.", known="we look into it", offered=None)


@given(st.lists(st.sampled_from([answer for answer, _ in PROMISES] + NO_PROMISES), min_size=1, max_size=6))
def test_what_was_said_by_an_agent_may_be_said_again(said: list[str]) -> None:
    """In any order; and each promise more is at most one kind more."""
    affirmed = [each for each in said if each not in NO_PROMISES]
    assert _found(" ".join(affirmed), offered="\n".join(affirmed)) == ()
    together, apart = set(_kinds("\n".join(said))), [_kinds(each) for each in said]
    assert together <= {kind for kinds in apart for kind in kinds} | {"call", "refund", "time", "discount"}


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_read(answer: str, known: str, offered: str) -> None:
    """Whatever it holds."""
    for found in _found(answer, known, offered):
        assert found.values


@pytest.mark.parametrize(
    "piece", ["we will refund ", "1", "1.", "€1", "a.", "...", "ruf ", "\n", "not ", "wir ", "a", "5 may ", "(", "?"]
)
def test_promises_are_looked_for_in_time(piece: str) -> None:
    """However long the texts."""
    grows_no_faster(lambda size: _found(repeated(piece, size), repeated(piece, size), repeated(piece, size)), 32 * 1024)


@pytest.mark.skipif(not SUPPORT.exists(), reason="../shared is not there")
def test_agents_of_a_real_help_desk_are_seldom_stopped() -> None:
    """Of what they wrote, one sentence in twenty at most is called a promise that no one has offered."""
    spoken, alarms = 0, 0
    for conversation in json.loads(SUPPORT.read_text(encoding="utf-8")):
        before: list[tuple[str, str]] = []
        for who, text in conversation["original"]:
            if who == "agent":
                known = "\n\n".join(said for _, said in before)
                offered = "\n\n".join(said for author, said in before if author != "customer")
                spoken, alarms = spoken + 1, alarms + bool(_found(text, known, offered))
            before.append((who, text))
    assert spoken > 20
    assert 20 * alarms <= spoken
