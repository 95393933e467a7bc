"""Composes the API: every use case of programs, from one process's core."""

from licorne.application.governing.authenticate_token import AuthenticateToken
from licorne.application.governing.contacts_by_program import ContactsByProgram
from licorne.application.governing.follow_events import FollowEvents
from licorne.application.governing.keep_webhooks import KeepWebhooks
from licorne.application.governing.limit_calls import LimitCalls
from licorne.application.governing.members_by_program import MembersByProgram
from licorne.application.governing.program_acts import ProgramActs
from licorne.application.governing.refuse_api_call import RefuseApiCall
from licorne.application.governing.threads_by_program import ThreadsByProgram
from licorne.application.keeping.check_ready import CheckReady
from licorne.application.outside_refusals import OutsideRefusals
from licorne.application.sending.carriers import Carriers
from licorne.application.sending.message_states import MessageStates
from licorne.application.sending.recall_message import RecallMessage
from licorne.application.sending.take_receipt import TakeReceipt
from licorne.application.sending.upload import Uploads
from licorne.edges.api.use_cases import ApiUseCases
from licorne.wiring.core import Core, Sending
from licorne.wiring.texts import compose_text_taker
from licorne.wiring.webhooks import webhook_sender


def compose_api(core: Core, sending: Sending, carriers: Carriers) -> ApiUseCases:
    database, keyring, clock, randomness = core.app, core.keyring, core.clock, core.randomness
    acts = ProgramActs(clock, randomness)
    return ApiUseCases(
        authenticate=AuthenticateToken(database, keyring, clock, randomness),
        limit=LimitCalls(core.facts, keyring, clock, core.settings.api_requests_per_minute),
        refuse=RefuseApiCall(database, clock, randomness),
        send=sending.send,
        upload=Uploads(core.sealer, core.files, clock, randomness),
        states=MessageStates(database, keyring, clock, randomness),
        recall=RecallMessage(database, core.slots, clock, randomness),
        contacts=ContactsByProgram(database, keyring, sending.meet, acts),
        threads=ThreadsByProgram(database, acts),
        members=MembersByProgram(database, keyring, acts),
        events=FollowEvents(database, acts),
        webhooks=KeepWebhooks(database, keyring, webhook_sender(core.settings), randomness, acts),
        take_receipt=TakeReceipt(database, carriers, clock, randomness, compose_text_taker(core)),
        refuse_outsider=OutsideRefusals(database, keyring, clock, randomness),
        is_ready=CheckReady(database),
        clock=clock,
    )
