"""The operations on webhooks."""

from licorne.domain.identity.api_token import Scope
from licorne.edges.api.operation import FAULTY, PROBLEM, WITH_TOKEN, Answer, Operation, Parameter

_WEBHOOK_ID = Parameter(
    "webhook",
    "path",
    "The webhook's id.",
    (("type", "string"), ("format", "uuid")),
    required=True,
)
_NOT_FOUND = Answer(404, "There is no such webhook of yours.", PROBLEM)
_SCOPE = Scope.KEEP_WEBHOOKS

WEBHOOK_OPERATIONS = (
    Operation(
        id="list_webhooks",
        method="get",
        path="/webhooks",
        summary="List webhooks",
        description="Where events are told, and how it stands with each.",
        scope=_SCOPE,
        answers=(Answer(200, "The webhooks.", "WebhookListAnswer"), *WITH_TOKEN),
        example="",
    ),
    Operation(
        id="add_webhook",
        method="post",
        path="/webhooks",
        summary="Add a webhook",
        description="From now on each event that the token's holder may see is posted there, signed"
        " after the Standard Webhooks specification. The secret is shown once.",
        scope=_SCOPE,
        body="NewWebhook",
        answers=(
            Answer(201, "Added.", "AddedWebhookAnswer", (("Location", "Where it is."),)),
            *WITH_TOKEN,
            Answer(400, "The body isn't JSON.", PROBLEM),
            Answer(413, "The body is too large.", PROBLEM),
            Answer(415, "The body isn't called JSON.", PROBLEM),
            FAULTY,
        ),
        example="""-H 'Content-Type: application/json' \\
  -d '{"url": "https://scheduler.example/licorne", "types": ["reply.received"]}'""",
    ),
    Operation(
        id="show_webhook",
        method="get",
        path="/webhooks/{webhook}",
        summary="Look at a webhook",
        description="Where it leads, since when it fails, whether it is disabled.",
        scope=_SCOPE,
        parameters=(_WEBHOOK_ID,),
        answers=(Answer(200, "The webhook.", "WebhookAnswer"), *WITH_TOKEN, _NOT_FOUND),
        example="",
    ),
    Operation(
        id="rotate_webhook",
        method="post",
        path="/webhooks/{webhook}/rotate",
        summary="Give a webhook a new secret",
        description="For a day the earlier secret signs beside the new one.",
        scope=_SCOPE,
        parameters=(_WEBHOOK_ID,),
        answers=(Answer(200, "The new secret.", "AddedWebhookAnswer"), *WITH_TOKEN, _NOT_FOUND),
        example="",
    ),
    Operation(
        id="enable_webhook",
        method="post",
        path="/webhooks/{webhook}/enable",
        summary="Enable a webhook again",
        description="A webhook that couldn't be reached for days is disabled. Enabled again, it is"
        " told what it missed.",
        scope=_SCOPE,
        parameters=(_WEBHOOK_ID,),
        answers=(Answer(200, "The webhook.", "WebhookAnswer"), *WITH_TOKEN, _NOT_FOUND),
        example="",
    ),
    Operation(
        id="remove_webhook",
        method="delete",
        path="/webhooks/{webhook}",
        summary="Remove a webhook",
        description="Nothing is told there any more.",
        scope=_SCOPE,
        parameters=(_WEBHOOK_ID,),
        answers=(Answer(204, "Removed."), *WITH_TOKEN, _NOT_FOUND),
        example="",
    ),
)
