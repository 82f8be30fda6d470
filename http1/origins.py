"""Where a server listens."""

from urllib.parse import urlsplit

from msgspec import Struct

_PORTS = {"http": 80, "https": 443}


class Origin(Struct, frozen=True, kw_only=True):
    """Scheme, host and port of a server; an IPv6 address stands without brackets."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> "Origin":
        """Return the origin that a URL names."""
        parts = urlsplit(url)
        return cls(scheme=parts.scheme, host=parts.hostname or "", port=parts.port or _PORTS[parts.scheme])

    @property
    def authority(self) -> str:
        """Host and port as a Host header has them."""
        return self._host if self.port == _PORTS[self.scheme] else self.destination

    @property
    def destination(self) -> str:
        """Host and port as CONNECT has them, the port always written (RFC 9110, 9.3.6)."""
        return f"{self._host}:{self.port}"

    @property
    def _host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host
