"""How an operation of the API is described: what it takes, what it answers, to whom."""

from dataclasses import dataclass

from licorne.domain.identity.api_token import Scope

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Parameter:
    """``place`` is OpenAPI's ``in``; the schema is JSON Schema."""

    name: str
    place: str
    description: str
    schema: tuple[tuple[str, object], ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """``schema`` names a component; none for an answer without a body."""

    status: int
    description: str
    schema: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str  # under the prefix
    summary: str
    description: str
    answers: tuple[Answer, ...]
    scope: Scope | None = None
    parameters: tuple[Parameter, ...] = ()
    body: str | None = None  # the component that the JSON body is
    with_files: bool = False  # or as a part of multipart/form-data, with files beside it
    example: str | None = None  # a curl command's arguments

    @property
    def full_path(self) -> str:
        return PREFIX + self.path


PROBLEM = "Problem"
RETRY_AFTER = (("Retry-After", "Seconds to wait."),)
RATE_LIMIT = (
    ("RateLimit-Policy", "How many requests a token may make: `q` in `w` seconds."),
    ("RateLimit", "Where the token stands: `r` requests are left, for `t` seconds."),
)
WITH_TOKEN = (
    Answer(
        401,
        "The token is missing, or doesn't serve (any more).",
        PROBLEM,
        (("WWW-Authenticate", "What is wrong with the token (RFC 6750)."),),
    ),
    Answer(403, "The token hasn't the scope for this, or its holder is suspended.", PROBLEM),
    Answer(
        429,
        "Too many requests or wrong tokens, or the day's quota is used up.",
        PROBLEM,
        RETRY_AFTER,
    ),
)
FAULTY = Answer(422, "Something can't be used; `errors` says what.", PROBLEM)
BUSY = Answer(503, "Too much is going on; send it again.", PROBLEM, RETRY_AFTER)
NO_ROOM = Answer(507, "There is no room for new messages.", PROBLEM, RETRY_AFTER)
