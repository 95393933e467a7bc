"""Sends webhooks over HTTPS: to the address that was checked, without following anywhere.

A host that the operator named as internal may be spoken to in the clear.
"""

import asyncio
import ssl
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

import httpx

from licorne.adapters.webhooks.addresses import AddressRefused, address_for
from licorne.ports.webhook_sender import WebhookAnswered, WebhookNotReached

DEADLINE = 15.0  # seconds, for all of it


class HttpWebhookSender:
    def __init__(self, internal_hosts: Collection[str] = (), deadline: float = DEADLINE) -> None:
        """``internal_hosts`` are host names that may lead to addresses that aren't public."""
        self._internal = frozenset(host.lower() for host in internal_hosts)
        self._deadline = deadline
        self._trusted = _trusted_authorities()

    def allows(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme == "https" or (parts.hostname or "").lower() in self._internal

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes
    ) -> WebhookAnswered | WebhookNotReached:
        if not self.allows(url):
            return WebhookNotReached("not_https")
        try:
            async with asyncio.timeout(self._deadline):
                return await self._post(url, headers, body)
        except TimeoutError:
            return WebhookNotReached("too_slow")
        except AddressRefused as refused:
            return WebhookNotReached(str(refused))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
            return WebhookNotReached("not_reached")  # the exception's text holds the address

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswered:
        wanted = httpx.URL(url)
        port = wanted.port or (443 if wanted.scheme == "https" else 80)
        address = await address_for(wanted.host, port, self._internal)
        async with (
            httpx.AsyncClient(
                follow_redirects=False,
                trust_env=False,
                timeout=self._deadline,
                verify=self._trusted,
            ) as to,
            to.stream(
                "POST",
                wanted.copy_with(host=address),
                headers={**headers, "Host": wanted.netloc.decode("ascii")},
                content=body,
                # The certificate must be the name's, though the address is spoken to.
                extensions={"sni_hostname": wanted.host},
            ) as answer,
        ):
            return WebhookAnswered(answer.status_code)  # nothing of its body is read


def _trusted_authorities() -> ssl.SSLContext:
    """Trust the public authorities, and the machine's: a practice may have one of its own."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context
