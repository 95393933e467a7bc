"""Makes a form for a person to answer; a member hands out its link, or shows it as a QR code."""

from collections.abc import Sequence

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.domain.audit.tags import Tag
from licorne.domain.consent.form import LIFETIME, ConsentForm
from licorne.domain.consent.ledger import Purpose
from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.permission import Permission
from licorne.ports.randomness import Randomness
from licorne.store import consent_forms, contacts
from licorne.store.database import Database
from licorne.vault.access_secrets import consent_form_lookup, make_consent_form_token
from licorne.vault.keyring import Keyring


class AskConsent:
    def __init__(
        self, database: Database, keyring: Keyring, randomness: Randomness, acts: MemberActs
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._randomness = randomness
        self._acts = acts

    async def __call__(
        self, by: ActingMember, contact: ContactId, purposes: Sequence[Purpose]
    ) -> str | None:
        """Give the secret of the form's link, good for a day; nothing without such a contact."""
        await self._acts.permit(self._database, by, Permission.CHANGE_CONTACTS)
        organization, now = by.organization.id, self._acts.now()
        token = make_consent_form_token(self._randomness)
        async with self._database.tenant(organization) as connection:
            found = await contacts.fetch(connection, organization, contact)
            if found is None or found.removed_at is not None:
                return None
            form = ConsentForm(
                organization=organization,
                id=self._acts.new_id(),
                contact=contact,
                number_epoch=found.number_epoch,
                purposes=tuple(purposes),
                token_hash=consent_form_lookup(self._keyring, token),
                made_by=by.id,
                made_at=now,
                expires_at=now + LIFETIME,
            )
            await consent_forms.add(connection, form)
            await self._acts.record(connection, by, Tag.CONSENT_ASKED, contact)
        return token
