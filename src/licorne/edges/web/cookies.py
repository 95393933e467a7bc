"""The one cookie that each role keeps on a device."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from litestar import Response
from litestar.datastructures import Cookie

from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.settings import WebSettings

LONGEST_VALUE = 512


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """The session cookie of one role (``pickup``, ``office``), set for the whole host.

    ``__Host-`` makes browsers insist on Secure, Path=/ and no Domain, so that no other host can
    plant one (RFC 6265bis §4.1.3.2). Browsers treat ``http://localhost`` as secure, so the demo
    keeps the same names. SameSite is Lax: a link in an SMS must find the session.
    """

    role: str

    def name(self, settings: WebSettings) -> str:
        return f"__Host-{self.role}-{settings.short_id}"

    def read(self, request: WebRequest) -> str | None:
        value = request.cookies.get(self.name(web_context(request).settings))
        return value if value and len(value) <= LONGEST_VALUE else None

    def put(
        self, request: WebRequest, response: Response[Any], value: str, *, max_age: int | None
    ) -> None:
        """Set the cookie. ``max_age`` is in seconds; ``None`` ends it with the browser."""
        response.set_cookie(self._cookie(request, value, max_age))

    def clear(self, request: WebRequest, response: Response[Any]) -> None:
        response.set_cookie(self._cookie(request, "", 0))

    def csrf_token(self, request: WebRequest) -> str:
        """Make the token that forms of this session carry; empty when there is no session."""
        value = self.read(request)
        return _token(web_context(request).settings.csrf_key, self.role, value) if value else ""

    def csrf_token_matches(self, request: WebRequest, token: str) -> bool:
        expected = self.csrf_token(request)
        return bool(expected) and hmac.compare_digest(expected.encode(), token.encode())

    def _cookie(self, request: WebRequest, value: str, max_age: int | None) -> Cookie:
        return Cookie(
            key=self.name(web_context(request).settings),
            value=value,
            path="/",
            max_age=max_age,
            secure=True,
            httponly=True,
            samesite="lax",
        )


def _token(key: bytes, role: str, cookie: str) -> str:
    """Derive a token from the cookie: nothing to store, and it ends with the session."""
    told = b"\0".join((b"licorne csrf 1", role.encode(), cookie.encode()))
    return urlsafe_b64encode(hmac.digest(key, told, hashlib.sha256)).rstrip(b"=").decode()
