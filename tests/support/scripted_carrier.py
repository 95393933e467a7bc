"""A carrier that answers as it is told, and remembers what it was asked."""

import uuid
from collections.abc import Callable

from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import (
    Accepted,
    Answer,
    Capabilities,
    Outbound,
    Receipt,
    Rejected,
    Unknown,
    Webhook,
)

LIVE = Capabilities(live=True, receipts=True)
DOWN = Rejected(CarrierReason.CARRIER_DOWN, "http_503")


class ScriptedCarrier:
    """``answers`` are given in turn; the last one stays. A callable is called with the text."""

    def __init__(
        self,
        name: str,
        *answers: Answer | Exception | Callable[[Outbound], Answer],
        capabilities: Capabilities = LIVE,
    ) -> None:
        self.name = name
        self.capabilities = capabilities
        self.answers = list(answers) or [Accepted()]
        self.sent: list[Outbound] = []
        self.known: dict[uuid.UUID, Receipt] = {}
        self.looked_up: list[uuid.UUID] = []

    async def send(self, message: Outbound) -> Answer:
        self.sent.append(message)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Accepted | Rejected | Unknown):
            return answer
        return answer(message)

    async def reconcile(self, attempt: uuid.UUID) -> Receipt | None:
        self.looked_up.append(attempt)
        return self.known.get(attempt)

    def verify_and_parse(self, webhook: Webhook) -> tuple[Receipt, ...]:
        raise NotImplementedError
