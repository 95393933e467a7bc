"""From a call to a request, from an answer to its type, and when to ask again.

429 and 503 say that nothing was done, and mostly how long to wait; a call that got no answer is
repeated where that does no harm. Sending is safe to repeat: each message has an idempotency key.
"""

from typing import Any, TypeVar

import httpx
import msgspec

from licorne.client.calls import Call
from licorne.client.problem import problem_of

Answer = TypeVar("Answer")

NOTHING_DONE = frozenset({429, 503})
LONGEST_WAIT = (
    60.0  # seconds; who is told to wait longer, such as for the next day's quota, is told
)


def settings(url: str, token: str) -> dict[str, Any]:
    return {
        "base_url": url.rstrip("/") + "/api/v1",
        "headers": {"Authorization": f"Bearer {token}"},
        "timeout": 30.0,
    }


def request_for(call: Call[Any]) -> dict[str, Any]:
    """Give httpx's arguments; files are read from their beginning each time."""
    request: dict[str, Any] = {
        "method": call.method,
        "url": call.path,
        "params": call.query,
        "headers": call.headers,
    }
    if not call.files:
        return request | {"json": call.body}
    parts: list[tuple[str, tuple[str | None, Any, str]]] = [
        ("message", (None, msgspec.json.encode(call.body), "application/json"))
    ]
    for file in call.files:
        if not isinstance(file.content, bytes):
            file.content.seek(0)
        parts.append(("files", (file.name, file.content, file.type)))
    return request | {"files": parts}


def wait_before(
    tries: int, most: int, call: Call[Any], answer: httpx.Response | None
) -> float | None:
    """Say how long to wait for the next try; None when what came (or didn't) is the last word."""
    if tries >= most:
        return None
    if answer is None:
        return _usual_wait(tries) if call.repeatable else None
    if answer.status_code not in NOTHING_DONE:
        return None
    told: str = answer.headers.get("retry-after", "")
    if not told.isdecimal():
        return _usual_wait(tries)
    seconds = float(told)
    return seconds if seconds <= LONGEST_WAIT else None


def _usual_wait(tries: int) -> float:
    return 0.5 * float(2**tries)


def read(call: Call[Answer], answer: httpx.Response) -> Answer:
    """Give what was answered. Raises `ApiProblem`."""
    if not answer.is_success:
        raise problem_of(answer.status_code, answer.content)
    if call.answer is type(None):
        return None
    return msgspec.json.decode(answer.content, type=call.answer)
