"""Composes the members' pages: every use case of the office, from one process's core."""

from urllib.parse import urlsplit

from licorne.application.governing.accept_invitation import AcceptInvitation
from licorne.application.governing.ask_consent import AskConsent
from licorne.application.governing.ask_nudge import AskNudge
from licorne.application.governing.assign_thread import AssignThread
from licorne.application.governing.change_authenticator import ChangeAuthenticator
from licorne.application.governing.change_hands import ChangeHands
from licorne.application.governing.change_password import ChangePassword
from licorne.application.governing.change_texting import ChangeTexting
from licorne.application.governing.emergency_keys import EmergencyKeys
from licorne.application.governing.end_member_session import EndMemberSession
from licorne.application.governing.govern_members import GovernMembers
from licorne.application.governing.hand_over import HandOver
from licorne.application.governing.hear_alarms import HearAlarms
from licorne.application.governing.keep_app_passwords import KeepAppPasswords
from licorne.application.governing.keep_consent import KeepConsent
from licorne.application.governing.keep_contact import KeepContact
from licorne.application.governing.keep_inbox_rules import KeepInboxRules
from licorne.application.governing.keep_invitations import KeepInvitations
from licorne.application.governing.keep_language import KeepLanguage
from licorne.application.governing.keep_mail_wishes import KeepMailWishes
from licorne.application.governing.keep_record_holders import KeepRecordHolders
from licorne.application.governing.keep_teams import KeepTeams
from licorne.application.governing.keep_ways_in import KeepWaysIn
from licorne.application.governing.let_go import LetGo
from licorne.application.governing.let_in import LetIn
from licorne.application.governing.look_up_contacts import LookUpContacts
from licorne.application.governing.make_recovery_code import MakeRecoveryCode
from licorne.application.governing.mark_thread import MarkThread
from licorne.application.governing.open_in_emergency import OpenInEmergency
from licorne.application.governing.prove_again import ProveAgain
from licorne.application.governing.read_audit import ReadAudit
from licorne.application.governing.record_holders import RecordHolders
from licorne.application.governing.recover_member import RecoverMember
from licorne.application.governing.recovery_kit import RecoveryKit
from licorne.application.governing.regrant_mailbox import RegrantMailbox
from licorne.application.governing.release_record_key import ReleaseRecordKey
from licorne.application.governing.resume_member_session import ResumeMemberSession
from licorne.application.governing.return_member import ReturnMember
from licorne.application.governing.review_held_texts import ReviewHeldTexts
from licorne.application.governing.see_arrangement import SeeArrangement
from licorne.application.governing.see_record_key import SeeRecordKey
from licorne.application.governing.set_passphrase import SetPassphrase
from licorne.application.governing.sign_in_member import SignInMember
from licorne.application.governing.start_member_session import StartMemberSession
from licorne.application.governing.team_keys import TeamKeys
from licorne.application.governing.trust_in_emergency import TrustInEmergency
from licorne.application.governing.use_passkeys import UsePasskeys
from licorne.application.incidents.incident_keys import IncidentKeys
from licorne.application.incidents.keep_incidents import KeepIncidents
from licorne.application.incidents.see_exposure import SeeExposure
from licorne.application.keeping.destroy_records import DestroyNow
from licorne.application.keeping.export_correspondence import ExportCorrespondence
from licorne.application.keeping.keep_holds import KeepHolds
from licorne.application.keeping.keep_retention import KeepRetention
from licorne.application.keeping.see_contact_records import SeeContactRecords
from licorne.application.member_acts import MemberActs
from licorne.application.permit import Permit
from licorne.application.receiving.copy_thread import CopyThread
from licorne.application.receiving.follow_delivery import FollowDelivery
from licorne.application.receiving.list_threads import ListThreads
from licorne.application.receiving.member_download import MemberDownload
from licorne.application.receiving.open_sealed import SealedReader
from licorne.application.receiving.read_thread import ReadThread
from licorne.application.receiving.read_written import ReadWritten
from licorne.application.receiving.see_thread_work import SeeThreadWork
from licorne.application.receiving.watch_inboxes import WatchInboxes
from licorne.application.receiving.write_note import WriteNote
from licorne.application.sending.recall_message import RecallMessage
from licorne.application.throttle import Throttle
from licorne.edges.office.use_cases import MailServer, OfficeSurroundings, OfficeUseCases
from licorne.store.events import ChangeFeed
from licorne.vault.passkeys import PasskeyChecks
from licorne.wiring.core import Core, Sending
from licorne.wiring.installation_facts import Installation
from licorne.wiring.listening import port_of

_TOKEN_LETTERS = 22  # as `vault.link_tokens` makes them
_SMTP_PORTS = (587, 465)  # RFC 6409, RFC 8314: what a practice's own network shows outside


def compose_office(core: Core, sending: Sending, feed: ChangeFeed) -> OfficeUseCases:
    """Build the use cases; ``feed`` is started by the caller."""
    database, keyring, randomness = core.app, core.keyring, core.randomness
    acts = MemberActs(core.clock, randomness)
    resume = ResumeMemberSession(database, keyring, core.clock)
    prove = ProveAgain(database, keyring, core.passwords, core.clock, acts)
    team_keys = TeamKeys(keyring, core.directory, core.clock, randomness)
    returned = ReturnMember(database, keyring, core.passwords, core.clock, randomness, team_keys)
    holders = RecordHolders(keyring, core.directory, core.clock, randomness)
    reader = SealedReader(keyring, core.slots, core.blobs)
    read_thread = ReadThread(database, keyring, reader, acts)
    read_written = ReadWritten(database, keyring, reader, core.blobs, acts)
    return OfficeUseCases(
        permit=Permit(database, acts),
        sign_in=SignInMember(database, keyring, core.passwords, core.clock, randomness),
        resume=resume,
        sign_out=EndMemberSession(database, acts),
        list_threads=ListThreads(database, keyring, acts),
        read_thread=read_thread,
        mark_thread=MarkThread(database, acts),
        follow_delivery=FollowDelivery(database),
        download=MemberDownload(
            database, keyring, reader, core.blobs, acts, EmergencyKeys(holders, core.clock)
        ),
        watch=WatchInboxes(database, feed, resume.is_live),
        send=sending.send,
        check_recipient=sending.check_recipient,
        recall=RecallMessage(database, core.slots, core.clock, randomness),
        nudge=AskNudge(database, keyring, acts),
        set_passphrase=SetPassphrase(
            database,
            keyring,
            core.directory,
            core.passwords,
            reader,
            core.slots,
            randomness,
            acts,
        ),
        contacts=LookUpContacts(database, keyring, acts),
        keep_contact=KeepContact(database, keyring, sending.meet, acts),
        texting=ChangeTexting(database, acts),
        regrant=RegrantMailbox(
            database, keyring, core.directory, reader, core.slots, randomness, acts
        ),
        change_hands=ChangeHands(database, keyring, core.slots, randomness, acts),
        app_passwords=KeepAppPasswords(database, keyring, randomness, acts),
        audit=ReadAudit(database, keyring, acts),
        members=GovernMembers(database, keyring, acts),
        ways_in=KeepWaysIn(database, acts),
        change_password=ChangePassword(database, core.passwords, prove, acts),
        change_authenticator=ChangeAuthenticator(database, keyring, randomness, prove, acts),
        recovery_code=MakeRecoveryCode(database, keyring, randomness, prove, acts),
        invitations=KeepInvitations(database, keyring, randomness, acts),
        accept=AcceptInvitation(
            database, keyring, core.passwords, core.clock, randomness, returned
        ),
        let_go=LetGo(database, team_keys, holders, acts),
        passkeys=UsePasskeys(
            database,
            keyring,
            core.passwords,
            core.clock,
            randomness,
            PasskeyChecks(keyring),
            prove,
            StartMemberSession(keyring, core.clock, randomness),
            acts,
        ),
        arrangement=SeeArrangement(database, keyring, acts),
        mail_wishes=KeepMailWishes(database, acts),
        language=KeepLanguage(database, acts),
        retention=KeepRetention(database, keyring, acts),
        held_texts=ReviewHeldTexts(database, keyring, acts),
        consent=KeepConsent(database, keyring, acts),
        ask_consent=AskConsent(database, keyring, randomness, acts),
        holds=KeepHolds(database, keyring, acts),
        contact_records=SeeContactRecords(database, keyring, acts),
        destroy=DestroyNow(database, acts),
        thread_work=SeeThreadWork(database, keyring, reader, acts),
        assign=AssignThread(database, acts),
        note=WriteNote(database, core.keys, core.intake_keys, core.sealer, acts),
        export=ExportCorrespondence(
            database, keyring, holders, read_written, Throttle(database, keyring, core.clock), acts
        ),
        copy_thread=CopyThread(database, keyring, read_written, acts),
        teams=KeepTeams(database, team_keys, acts),
        let_in=LetIn(database, keyring, team_keys, holders, acts),
        rules=KeepInboxRules(database, acts),
        incidents=KeepIncidents(
            database, keyring, IncidentKeys(keyring, core.directory, holders), randomness, acts
        ),
        exposure=SeeExposure(database, keyring, acts),
        recover=RecoverMember(database, keyring, core.passwords, core.clock, randomness),
        hand_over=HandOver(
            database, keyring, core.directory, reader, core.slots, randomness, holders, acts
        ),
        record_key=SeeRecordKey(database, keyring, holders, acts),
        record_holders=KeepRecordHolders(database, holders, prove, acts),
        release=ReleaseRecordKey(database, keyring, prove, acts),
        alarms=HearAlarms(database, keyring, acts),
        emergency=OpenInEmergency(database, keyring, read_thread, holders, prove, acts),
        trust=TrustInEmergency(database, holders, prove, acts),
        kit=RecoveryKit(database, keyring, randomness, holders, prove, acts),
    )


def office_surroundings(installation: Installation, core: Core) -> OfficeSurroundings:
    """Say what the office tells of outside: where mail is submitted, how long a link is."""
    starttls, tls = (
        port_of(sockets[0]) if sockets else usual
        for sockets, usual in zip((installation.smtp, installation.smtps), _SMTP_PORTS, strict=True)
    )
    host = urlsplit(installation.public_url).hostname or core.settings.smtp_name
    return OfficeSurroundings(
        clock=core.clock,
        randomness=core.randomness,
        mail_server=MailServer(host, starttls, tls),
        link_example=f"{installation.pickup_url}/{'a1B2c3D4e5F6' * 2}"[
            : len(installation.pickup_url) + 1 + _TOKEN_LETTERS
        ],
        mails_replies=bool(core.settings.relay.host),
    )
