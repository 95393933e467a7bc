"""What the API can ask the product to do."""

from dataclasses import dataclass

from licorne.application.governing.authenticate_token import AuthenticateToken
from licorne.application.governing.contacts_by_program import ContactsByProgram
from licorne.application.governing.follow_events import FollowEvents
from licorne.application.governing.keep_webhooks import KeepWebhooks
from licorne.application.governing.limit_calls import LimitCalls
from licorne.application.governing.members_by_program import MembersByProgram
from licorne.application.governing.refuse_api_call import RefuseApiCall
from licorne.application.governing.threads_by_program import ThreadsByProgram
from licorne.application.keeping.check_ready import CheckReady
from licorne.application.outside_refusals import OutsideRefusals
from licorne.application.sending.message_states import MessageStates
from licorne.application.sending.recall_message import RecallMessage
from licorne.application.sending.send_message import SendMessage
from licorne.application.sending.take_receipt import TakeReceipt
from licorne.application.sending.upload import Uploads
from licorne.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class ApiUseCases:
    authenticate: AuthenticateToken
    limit: LimitCalls
    refuse: RefuseApiCall
    send: SendMessage
    upload: Uploads
    states: MessageStates
    recall: RecallMessage
    contacts: ContactsByProgram
    threads: ThreadsByProgram
    members: MembersByProgram
    events: FollowEvents
    webhooks: KeepWebhooks
    take_receipt: TakeReceipt
    refuse_outsider: OutsideRefusals
    is_ready: CheckReady
    clock: Clock
