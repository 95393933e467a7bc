"""How webhooks are sent: to the public network, and to hosts that the operator names."""

from licorne.adapters.webhooks.http_sender import HttpWebhookSender
from licorne.wiring.settings import Settings


def webhook_sender(settings: Settings) -> HttpWebhookSender:
    return HttpWebhookSender(settings.webhook_internal_hosts)
