"""What a hit leaves is written in batches, and an orderly stop writes the last ones."""

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec

from tests.assistant.completion.asking import PATH, echo, serving_with, wanted
from tests.assistant.serving import serving
from tests.fakes import FakeProvider

NUMBER = 300


def test_every_hit_before_a_stop_has_its_row_and_its_line(tmp_path: Path) -> None:
    """The order to stop comes right behind the last answer."""
    with FakeProvider() as fake:
        fake.reply(echo)
        with serving(tmp_path, **serving_with(fake)) as served:
            answers = [served.client.post(PATH, json=wanted("It is ready.")) for _ in range(NUMBER)]
            served.process.send_signal(signal.SIGTERM)
            assert served.process.wait(20) == 0
            lines = [msgspec.json.decode(line) for line in served.log.read_bytes().splitlines() if line[:1] == b"{"]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert [answer.headers["x-assistant-cache"] for answer in answers[1:]] == ["hit"] * (NUMBER - 1)
    assert [line["request_id"] for line in lines if line.get("cache") == "hit"] == ids[1:]
    assert [line["timestamp"] for line in lines] == sorted(line["timestamp"] for line in lines)
    with closing(sqlite3.connect(tmp_path / "var" / "assistant.db")) as database:
        rows = database.execute("SELECT request_id FROM assistant_usage WHERE cache = 'hit' ORDER BY id").fetchall()
    assert [row[0] for row in rows] == ids[1:]
