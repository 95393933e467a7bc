"""A person answers a consent form: once, with their name under it.

Whoever has the link answers: it was handed to them by a member, who saw them or knows the way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from licorne.application.receiving.contact_acts import ContactActs
from licorne.domain.audit.tags import Tag
from licorne.domain.consent.form import ConsentForm
from licorne.domain.consent.ledger import ConsentAct, ConsentEntry, Means, Purpose
from licorne.domain.consent.wordings import CURRENT
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.contact import Contact
from licorne.domain.identity.organization import Organization
from licorne.store import consent_forms, consents, contacts, organizations
from licorne.store.database import Connection, Database
from licorne.vault.access_secrets import consent_form_lookup
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import seal_consent_note

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class OpenForm:
    """What the page shows; nothing of it tells whose form it is."""

    form: ConsentForm
    contact: Contact
    practice: Organization


class AnswerConsent:
    def __init__(self, database: Database, keyring: Keyring, acts: ContactActs) -> None:
        self._database = database
        self._keyring = keyring
        self._acts = acts

    async def look(self, token: str) -> OpenForm | None:
        """Find an open form by its link's secret; one answer for unknown, answered and too late."""
        async with self._database.before_tenant() as connection:
            found = await consent_forms.find(connection, consent_form_lookup(self._keyring, token))
        if found is None:
            return None
        organization, identity = found
        async with self._database.tenant(organization) as connection:
            form = await consent_forms.fetch(connection, organization, identity)
            return None if form is None else await self._open(connection, form)

    async def __call__(
        self, token: str, answers: Mapping[Purpose, ConsentAct], signature: str
    ) -> OpenForm | None:
        """Write the answers down, all in one transaction; nothing where the form isn't open now.

        ``answers`` has one for each purpose that the form asks for.
        """
        seen = await self.look(token)
        if seen is None:
            return None
        organization, now = seen.form.organization, self._acts.now()
        async with self._database.tenant(organization) as connection:
            await contacts.fetch(connection, organization, seen.form.contact, lock=True)
            form = await consent_forms.fetch(connection, organization, seen.form.id)
            opened = None if form is None else await self._open(connection, form)
            if opened is None:
                return None
            await consent_forms.answer(connection, organization, opened.form.id, now)
            for purpose in opened.form.purposes:
                await self._write(connection, opened, purpose, answers[purpose], signature)
        return opened

    async def _open(self, connection: Connection, form: ConsentForm) -> OpenForm | None:
        contact = await contacts.fetch(connection, form.organization, form.contact)
        practice = await organizations.fetch(connection, form.organization)
        if contact is None or contact.removed_at is not None or practice is None:
            return None
        if not form.is_open(self._acts.now(), contact.number_epoch):
            return None
        return OpenForm(form, contact, practice)

    async def _write(
        self,
        connection: Connection,
        opened: OpenForm,
        purpose: Purpose,
        act: ConsentAct,
        signature: str,
    ) -> None:
        organization, identity = opened.form.organization, self._acts.new_id()
        now = self._acts.now()
        entry = ConsentEntry(
            organization=organization,
            id=identity,
            contact=opened.contact.id,
            number_epoch=opened.form.number_epoch,
            purpose=purpose,
            act=act,
            means=Means.WEB,
            wording=CURRENT[purpose],
            note_sealed=seal_consent_note(self._keyring, organization, identity, signature),
            said_on=now.astimezone(ZoneInfo(opened.practice.time_zone)).date(),
            recorded_by=Actor.nobody(),
            recorded_at=now,
        )
        await consents.add(connection, entry)
        given = act is ConsentAct.GIVEN
        tag = Tag.CONSENT_GIVEN_BY_CONTACT if given else Tag.CONSENT_REVOKED_BY_CONTACT
        await self._acts.record(
            connection, organization, tag, opened.contact.id, detail=f"{purpose.value} web"
        )
