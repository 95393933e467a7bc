"""A typed client of Licorne's API, sync and async, and the check of its webhooks' signatures.

with Licorne("https://text.example.org", token) as licorne:
licorne.send(["+12125550123"], "Your results are in.")
"""

from licorne.client.answers import Delivery, Event, EventPage, Message, MessagePage, Step
from licorne.client.calls import AsyncLicorne, Licorne
from licorne.client.problem import ApiProblem
from licorne.client.webhook_check import WebhookNotGenuine, check_webhook

__all__ = [
    "ApiProblem",
    "AsyncLicorne",
    "Delivery",
    "Event",
    "EventPage",
    "Licorne",
    "Message",
    "MessagePage",
    "Step",
    "WebhookNotGenuine",
    "check_webhook",
]
