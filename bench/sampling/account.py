"""From stacks to a table that a reader can use: which part of the work took which share.

A sample belongs to the innermost function that some part owns, so the JSON that the vault writes
counts as sealing, and a driver's encoding counts as the driver's. What no part owns happened in the
event loop and the C code under it: sockets, TLS, waking up.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bench.sampling.recording import Place, Stack

EVENT_LOOP = "event loop, sockets and TLS (uvloop, native)"

_PARTS = (
    ("/licorne/vault/", "sealing and keys (vault)"),
    ("/licorne/store/", "rows and the write batcher (store)"),
    ("/licorne/domain/policy/", "policy (domain)"),
    ("/licorne/domain/audit/", "audit rows (domain)"),
    ("/licorne/domain/", "the rest of the domain"),
    ("/licorne/application/", "use cases (application)"),
    ("/licorne/adapters/", "adapters: blobs, slots, custody"),
    ("/licorne/edges/submission/", "submission edge: parse, refuse, answer"),
    ("/licorne/edges/api/", "API edge"),
    ("/licorne/edges/pickup/", "pickup edge"),
    ("/licorne/edges/web/", "web base: sessions, headers, errors"),
    ("/licorne/edges/worker/", "worker: jobs"),
    ("/licorne/edges/", "other edges"),
    ("/licorne/wiring/", "wiring"),
    ("/site-packages/aiosmtpd/", "SMTP protocol (aiosmtpd)"),
    ("/site-packages/asyncpg/", "PostgreSQL driver (asyncpg)"),
    ("/site-packages/pgqueuer/", "job queue (pgqueuer)"),
    ("/site-packages/litestar/", "web framework (Litestar)"),
    ("/site-packages/starlette/", "web framework (Starlette)"),
    ("/site-packages/uvicorn/", "HTTP protocol (uvicorn, httptools)"),
    ("/site-packages/jinja2/", "rendering (Jinja)"),
    ("/site-packages/markupsafe/", "rendering (Jinja)"),
    ("/site-packages/phonenumbers/", "phone numbers (phonenumbers)"),
    ("/site-packages/structlog/", "logging"),
    ("/logging/__init__.py", "logging"),
    ("/email/", "reading mail (standard library's email)"),
    ("/sslproto.py", EVENT_LOOP),
    ("<template>", "rendering (Jinja)"),
    ("/pages/", "rendering (Jinja)"),
    ("/templates/", "rendering (Jinja)"),
)


@dataclass(frozen=True, slots=True)
class Share:
    """One line of a table: what, and its part of all samples (0 to 1)."""

    what: str
    part: float


def shares_by_part(stacks: Iterable[Stack]) -> tuple[Share, ...]:
    """Return every part's share, largest first."""
    counted: Counter[str] = Counter()
    for stack in stacks:
        counted[_owner(stack.places)] += stack.samples
    return _shares(counted)


def shares_by_function(stacks: Iterable[Stack], most: int) -> tuple[Share, ...]:
    """Return the ``most`` functions that were innermost most often; C code counts
    for its caller.
    """
    counted: Counter[str] = Counter()
    for stack in stacks:
        if stack.places:
            counted[_short(stack.places[-1])] += stack.samples
    return _shares(counted)[:most]


def _owner(places: tuple[Place, ...]) -> str:
    for place in reversed(places):
        for piece, part in _PARTS:
            if piece in place.file:
                return part
    return EVENT_LOOP


def _short(place: Place) -> str:
    for root in ("/site-packages/", "/src/", "/lib/python3"):
        if root in place.file:
            file = place.file.split(root, 1)[1]
            return f"{file.split('/', 1)[1] if root == '/lib/python3' else file}: {place.function}"
    return f"{place.file}: {place.function}"


def _shares(counted: Counter[str]) -> tuple[Share, ...]:
    total = counted.total()
    return tuple(Share(what, count / total) for what, count in counted.most_common())
