"""A small helpdesk of its own, with the sign-in, cookies, websocket and uploads of Libredesk, for browsers to use.

with fake_helpdesk() as helpdesk:
    ...                                    # open helpdesk.url in a browser, directly or through a gateway
    assert helpdesk.talks[0].seen == [1]   # what came over its websocket
"""

from tests.fakes.helpdesk.server import EMAIL, PASSWORD, Helpdesk, fake_helpdesk

__all__ = ["EMAIL", "PASSWORD", "Helpdesk", "fake_helpdesk"]
