"""A practice with everything real but the network around it: database, keys, slots, blobs.

    async with practice_world(cluster, tmp_path) as world:
        ada = await world.add_member("Ada Byron")
        sent = await world.send(ada, "+12125550123", "Your results are in.")

Passwords cost little here, and the clock can be set forward. Each world has a database of its own.
"""

import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.postgres import database as migrated_database

from licorne.adapters.archives.bounded import BoundedArchives
from licorne.adapters.blobs.disk import DiskBlobStore
from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.adapters.slots.disk import DiskSlotStore
from licorne.adapters.system import SystemRandomness
from licorne.application.governing.add_member import AddMember, NewMember
from licorne.application.governing.found_organization import Founding, FoundOrganization
from licorne.application.governing.record_holders import RecordHolders
from licorne.application.governing.resume_member_session import ResumeMemberSession
from licorne.application.governing.sign_in_member import SignInMember
from licorne.application.governing.start_member_session import SignedIn
from licorne.application.member_acts import MemberActs
from licorne.application.new_ids import NewIds
from licorne.application.receiving.open_sealed import SealedReader
from licorne.application.receiving.seal_reply import ReplyDraft, SealReply
from licorne.application.sending.accept import AcceptMessage
from licorne.application.sending.check_files import CheckFiles
from licorne.application.sending.check_recipient import CheckRecipient
from licorne.application.sending.meet_contact import MeetContact
from licorne.application.sending.outcome import Sent, SentDelivery
from licorne.application.sending.recall_message import RecallMessage
from licorne.application.sending.reservations import Reservations
from licorne.application.sending.screen import IntakeFactsReader, ScreenMessage
from licorne.application.sending.seal import SealMessage
from licorne.application.sending.seal_content import ContentSealer
from licorne.application.sending.send_message import SendMessage
from licorne.application.signed_in_member import SignedInMember
from licorne.application.trusted_keys import TrustedKeys
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.email_address import parse_email_address
from licorne.domain.identity.ids import MemberId, OrganizationId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.identity.role import Role
from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.domain.notice.wording import DEFAULT_NOTICE, DEFAULT_NUDGE
from licorne.domain.sealing.password_parameters import PasswordCosts
from licorne.domain.sealing.records import InstallationKeyName, IntakeKey
from licorne.store import accepted_messages, deliveries, reader_keys, reply_facts
from licorne.store.database import Database, open_database, url_for_role
from licorne.store.migrate import migrate
from licorne.store.roles import RuntimeRole, set_role_passwords
from licorne.vault.argon2_threads import Argon2Threads
from licorne.vault.intake_keys import IntakeKeyPool
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.keyring import Keyring
from licorne.vault.passwords import PasswordVault
from licorne.vault.totp import code_at, make_totp_secret

CHEAP = PasswordCosts(memory_kib=64, passes=1, lanes=1)
PASSWORD = "correct horse battery"
ROLE_PASSWORD = "a role of the tests"


class SettableClock:
    """The real time, plus whatever was added."""

    def __init__(self) -> None:
        self._added = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._added

    def monotonic(self) -> float:
        return self.now().timestamp()

    def advance(self, span: timedelta) -> None:
        self._added += span


@dataclass(frozen=True)
class Person:
    """A member as their person knows them."""

    organization: OrganizationId
    id: MemberId
    name: str
    email: str
    totp_secret: str
    password: str = PASSWORD

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.MEMBER, self.id)


@dataclass
class PracticeWorld:
    owner_url: str
    home: Path
    app: Database
    intake: Database
    owner: Database
    app_url: str
    worker_url: str
    clock: SettableClock = field(default_factory=SettableClock)
    randomness: SystemRandomness = field(default_factory=SystemRandomness)

    def __post_init__(self) -> None:
        keys = {name: {1: self.randomness.bytes(32)} for name in InstallationKeyName}
        self.keyring = Keyring(keys, self.randomness)
        self.directory = KeyDirectory(self.keyring)
        self.threads = Argon2Threads(2)
        self.passwords = PasswordVault(self.keyring, self.randomness, self.threads, CHEAP)
        self.slots = DiskSlotStore(self.home / "slots", self.randomness)
        self.blobs = DiskBlobStore(self.home / "blobs")
        self.new_id = NewIds(self.clock, self.randomness)
        self.acts = MemberActs(self.clock, self.randomness)
        self.reader = SealedReader(self.keyring, self.slots, self.blobs)
        self.keys = TrustedKeys(self.app, self.directory)
        self.sealer = ContentSealer(self.keyring, self.slots, self.blobs, self.randomness)
        self.files = CheckFiles(BoundedArchives())
        self.intake_keys = IntakeKeyPool(
            self.keyring, self.randomness, self.clock, self._keep_intake_key
        )
        self.meet = MeetContact(self.app, self.keyring, self.slots, self.clock, self.randomness)
        self.screen = ScreenMessage(
            IntakeFactsReader(self.intake, self.clock),
            Reservations(self.intake, self.clock),
            self.keyring,
        )
        self.check_recipient = CheckRecipient(self.screen)
        self.send_message = SendMessage(
            self.screen,
            self.meet,
            SealMessage(
                self.sealer,
                self.keys,
                self.intake_keys,
                self.passwords,
                self.clock,
                self.randomness,
            ),
            AcceptMessage(self.intake),
            self.sealer,
            self.files,
            self.app,
            self.keyring,
            self.clock,
            self.randomness,
        )
        self.recall_message = RecallMessage(self.app, self.slots, self.clock, self.randomness)
        self.sign_in_member = SignInMember(
            self.app,
            self.keyring,
            self.passwords,
            self.clock,
            self.randomness,
            refused_after_seconds=0,
        )
        self.resume = ResumeMemberSession(self.app, self.keyring, self.clock)
        self.record_holders = RecordHolders(
            self.keyring, self.directory, self.clock, self.randomness
        )
        self.organizations: list[OrganizationId] = []

    async def _keep_intake_key(self, row: IntakeKey) -> None:
        async with self.intake.before_tenant() as connection:
            await reader_keys.add_intake_keys(connection, [row])

    def close(self) -> None:
        self.slots.close()
        self.threads.close()

    async def found(self, name: str = "Byron Family Practice", owner: str = "Olga Owner") -> Person:
        """Found a practice with its owner."""
        new = self._new_member(owner)
        founding = Founding(
            name=name,
            region="US",
            time_zone="America/New_York",
            notice_wording=DEFAULT_NOTICE.template,
            nudge_wording=DEFAULT_NUDGE.template,
            owner=new,
            phone="+1 212 555 0100",
        )
        made = await FoundOrganization(
            self.owner, self.keyring, self.passwords, self.clock, self.randomness
        )(founding)
        self.organizations.append(made.organization)
        return Person(made.organization, made.owner, owner, new.email.text, new.totp_secret)

    async def add_member(
        self, name: str, role: Role = Role.MEMBER, organization: OrganizationId | None = None
    ) -> Person:
        """Add a member to the (first) practice, founding it where there is none."""
        if not self.organizations:
            await self.found()
        organization = organization or self.organizations[0]
        new = self._new_member(name)
        add = AddMember(self.app, self.keyring, self.passwords, self.clock, self.randomness)
        member = await add(organization, new, role, Actor.operator())
        return Person(organization, member, name, new.email.text, new.totp_secret)

    def _new_member(self, name: str) -> NewMember:
        mailbox = re.sub(r"[^a-z]+", ".", name.lower())
        address = parse_email_address(f"{mailbox}.{uuid.uuid4().hex[:6]}@example.org")
        return NewMember(name, address, PASSWORD, make_totp_secret(self.randomness))

    def code(self, person: Person) -> str:
        return code_at(person.totp_secret, self.clock.now().timestamp())

    async def sign_in(self, person: Person) -> SignedIn:
        """Sign in; the clock goes a step on, so that the next code is another."""
        self.clock.advance(timedelta(seconds=31))
        result = await self.sign_in_member(
            person.email,
            person.password,
            self.code(person),
            address="127.0.0.1",
            earlier_cookie=None,
        )
        assert isinstance(result, SignedIn), result
        return result

    async def as_member(self, person: Person) -> SignedInMember:
        """Give the person within a session, as use cases want them."""
        member = await self.resume((await self.sign_in(person)).cookie)
        assert member is not None
        return member

    async def send(
        self,
        author: Person,
        number: str,
        text: str,
        *,
        subject: str | None = None,
        html: str | None = None,
        attachments: tuple[Attachment, ...] = (),
        passphrase: str | None = None,
    ) -> Sent:
        draft = Draft(
            organization=author.organization,
            author=author.actor,
            source=Source.OFFICE,
            recipients=(PhoneNumber.from_e164(number),),
            content=Content(subject, text, html, attachments),
            passphrase=passphrase,
        )
        sent = await self.send_message(draft)
        assert isinstance(sent, Sent), sent
        return sent

    async def reply(self, author: Person, to: SentDelivery, text: str) -> None:
        """Have the contact answer, as the pickup pages do it."""
        seal = SealReply(self.sealer, self.keys, self.intake_keys, self.clock, self.randomness)
        async with self.app.tenant(author.organization) as connection:
            row = await deliveries.fetch(connection, author.organization, to.id)
            assert row is not None
            facts = await reply_facts.fetch(
                connection, author.organization, row.thread, row.mailbox
            )
            assert facts is not None
        draft = ReplyDraft(
            author.organization, row.thread, row.contact, row.mailbox, Content(None, text)
        )
        accepted, _ = await seal(draft, facts)
        async with self.app.tenant(author.organization) as connection:
            await accepted_messages.insert(connection, [accepted])

    async def audit_tags(self, organization: OrganizationId) -> list[str]:
        async with self.owner.before_tenant() as connection:
            rows = await connection.fetch(
                "SELECT tag, outcome FROM licorne.audit_event WHERE organization_id = $1"
                " ORDER BY at, id",
                organization,
            )
        return [
            row["tag"] if row["outcome"] == "done" else f"{row['tag']} (refused)" for row in rows
        ]


@asynccontextmanager
async def practice_world(cluster: EmbeddedPostgres, home: Path) -> AsyncIterator[PracticeWorld]:
    async with migrated_database(cluster, migrate) as owner_url:
        passwords = dict.fromkeys(RuntimeRole, ROLE_PASSWORD)
        await set_role_passwords(owner_url, passwords)
        urls = {
            role: url_for_role(owner_url, role, "a%20role%20of%20the%20tests") for role in passwords
        }
        app = await open_database(urls[RuntimeRole.APP], size=6)
        intake = await open_database(urls[RuntimeRole.INTAKE], size=3)
        owner = await open_database(owner_url, size=2)
        for folder in ("slots", "blobs"):
            (home / folder).mkdir(mode=0o700, exist_ok=True)
        world = PracticeWorld(
            owner_url=owner_url,
            home=home,
            app=app,
            intake=intake,
            owner=owner,
            app_url=urls[RuntimeRole.APP],
            worker_url=urls[RuntimeRole.WORKER],
        )
        try:
            yield world
        finally:
            world.close()
            for one in (app, intake, owner):
                await one.close()
