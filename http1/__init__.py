"""An HTTP/1.1 client on asyncio and httptools: connections, a pool by origin, TLS, proxies.

It writes what it is given and reads answers by RFC 9112; which requests are sent again, how answers are used and what
people are told is the business of those who ask.
"""
