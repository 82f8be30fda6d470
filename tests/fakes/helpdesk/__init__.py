"""A small helpdesk of its own that does what Libredesk 2.5 or 2.7 does, for browsers to use.

with fake_helpdesk("2.5") as helpdesk:      # sign-in, cookies, rights, websocket, uploads, and its composer
    ...                                     # open helpdesk.url in a browser, directly or through a gateway
    assert helpdesk.talks[0].seen == [1]    # what came over its websocket
    assert helpdesk.reads(PARCEL)           # who read a conversation; helpdesk.reading holds reads up or fails them
    helpdesk.sessions.expire()              # nobody is signed in any more, and no browser knows
"""

from tests.fakes.helpdesk.people import Agent, Conversation, Version
from tests.fakes.helpdesk.reading import Read
from tests.fakes.helpdesk.server import EMAIL, PARCEL, PASSWORD, RETURN, Helpdesk, fake_helpdesk

__all__ = [
    "EMAIL",
    "PARCEL",
    "PASSWORD",
    "RETURN",
    "Agent",
    "Conversation",
    "Helpdesk",
    "Read",
    "Version",
    "fake_helpdesk",
]
