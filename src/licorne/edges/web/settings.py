"""What the web edges need to know about their installation, parsed once by wiring."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class WebSettings:
    """One installation as its web pages see it.

    ``public_url`` is the address that people use (scheme, host, port; no path): it decides HSTS
    and which Origin is ours. ``short_id`` is in the cookies' names, since browsers share cookies
    across the ports of one host. ``csrf_key`` is 32 random bytes that all processes share.
    ``trusted_proxies`` are the only peers whose X-Forwarded-For is believed.
    """

    public_url: str
    short_id: str
    csrf_key: bytes
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    other_origins: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        parts = urlsplit(self.public_url)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError("public_url must look like https://text.example.org")
        if not self.short_id.isalnum():
            raise ValueError("short_id must be letters and digits")
        if len(self.csrf_key) < 32:
            raise ValueError("csrf_key must be 32 bytes or more")

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https:")

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose forms we take, as browsers write them in ``Origin``."""
        parts = urlsplit(self.public_url)
        return self.other_origins | {f"{parts.scheme}://{parts.netloc}".lower()}
