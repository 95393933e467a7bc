"""A contact chooses the language of the practice's pages and texts for them."""

from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.signed_in_contact import SignedInContact
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.language import Language
from licorne.store import contacts
from licorne.store.database import Database


class ChooseLanguage:
    """Only who has proved themself chooses: texts go on in a language that the person reads."""

    def __init__(self, database: Database, acts: ContactActs) -> None:
        self._database = database
        self._acts = acts

    async def __call__(self, contact: SignedInContact, language: Language) -> None:
        """Keep the choice, for this practice; the same again is no act."""
        if contact.contact.language is language:
            return
        organization, identity = contact.organization.id, contact.contact.id
        async with self._database.tenant(organization) as connection:
            await contacts.set_language(connection, organization, identity, language)
            await self._acts.record(
                connection,
                organization,
                Tag.CONTACT_CHOSE_LANGUAGE,
                identity,
                actor=contact.actor,
                detail=language.value,
            )
