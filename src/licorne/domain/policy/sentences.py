"""What a refusal says to the person who sent the message: what is wrong and what to do."""

from licorne.domain.policy.verdict import Reason, Refuse

_SENTENCES = {
    Reason.NO_RECIPIENT: "The message has no recipient. Add a phone number, such as "
    "2125550123@secure.text.",
    Reason.TOO_MANY_RECIPIENTS: "A message can go to at most 100 people. Send it in several parts.",
    Reason.SENDER_SUSPENDED: "This account is suspended and can't send. Ask your practice's owner.",
    Reason.ORGANIZATION_SUSPENDED: "Sending is suspended for this practice. Ask its owner.",
    Reason.OPTED_OUT: "This person has asked not to be texted. Reach them another way, or ask "
    "them to turn texts on again.",
    Reason.NUMBER_REFUSED: "This phone number can't receive a secure text. Check it.",
    Reason.QUOTA: "Your practice has reached its limit of messages for today. Try again tomorrow, "
    "or ask your practice's owner to raise the limit.",
    Reason.ATTACHMENT_TYPE: "A file of the type .{detail} can't be sent because it could run as a "
    "program. Send it as a PDF or a picture.",
    Reason.TOO_LARGE: "The message is larger than your practice allows. Send fewer or smaller "
    "files.",
    Reason.EMPTY: "The message is empty. Write something or attach a file.",
    Reason.EXPIRY: "The time until the message expires must be between 5 minutes and 365 days.",
}


def sentence(refusal: Refuse) -> str:
    """Give the sentence for a refusal; it names nothing but the detail (a file's extension)."""
    return _SENTENCES[refusal.reason].format(detail=refusal.detail)
