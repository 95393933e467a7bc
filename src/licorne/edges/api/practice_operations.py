"""The operations that look at what goes on in a practice: conversations, members, events."""

from licorne.domain.identity.api_token import Scope
from licorne.edges.api.operation import FAULTY, PROBLEM, WITH_TOKEN, Answer, Operation, Parameter
from licorne.edges.api.page_query import CURSOR, LIMIT
from licorne.edges.api.thread_answers import CURSOR_PATTERN

_LINK = (("Link", 'The next page, as `rel="next"`.'),)

PRACTICE_OPERATIONS = (
    Operation(
        id="list_threads",
        method="get",
        path="/threads",
        summary="List conversations",
        description="The conversations of whom the token acts for, the latest first. Never what is"
        " said in them: a token can't read.",
        scope=Scope.SEE_THREADS,
        parameters=(
            Parameter(
                "cursor",
                "query",
                "`next_cursor` of the page before.",
                (("type", "string"), ("pattern", CURSOR_PATTERN)),
            ),
            LIMIT,
        ),
        answers=(Answer(200, "A page.", "ThreadPageAnswer", _LINK), *WITH_TOKEN, FAULTY),
        example="",
    ),
    Operation(
        id="show_thread",
        method="get",
        path="/threads/{thread}",
        summary="Look at a conversation",
        description="With whom it is, whose inbox it lies in, how its last message stands.",
        scope=Scope.SEE_THREADS,
        parameters=(
            Parameter(
                "thread",
                "path",
                "The conversation's id: `thread_id` of a delivery.",
                (("type", "string"), ("format", "uuid")),
                required=True,
            ),
        ),
        answers=(
            Answer(200, "The conversation.", "ThreadAnswer"),
            *WITH_TOKEN,
            Answer(404, "There is no such conversation of yours.", PROBLEM),
        ),
        example="",
    ),
    Operation(
        id="list_members",
        method="get",
        path="/members",
        summary="List members",
        description="Who works in the practice, in the order in which they came.",
        scope=Scope.SEE_MEMBERS,
        parameters=(CURSOR, LIMIT),
        answers=(Answer(200, "A page.", "MemberPageAnswer", _LINK), *WITH_TOKEN, FAULTY),
        example="",
    ),
    Operation(
        id="list_events",
        method="get",
        path="/events",
        summary="Follow what happens",
        description="What happened after a place in the order of events: states of deliveries,"
        " replies, people who want no more texts. Ids only. Begin without `after`, which gives the"
        " place to begin at, or with `after=0` for all that ever happened; then ask again and again"
        " with the `after` of the last answer. Nothing is left out and the order never changes, so"
        " that a program that remembers `after` once it has dealt with an answer gets every event"
        " at least once. Events show within a second or two.",
        scope=Scope.SEE_EVENTS,
        parameters=(
            Parameter(
                "after",
                "query",
                "`after` of the answer before.",
                (("type", "string"), ("pattern", "^[0-9]{1,18}$")),
            ),
            LIMIT,
        ),
        answers=(Answer(200, "Events, in order.", "EventPageAnswer"), *WITH_TOKEN, FAULTY),
        example="",
    ),
)
