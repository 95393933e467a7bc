"""What the contact's pages call."""

from dataclasses import dataclass

from licorne.application.receiving.answer_consent import AnswerConsent
from licorne.application.receiving.ask_fresh_link import AskFreshLink
from licorne.application.receiving.choose_language import ChooseLanguage
from licorne.application.receiving.claim_mailbox import ClaimMailbox
from licorne.application.receiving.contact_passkeys import ContactPasskeys
from licorne.application.receiving.contact_sessions import ContactSessions
from licorne.application.receiving.contact_ways_in import ContactWaysIn
from licorne.application.receiving.download import DownloadAttachment
from licorne.application.receiving.forgot_password import ForgotPassword
from licorne.application.receiving.open_message import OpenMessage
from licorne.application.receiving.out_of_office import OutOfOffice
from licorne.application.receiving.prove_challenge import ProveChallenge, ProveDelivery
from licorne.application.receiving.read_inbox import ReadInbox
from licorne.application.receiving.reopen_earlier import ReopenEarlier
from licorne.application.receiving.reply import Reply
from licorne.application.receiving.sign_in import SignIn
from licorne.application.receiving.stop_texting import StopTexting
from licorne.application.receiving.view_message import ViewMessage
from licorne.application.receiving.visit_link import VisitLink


@dataclass(frozen=True, slots=True)
class PickupUseCases:
    visit: VisitLink
    prove_challenge: ProveChallenge
    prove_delivery: ProveDelivery
    claim: ClaimMailbox
    sign_in: SignIn
    forgot_password: ForgotPassword
    ask_fresh_link: AskFreshLink
    sessions: ContactSessions
    read_inbox: ReadInbox
    open_message: OpenMessage
    view_message: ViewMessage
    download: DownloadAttachment
    reply: Reply
    out_of_office: OutOfOffice
    stop_texting: StopTexting
    answer_consent: AnswerConsent
    ways_in: ContactWaysIn
    passkeys: ContactPasskeys
    reopen: ReopenEarlier
    choose_language: ChooseLanguage
