"""A typed client of Licorne's API, sync and async, and the check of its webhooks' signatures.

with Licorne("https://text.example.org", token) as licorne:
licorne.send(["+12125550123"], "Your results are in.")
"""

from licorne.client.answers import (
    AddedWebhook,
    Batch,
    BatchResult,
    Contact,
    ContactPage,
    Delivery,
    Event,
    EventDelivery,
    EventPage,
    Inbox,
    LastMessage,
    Member,
    MemberPage,
    Message,
    MessagePage,
    Step,
    Thread,
    ThreadPage,
    Webhook,
    WebhookList,
)
from licorne.client.awaited import AsyncLicorne
from licorne.client.calls import File, Outgoing
from licorne.client.problem import ApiProblem
from licorne.client.waiting import Licorne
from licorne.client.webhook_check import WebhookNotGenuine, check_webhook

__all__ = [
    "AddedWebhook",
    "ApiProblem",
    "AsyncLicorne",
    "Batch",
    "BatchResult",
    "Contact",
    "ContactPage",
    "Delivery",
    "Event",
    "EventDelivery",
    "EventPage",
    "File",
    "Inbox",
    "LastMessage",
    "Licorne",
    "Member",
    "MemberPage",
    "Message",
    "MessagePage",
    "Outgoing",
    "Step",
    "Thread",
    "ThreadPage",
    "Webhook",
    "WebhookList",
    "WebhookNotGenuine",
    "check_webhook",
]
