"""Asks a carrier over HTTP, and tells apart what surely never left from what may have been sent.

A request that never left (no connection) is a sure no. A connection that broke after the request
began, or an answer that never came, are unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import httpx
import msgspec
import structlog

from licorne.adapters.carriers.settings_table import Json
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import CarrierCheckFailed, Rejected, Unknown

_LARGEST_ANSWER = 64 * 1024  # bytes; more than any carrier says about one text
# Raised before the request has left: the carrier can't have taken it.
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.InvalidURL)
_USUAL_REASONS: Mapping[int, CarrierReason] = MappingProxyType(
    {
        401: CarrierReason.CARRIER_SETTINGS,
        402: CarrierReason.CARRIER_SETTINGS,
        403: CarrierReason.CARRIER_SETTINGS,
        404: CarrierReason.CARRIER_SETTINGS,
        429: CarrierReason.THROTTLED,
        503: CarrierReason.CARRIER_DOWN,
    }
)

log = structlog.get_logger("licorne.carriers")


@dataclass(frozen=True, slots=True)
class Said:
    """A carrier's answer; the document is nothing where it wasn't JSON."""

    status: int
    document: Json = field(repr=False)


class HttpAsking:
    """``client`` builds the requests; ``keep_connections`` only where asking again is harmless."""

    def __init__(
        self,
        carrier: str,
        *,
        timeout: float,
        keep_connections: bool,
        auth: httpx.BasicAuth | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._carrier = carrier
        self.client = httpx.AsyncClient(
            timeout=timeout,
            auth=auth,
            headers=headers,
            follow_redirects=False,  # the address is the operator's, not the answer's
            trust_env=False,
            limits=httpx.Limits(
                max_connections=50, max_keepalive_connections=20 if keep_connections else 0
            ),
        )

    async def close(self) -> None:
        await self.client.aclose()

    async def ask(self, request: httpx.Request) -> Said | Rejected | Unknown:
        try:
            response = await self.client.send(request, stream=True)
            try:
                body = await _read_bounded(response)
            finally:
                await response.aclose()
        except _NEVER_LEFT as problem:
            log.warning("carrier out of reach", carrier=self._carrier, kind=type(problem).__name__)
            return Rejected(CarrierReason.CARRIER_DOWN, type(problem).__name__)
        except httpx.HTTPError as problem:
            log.warning(
                "carrier gave no answer", carrier=self._carrier, kind=type(problem).__name__
            )
            return Unknown(type(problem).__name__)
        return Said(response.status_code, _parsed(body))

    async def check(self, url: str, *, only_reach: bool = False) -> None:
        """Get an address of the carrier's that tells of our account.

        ``only_reach``: any answer will do. Raises `CarrierCheckFailed`.
        """
        try:
            request = self.client.build_request("GET", url)
        except httpx.InvalidURL:
            raise CarrierCheckFailed("Its address can't be read.") from None
        said = await self.ask(request)
        if not isinstance(said, Said):
            raise CarrierCheckFailed(f"It could not be reached at {request.url.host}.")
        if only_reach or 200 <= said.status < 300:
            return
        if said.status in {401, 403}:
            raise CarrierCheckFailed(
                "It doesn't accept our account: look at the account and its secret."
            )
        raise CarrierCheckFailed(f"It answered with HTTP status {said.status}.")


def sure_no(status: int) -> CarrierReason | None:
    """Give the reason of an HTTP status that says surely that nothing was taken.

    Nothing for those after which a text may have been sent: a gateway's time-out, a fault inside.
    """
    if 400 <= status < 500 and status != 408:
        return _USUAL_REASONS.get(status, CarrierReason.UNKNOWN)
    return _USUAL_REASONS.get(status)


async def _read_bounded(response: httpx.Response) -> bytes:
    """Read at most `_LARGEST_ANSWER`; a carrier's status stands, however much it says."""
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            return b""
    return body


def _parsed(body: bytes) -> Json:
    try:
        parsed: Json = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return parsed
