"""The operations on messages: send, send many, look, take back."""

from licorne.domain.identity.api_token import Scope
from licorne.edges.api.idempotency import HEADER, LONGEST_KEY
from licorne.edges.api.operation import (
    BUSY,
    FAULTY,
    NO_ROOM,
    PROBLEM,
    WITH_TOKEN,
    Answer,
    Operation,
    Parameter,
)
from licorne.edges.api.page_query import CURSOR, LIMIT

_MESSAGE_ID = Parameter(
    "message",
    "path",
    "The message's id, as the answer to its sending gave it.",
    (("type", "string"), ("format", "uuid")),
    required=True,
)
_NOT_FOUND = Answer(404, "There is no such message of yours.", PROBLEM)

MESSAGE_OPERATIONS = (
    Operation(
        id="send_message",
        method="post",
        path="/messages",
        summary="Send a secure text",
        description="Seals the message, stores it, and has an SMS with a link sent to each"
        " recipient. When this answers 201, the message is durable. It goes to all of its"
        " recipients or to none. As `multipart/form-data` the first part, `message`, is the same"
        " JSON, and each further one, `files`, is a file, sealed as it comes.",
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
        with_files=True,
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
            Answer(400, "The body isn't JSON, or its parts break off.", PROBLEM),
            *WITH_TOKEN,
            Answer(413, "The message is too large.", PROBLEM),
            Answer(415, "The body is called neither JSON nor multipart.", PROBLEM),
            FAULTY,
            BUSY,
            NO_ROOM,
        ),
        example="""-H 'Content-Type: application/json' \\
  -H 'Idempotency-Key: result-4711' \\
  -d '{"to": ["2114367789@secure.text"], "text": "Your results are in."}'""",
    ),
    Operation(
        id="send_batch",
        method="post",
        path="/messages/batch",
        summary="Send many messages at once",
        description="Up to 1,000 messages in one request. Each is taken or refused by itself, as if"
        " it had come alone; `results` has them in the order of the request. Give each a key of its"
        " own, and the whole batch can be repeated safely when the answer got lost.",
        scope=Scope.SEND,
        body="NewBatch",
        answers=(
            Answer(200, "Each message's own result.", "BatchAnswer"),
            Answer(400, "The body isn't JSON.", PROBLEM),
            *WITH_TOKEN,
            Answer(413, "The batch is too large.", PROBLEM),
            Answer(415, "The body isn't called JSON.", PROBLEM),
            FAULTY,
            BUSY,
        ),
        example="""-H 'Content-Type: application/json' \\
  -d '{"messages": [
    {"to": ["2114367789@secure.text"], "text": "Your results are in.", "idempotency_key": "4711"},
    {"to": ["+12125550123"], "text": "See you on Monday.", "idempotency_key": "4712"}]}'""",
    ),
    Operation(
        id="list_messages",
        method="get",
        path="/messages",
        summary="List your messages",
        description="The messages of whom the token acts for, newest first, with their states.",
        scope=Scope.STATE,
        parameters=(
            CURSOR,
            LIMIT,
        ),
        answers=(
            Answer(200, "A page.", "MessagePage", (("Link", 'The next page, as `rel="next"`.'),)),
            *WITH_TOKEN,
            FAULTY,
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
        answers=(Answer(200, "The message.", "MessageAnswer"), *WITH_TOKEN, _NOT_FOUND),
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
            *WITH_TOKEN,
            _NOT_FOUND,
            Answer(409, "Its time was over before.", PROBLEM),
        ),
        example="",
    ),
)
