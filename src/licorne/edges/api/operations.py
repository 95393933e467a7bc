"""The API as data: one table, from which both the OpenAPI document and the guide are made.

A test holds it to the routes: none may be missing here, and none may stand here in vain.
"""

from dataclasses import dataclass

from licorne.domain.identity.api_token import Scope
from licorne.edges.api.idempotency import HEADER, LONGEST_KEY

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
    example: str | None = None  # a curl command's arguments

    @property
    def full_path(self) -> str:
        return PREFIX + self.path


_PROBLEM = "Problem"
_RETRY_AFTER = (("Retry-After", "Seconds to wait."),)
_MESSAGE_ID = Parameter(
    "message",
    "path",
    "The message's id, as the answer to its sending gave it.",
    (("type", "string"), ("format", "uuid")),
    required=True,
)
_WITH_TOKEN = (
    Answer(
        401,
        "The token is missing, or doesn't serve (any more).",
        _PROBLEM,
        (("WWW-Authenticate", "What is wrong with the token (RFC 6750)."),),
    ),
    Answer(403, "The token hasn't the scope for this, or its holder is suspended.", _PROBLEM),
    Answer(429, "Too many wrong tokens, or the day's quota is used up.", _PROBLEM, _RETRY_AFTER),
)
_NOT_FOUND = Answer(404, "There is no such message of yours.", _PROBLEM)
_FAULTY = Answer(422, "Something can't be used; `errors` says what.", _PROBLEM)

OPERATIONS = (
    Operation(
        id="send_message",
        method="post",
        path="/messages",
        summary="Send a secure text",
        description="Seals the message, stores it, and has an SMS with a link sent to each"
        " recipient. When this answers 201, the message is durable. It goes to all of its"
        " recipients or to none.",
        scope=Scope.SEND,
        parameters=(
            Parameter(
                HEADER,
                "header",
                "Your own name for this request, so that it can be repeated safely when the answer"
                " got lost: the same key with the same request is the same message. Kept for a"
                " week.",
                (("type", "string"), ("minLength", 1), ("maxLength", LONGEST_KEY)),
            ),
        ),
        body="NewMessage",
        answers=(
            Answer(
                201,
                "The message was taken.",
                "MessageAnswer",
                (
                    ("Location", "Where to ask what became of it."),
                    ("Idempotent-Replayed", "`true` where the request had come before."),
                ),
            ),
            Answer(400, "The body isn't JSON.", _PROBLEM),
            *_WITH_TOKEN,
            Answer(413, "The message is too large.", _PROBLEM),
            Answer(415, "The body isn't called JSON.", _PROBLEM),
            _FAULTY,
            Answer(503, "Too much is going on; send it again.", _PROBLEM, _RETRY_AFTER),
            Answer(507, "There is no room for new messages.", _PROBLEM, _RETRY_AFTER),
        ),
        example="""-H 'Content-Type: application/json' \\
  -H 'Idempotency-Key: result-4711' \\
  -d '{"to": ["2114367789@secure.text"], "text": "Your results are in."}'""",
    ),
    Operation(
        id="list_messages",
        method="get",
        path="/messages",
        summary="List your messages",
        description="The messages of whom the token acts for, newest first, with their states.",
        scope=Scope.STATE,
        parameters=(
            Parameter(
                "cursor",
                "query",
                "`next_cursor` of the page before.",
                (("type", "string"), ("pattern", "^[0-9a-f]{32}$")),
            ),
            Parameter(
                "limit",
                "query",
                "How many messages a page holds.",
                (("type", "integer"), ("minimum", 1), ("maximum", 100), ("default", 50)),
            ),
        ),
        answers=(
            Answer(200, "A page.", "MessagePage", (("Link", 'The next page, as `rel="next"`.'),)),
            *_WITH_TOKEN,
            _FAULTY,
        ),
        example="",
    ),
    Operation(
        id="message_state",
        method="get",
        path="/messages/{message}",
        summary="See what became of a message",
        description="Its deliveries with every step and its time. Never what the message says: a"
        " token can't read.",
        scope=Scope.STATE,
        parameters=(_MESSAGE_ID,),
        answers=(Answer(200, "The message.", "MessageAnswer"), *_WITH_TOKEN, _NOT_FOUND),
        example="",
    ),
    Operation(
        id="recall_message",
        method="post",
        path="/messages/{message}/recall",
        summary="Take a message back",
        description="Destroys the recipients' copies at once, read or not. The practice's copy"
        " stays, since it is its record. Doing it again does no harm.",
        scope=Scope.RECALL,
        parameters=(_MESSAGE_ID,),
        answers=(
            Answer(200, "The message, recalled.", "MessageAnswer"),
            *_WITH_TOKEN,
            _NOT_FOUND,
            Answer(409, "Its time was over before.", _PROBLEM),
        ),
        example="",
    ),
    Operation(
        id="carrier_event",
        method="post",
        path="/carriers/{carrier}/events",
        summary="Take a carrier's receipts",
        description="The address to give to your SMS carrier. How its requests are signed and"
        " read stands in your settings.",
        parameters=(
            Parameter(
                "carrier",
                "path",
                "The carrier's name in your settings.",
                (("type", "string"),),
                required=True,
            ),
        ),
        answers=(
            Answer(204, "Taken, and durable."),
            Answer(
                401,
                "The signature is missing or wrong.",
                _PROBLEM,
                (("WWW-Authenticate", "That a signature is needed."),),
            ),
            Answer(404, "No carrier of this name tells by webhook.", _PROBLEM),
            Answer(413, "Larger than a receipt can be.", _PROBLEM),
        ),
    ),
)
