"""The headers that every response carries, whatever made it."""

from litestar.types import Message, Scope

from licorne.edges.web.context import WebContext

STATIC_PREFIX = "/static/"

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture",
        "geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment",
        "serial", "usb", "xr-spatial-tracking",
    )
)  # fmt: skip

TWO_YEARS = 63_072_000


def content_security_policy(nonce: str) -> str:
    """Allow our own nonce'd scripts and styles and nothing from anywhere else (CSP 3)."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            f"style-src 'nonce-{nonce}'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def with_security_headers(message: Message, context: WebContext, scope: Scope) -> Message:
    """Add to a response's start what it doesn't say itself.

    A response may bring its own policy (a sandboxed document has a stricter one), never lose it.
    """
    if message["type"] != "http.response.start":
        return message
    headers = list(message["headers"])
    said = {name.lower() for name, _ in headers}
    for name, value in _wanted(context, scope["path"].startswith(STATIC_PREFIX)):
        if name not in said:
            headers.append((name, value))
    return {**message, "headers": headers}


def _wanted(context: WebContext, is_static: bool) -> list[tuple[bytes, bytes]]:
    wanted = [
        (b"content-security-policy", content_security_policy(context.nonce).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        # Not no-referrer: that would make the Origin of a form's POST "null".
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", PERMISSIONS.encode()),
        (b"x-robots-tag", b"noindex, nofollow"),
    ]
    if not is_static:
        wanted.append((b"cache-control", b"no-store"))
    wanted += [(name.lower().encode(), value.encode()) for name, value in context.also.items()]
    if context.settings.https:
        wanted.append((b"strict-transport-security", f"max-age={TWO_YEARS}".encode()))
    return wanted
