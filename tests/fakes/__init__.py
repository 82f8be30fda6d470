"""Real HTTP servers with scripted answers.

with FakeProvider("chat") as fake:               # or "responses", "messages"
    fake.reply("Hello!")                         # every answer from now on; a function of the body works too
    fake.script(steps.status(429), steps.cut())  # the next two requests; then `reply` again
    ...                                          # talk to fake.url
    assert fake.requests[0].json["model"] == "m"
"""

from tests.fakes import steps
from tests.fakes.provider import FakeProvider, Received

__all__ = ["FakeProvider", "Received", "steps"]
