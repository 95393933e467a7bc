"""What the office can do: every use case that its pages call, and what it knows of outside."""

from dataclasses import dataclass

from licorne.application.governing.accept_invitation import AcceptInvitation
from licorne.application.governing.ask_consent import AskConsent
from licorne.application.governing.ask_nudge import AskNudge
from licorne.application.governing.assign_thread import AssignThread
from licorne.application.governing.change_authenticator import ChangeAuthenticator
from licorne.application.governing.change_hands import ChangeHands
from licorne.application.governing.change_password import ChangePassword
from licorne.application.governing.change_texting import ChangeTexting
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
from licorne.application.governing.read_audit import ReadAudit
from licorne.application.governing.recover_member import RecoverMember
from licorne.application.governing.recovery_kit import RecoveryKit
from licorne.application.governing.regrant_mailbox import RegrantMailbox
from licorne.application.governing.release_record_key import ReleaseRecordKey
from licorne.application.governing.resume_member_session import ResumeMemberSession
from licorne.application.governing.review_held_texts import ReviewHeldTexts
from licorne.application.governing.see_arrangement import SeeArrangement
from licorne.application.governing.see_record_key import SeeRecordKey
from licorne.application.governing.set_passphrase import SetPassphrase
from licorne.application.governing.sign_in_member import SignInMember
from licorne.application.governing.trust_in_emergency import TrustInEmergency
from licorne.application.governing.use_passkeys import UsePasskeys
from licorne.application.incidents.keep_incidents import KeepIncidents
from licorne.application.incidents.see_exposure import SeeExposure
from licorne.application.keeping.destroy_records import DestroyNow
from licorne.application.keeping.export_correspondence import ExportCorrespondence
from licorne.application.keeping.keep_holds import KeepHolds
from licorne.application.keeping.keep_retention import KeepRetention
from licorne.application.keeping.see_contact_records import SeeContactRecords
from licorne.application.permit import Permit
from licorne.application.receiving.copy_thread import CopyThread
from licorne.application.receiving.follow_delivery import FollowDelivery
from licorne.application.receiving.list_threads import ListThreads
from licorne.application.receiving.member_download import MemberDownload
from licorne.application.receiving.read_thread import ReadThread
from licorne.application.receiving.see_thread_work import SeeThreadWork
from licorne.application.receiving.watch_inboxes import WatchInboxes
from licorne.application.receiving.write_note import WriteNote
from licorne.application.sending.check_recipient import CheckRecipient
from licorne.application.sending.recall_message import RecallMessage
from licorne.application.sending.send_message import SendMessage
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness


@dataclass(frozen=True, slots=True)
class OfficeUseCases:
    permit: Permit
    sign_in: SignInMember
    resume: ResumeMemberSession
    sign_out: EndMemberSession
    list_threads: ListThreads
    read_thread: ReadThread
    mark_thread: MarkThread
    thread_work: SeeThreadWork
    assign: AssignThread
    note: WriteNote
    teams: KeepTeams
    let_in: LetIn
    rules: KeepInboxRules
    follow_delivery: FollowDelivery
    download: MemberDownload
    watch: WatchInboxes
    send: SendMessage
    check_recipient: CheckRecipient
    recall: RecallMessage
    nudge: AskNudge
    set_passphrase: SetPassphrase
    contacts: LookUpContacts
    keep_contact: KeepContact
    texting: ChangeTexting
    regrant: RegrantMailbox
    change_hands: ChangeHands
    app_passwords: KeepAppPasswords
    audit: ReadAudit
    members: GovernMembers
    ways_in: KeepWaysIn
    change_password: ChangePassword
    change_authenticator: ChangeAuthenticator
    recovery_code: MakeRecoveryCode
    invitations: KeepInvitations
    accept: AcceptInvitation
    recover: RecoverMember
    hand_over: HandOver
    let_go: LetGo
    passkeys: UsePasskeys
    arrangement: SeeArrangement
    mail_wishes: KeepMailWishes
    language: KeepLanguage
    retention: KeepRetention
    consent: KeepConsent
    ask_consent: AskConsent
    held_texts: ReviewHeldTexts
    holds: KeepHolds
    contact_records: SeeContactRecords
    destroy: DestroyNow
    record_key: SeeRecordKey
    record_holders: KeepRecordHolders
    release: ReleaseRecordKey
    kit: RecoveryKit
    alarms: HearAlarms
    emergency: OpenInEmergency
    trust: TrustInEmergency
    export: ExportCorrespondence
    copy_thread: CopyThread
    incidents: KeepIncidents
    exposure: SeeExposure


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where email programs submit: what the set-up sheets say."""

    host: str
    starttls_port: int
    tls_port: int


@dataclass(frozen=True, slots=True)
class OfficeSurroundings:
    """``link_example`` is a pickup link as long as a real one, for previews of the text."""

    clock: Clock
    randomness: Randomness
    mail_server: MailServer
    link_example: str
    mails_replies: bool = True  # whether a relay is set
