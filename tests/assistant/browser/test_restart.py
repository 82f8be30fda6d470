"""A service that is restarted while an agent waits for it, as seen from the reply box."""

import signal
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.assistant.browser.composing import Composer, Office, office
from tests.assistant.serving import serving
from tests.fakes.drip import Drip

ANY = "."
"""A page complains of much while its server is away."""
DRAFT = "<p>Your parcel has left.</p>"
NO_ANSWER = "No response from server. Check if you are still connected to internet."
"""What the composer says by itself."""
SOON = 20.0  # seconds; the grace that is left of a request's deadline is shorter


def test_model_answers_in_time(browser: Browser, tmp_path: Path) -> None:
    """A reply that is under way arrives although the service was told to stop, which ends after that."""
    with office(tmp_path) as all_, all_.composer(browser, "2.7", DRAFT, expected=ANY) as composer:
        answer = asked(all_, composer, "Good news: it has left.")
        stop(all_)
        answer.finish()
        expect(composer.draft).to_have_text("Good news: it has left.")
        expect(composer.toasts).to_have_count(0)
        assert all_.served.process.wait(SOON) == 0, all_.served.log.read_text()


def test_model_takes_too_long(browser: Browser, tmp_path: Path) -> None:
    """A click that a restart cuts off ends with a toast that says to try again, and the draft as it was."""
    with office(tmp_path, STOP_GRACE="1s") as all_, all_.composer(browser, "2.5", DRAFT, expected=ANY) as composer:
        with composer.page.expect_response("**/api/v1/ai/completion") as answering:
            asked(all_, composer, "Never said.")
            stop(all_)
        answer = answering.value
        assert (answer.status, answer.json()["data"]["code"]) == (503, "restarting")
        assert int(answer.headers["retry-after"]) >= 1
        assert "try again" in composer.toast().lower()
        expect(composer.draft).to_have_text("Your parcel has left.")
        expect(composer.key_dialog).to_be_hidden()
        after_the_restart(all_, composer, tmp_path)


def asked(all_: Office, composer: Composer, text: str) -> Drip:
    """Click, and return once the provider has the request, which it answers when it is told to."""
    answer = Drip(text)
    all_.provider.script(answer)
    composer.choose()
    assert answer.begun.wait(SOON)
    return answer


def stop(all_: Office) -> None:
    """Tell the service to stop."""
    all_.served.process.send_signal(signal.SIGTERM)


def after_the_restart(all_: Office, composer: Composer, folder: Path) -> None:
    """See that a click in between changes nothing, and that one after the restart works on the page that is open."""
    assert all_.served.process.wait(SOON) == 0, all_.served.log.read_text()
    before = composer.html
    composer.choose()
    assert composer.toast() == NO_ANSWER
    assert composer.html == before
    all_.provider.reply("It left in the morning.")
    with serving(folder, all_.served.client.base_url.port, **all_.variables):
        assert composer.rewrite().status == 200
        expect(composer.draft).to_have_text("It left in the morning.")
