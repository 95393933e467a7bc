"""Says beforehand what would happen to a message for a number: at RCPT, and while one writes."""

from dataclasses import dataclass

from licorne.application.sending.screen import ScreenMessage
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.domain.policy.verdict import Refuse, Seal
from licorne.store.intake_facts import ContactFacts, IntakeFacts

# Stands for a message that breaks no rule of its own: only sender and recipient are judged.
_ANY_CONTENT = Content(subject=None, text=".")


@dataclass(frozen=True, slots=True)
class RecipientCheck:
    number: PhoneNumber
    verdict: Seal | Refuse
    facts: IntakeFacts

    @property
    def contact(self) -> ContactFacts | None:
        """The number's contact; none for one that was never written to."""
        return self.facts.contact


class CheckRecipient:
    """Reserves nothing and records nothing: the answer of the moment, not a promise."""

    def __init__(self, screen: ScreenMessage) -> None:
        self._screen = screen

    async def __call__(
        self, organization: OrganizationId, author: Actor, source: Source, number: PhoneNumber
    ) -> RecipientCheck:
        draft = Draft(organization, author, source, (number,), _ANY_CONTENT)
        facts, (verdict,) = await self._screen.check(draft)
        return RecipientCheck(number, verdict, facts)
