"""Composes the contact's pages: every use case of pickup, from one process's core."""

from licorne.application.outside_refusals import OutsideRefusals
from licorne.application.receiving.answer_consent import AnswerConsent
from licorne.application.receiving.ask_fresh_link import AskFreshLink
from licorne.application.receiving.challenge_tries import ChallengeTries
from licorne.application.receiving.check_passkey import CheckPasskey
from licorne.application.receiving.choose_language import ChooseLanguage
from licorne.application.receiving.claim_mailbox import ClaimMailbox
from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.contact_passkeys import ContactPasskeys
from licorne.application.receiving.contact_sessions import ContactSessions
from licorne.application.receiving.contact_ways_in import ContactWaysIn
from licorne.application.receiving.download import DownloadAttachment
from licorne.application.receiving.forgot_password import ForgotPassword
from licorne.application.receiving.locate_link import LocateLink
from licorne.application.receiving.open_message import OpenMessage
from licorne.application.receiving.open_sealed import SealedReader
from licorne.application.receiving.out_of_office import OutOfOffice
from licorne.application.receiving.prove_challenge import ProveChallenge, ProveDelivery
from licorne.application.receiving.prove_owner import ProveOwner
from licorne.application.receiving.read_inbox import ReadInbox
from licorne.application.receiving.regrant_waiting import RegrantWaiting
from licorne.application.receiving.reopen_earlier import ReopenEarlier
from licorne.application.receiving.reply import Reply
from licorne.application.receiving.seal_reply import SealReply
from licorne.application.receiving.sign_in import SignIn
from licorne.application.receiving.stop_texting import StopTexting
from licorne.application.receiving.view_message import ViewMessage
from licorne.application.receiving.visit_link import VisitLink
from licorne.application.receiving.waiting_mailbox import WaitingMailbox
from licorne.application.throttle import Throttle
from licorne.edges.pickup.use_cases import PickupUseCases
from licorne.vault.passkeys import PasskeyChecks
from licorne.wiring.core import Core


def compose_pickup(core: Core, *, default_region: str = "US") -> PickupUseCases:
    """Build the use cases. ``default_region`` says how a number without a country is read."""
    database, keyring, randomness = core.app, core.keyring, core.randomness
    acts = ContactActs(core.clock, randomness)
    throttle = Throttle(database, keyring, core.clock)
    locate = LocateLink(database, keyring)
    sessions = ContactSessions(database, keyring, randomness, acts)
    reader = SealedReader(keyring, core.slots, core.blobs)
    waiting = WaitingMailbox(keyring, core.slots)
    tries = ChallengeTries(database, core.passwords, reader, acts)
    open_message = OpenMessage(database, keyring, reader, acts)
    seal_reply = SealReply(core.sealer, core.keys, core.intake_keys, core.clock, randomness)
    regrant = RegrantWaiting(keyring, core.directory, core.slots, randomness, reader, acts)
    prove = ProveOwner(database, core.passwords, throttle, acts)
    checks = PasskeyChecks(keyring)
    check = CheckPasskey(database, keyring, checks, throttle, acts)
    outside = OutsideRefusals(database, keyring, core.clock, randomness)
    passkeys = ContactPasskeys(
        database,
        keyring,
        randomness,
        checks,
        check,
        throttle,
        locate,
        sessions,
        prove,
        outside,
        acts,
    )
    return PickupUseCases(
        visit=VisitLink(database, locate, sessions, acts),
        prove_challenge=ProveChallenge(database, keyring, locate, waiting, tries, acts),
        prove_delivery=ProveDelivery(
            database, keyring, core.directory, core.slots, tries, acts, randomness
        ),
        claim=ClaimMailbox(
            database,
            keyring,
            core.passwords,
            core.slots,
            randomness,
            locate,
            waiting,
            regrant,
            sessions,
            acts,
        ),
        sign_in=SignIn(database, core.passwords, throttle, locate, sessions, acts),
        forgot_password=ForgotPassword(
            database, keyring, core.passwords, randomness, throttle, locate, sessions, acts
        ),
        ask_fresh_link=AskFreshLink(
            database, keyring, throttle, locate, acts, default_region=default_region
        ),
        sessions=sessions,
        read_inbox=ReadInbox(database),
        open_message=open_message,
        view_message=ViewMessage(
            database, core.intake, keyring, core.slots, sessions, open_message, acts
        ),
        download=DownloadAttachment(open_message, core.blobs),
        out_of_office=OutOfOffice(database, core.clock),
        reply=Reply(database, throttle, seal_reply, core.sealer, core.files, acts),
        stop_texting=StopTexting(database, throttle, locate, acts),
        answer_consent=AnswerConsent(database, keyring, acts),
        ways_in=ContactWaysIn(database, keyring, randomness, prove, acts),
        passkeys=passkeys,
        reopen=ReopenEarlier(
            database, keyring, randomness, throttle, check, passkeys, regrant, acts
        ),
        choose_language=ChooseLanguage(database, acts),
    )
