"""What a worker does, handed over by wiring."""

from dataclasses import dataclass

from licorne.application.governing.mail_alarm import MailAlarm
from licorne.application.governing.tell_webhooks import PassOnEvents, TellWebhook
from licorne.application.keeping.destroy_records import DestroyDue
from licorne.application.keeping.expire import ExpireCopies
from licorne.application.keeping.forget import ForgetEnded
from licorne.application.keeping.sequence_audit import SequenceAudit
from licorne.application.keeping.shred import Shred
from licorne.application.receiving.answer_text import AnswerText
from licorne.application.receiving.mail_notice import MailNotice
from licorne.application.receiving.tell_of_reply import TellOfReply
from licorne.application.sending.announce import AnnounceDelivery


@dataclass(frozen=True, slots=True)
class WorkerUseCases:
    announce: AnnounceDelivery
    shred: Shred
    expire: ExpireCopies
    destroy_due: DestroyDue
    sequence_audit: SequenceAudit
    forget_ended: ForgetEnded
    pass_on_events: PassOnEvents
    tell_webhook: TellWebhook
    tell_of_reply: TellOfReply
    mail_notice: MailNotice
    mail_alarm: MailAlarm
    answer_text: AnswerText
