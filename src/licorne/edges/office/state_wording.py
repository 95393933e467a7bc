"""The states of messages in words: for a list, for a message, and for each step of its story."""

from dataclasses import dataclass

from licorne.domain.mailbox.identity_proof import IdentityProof
from licorne.domain.mailbox.proof import MailboxState, Proof
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.message.thread import Direction, ThreadMessage, ThreadSummary
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.edges.web.language import gettext as _


@dataclass(frozen=True, slots=True)
class StateView:
    """``tone`` is how it looks: plain, accent, success, warning or danger. Words say it, too."""

    label: str
    tone: str
    sentence: str = ""


def state_in_list(summary: ThreadSummary) -> StateView:
    if summary.last_direction is Direction.IN:
        if summary.unread:
            return StateView(_("New reply"), "accent")
        return StateView(_("Replied"), "plain")
    return _state(summary.last_state, summary.last_challenge, summary.last_reason)


def state_of_message(facts: ThreadMessage) -> StateView:
    return _state(facts.state, facts.challenge, facts.reason)


def _state(state: DeliveryState, challenge: str, reason: str | None) -> StateView:
    if challenge == "locked" and state not in _ENDED:
        return StateView(
            _("Passphrase locked"),
            "danger",
            _("It was typed wrong five times. Set a new passphrase and tell it to the person."),
        )
    match state:
        case DeliveryState.ACCEPTED:
            return StateView(_("Sending text"), "plain", _("Sealed and stored. The text is next."))
        case DeliveryState.NOTIFIED:
            return StateView(_("Text sent"), "plain", _("The carrier took the text."))
        case DeliveryState.ON_HANDSET:
            return StateView(_("Text arrived"), "plain", _("The phone has the text."))
        case DeliveryState.LINK_FETCHED:
            return StateView(
                _("Link fetched"),
                "plain",
                _("Something fetched the link: the person, or a program that previews links."),
            )
        case DeliveryState.PROVED:
            return StateView(_("Signed in"), "plain", _("The person proved who they are."))
        case DeliveryState.READ:
            return StateView(_("Read"), "success")
        case DeliveryState.ANSWERED:
            return StateView(_("Answered"), "success")
        case DeliveryState.FAILED:
            return StateView(_("Text failed"), "danger", reason_sentence(reason))
        case DeliveryState.RECALLED:
            return StateView(
                _("Recalled"), "warning", _("The person can’t open it any more. You still can.")
            )
        case DeliveryState.EXPIRED:
            return StateView(
                _("Expired"), "warning", _("The person can’t open it any more. You still can.")
            )
        case DeliveryState.RECEIVED:
            return StateView(_("New reply"), "accent")
        case DeliveryState.SEEN:
            return StateView(_("Seen"), "plain")


_ENDED = frozenset(
    {
        DeliveryState.READ,
        DeliveryState.ANSWERED,
        DeliveryState.RECALLED,
        DeliveryState.EXPIRED,
    }
)


def reason_sentence(reason: str | None) -> str:
    """Say why a text didn't get through, from a reason or from "carrier:reason"."""
    code = (reason or "").rpartition(":")[2]
    try:
        return _(CarrierReason(code).sentence)
    except ValueError:
        return _("The text could not be sent.")


def step_label(state: DeliveryState) -> str:
    return {
        DeliveryState.ACCEPTED: _("Accepted"),
        DeliveryState.NOTIFIED: _("Text sent"),
        DeliveryState.ON_HANDSET: _("Text arrived"),
        DeliveryState.LINK_FETCHED: _("Link fetched"),
        DeliveryState.PROVED: _("Proved"),
        DeliveryState.READ: _("Read"),
        DeliveryState.ANSWERED: _("Answered"),
    }[state]


def story_words(state: str, detail: str | None) -> str:
    """Tell one step of a delivery's story; a step of a later release is told by its name."""
    words = {
        "accepted": _("Accepted, sealed and stored"),
        "notified": _("A carrier took the text"),
        "on_handset": _("The phone has the text"),
        "link_fetched": _("The link was fetched, by the person or by a preview program"),
        "proved": _("The person proved who they are"),
        "read": _("Read"),
        "answered": _("Answered"),
        "failed": _("No text got through"),
        "recalled": _("Recalled"),
        "expired": _("Expired"),
        "received": _("Received"),
        "seen": _("Seen by the practice"),
        "nudge_asked": _("A reminder was asked for"),
        "nudged": _("A reminder was sent"),
        "nudge_failed": _("The reminder did not get through"),
        "fresh_link_sent": _("A fresh link was sent"),
        "fresh_link_failed": _("A fresh link did not get through"),
        "notice_rejected": _("A carrier did not take the text"),
        "notice_unknown": _("A carrier gave no answer; the text may have been sent"),
        "notice_undelivered": _("The carrier could not deliver the text"),
        "challenge_set": _("A new passphrase was set"),
        "challenge_failed": _("A wrong passphrase was tried"),
        "challenge_locked": _("The passphrase locked after five wrong tries"),
        "claim_lost": _("Somebody else had set the password a moment before"),
        "mailbox_reset": _("The password was reset from this phone"),
        "regranted": _("Given back after a reset"),
        "number_changed_hands": _("The number went to someone else: nobody can open it any more"),
        "reopened": _("Opened again by the person after a reset"),
    }.get(state, state.replace("_", " ").capitalize())
    return f"{words} ({detail_words(detail)})" if detail else words


def detail_words(detail: str) -> str:
    proofs = {
        IdentityProof.IN_PERSON.value: _("identity checked in person"),
        IdentityProof.VIDEO.value: _("identity checked over video"),
        IdentityProof.OTHER_CHANNEL.value: _("identity checked over another channel"),
        "recovery_code": _("with their recovery code"),
        "passkey": _("with their passkey"),
    }
    return proofs.get(detail, detail.replace(":", ": ").replace("_", " "))


def proof_view(state: MailboxState, proof: Proof, generation: int) -> StateView:
    """Say how sure we are that the mailbox is the person's."""
    if state is MailboxState.WAITING or proof is Proof.NONE:
        return StateView(
            _("Not visited yet"), "plain", _("Nobody has opened a message on this number yet.")
        )
    if proof is Proof.PASSPHRASE:
        return StateView(
            _("Proved by passphrase"), "success", _("They knew a passphrase that you gave them.")
        )
    if proof is Proof.IN_PERSON:
        return StateView(_("Proved in person"), "success", _("They scanned the code at the desk."))
    if generation > 1:
        return StateView(
            _("Password was reset"),
            "warning",
            _("Whoever holds this phone number set a new password. Nothing else is proved."),
        )
    return StateView(
        _("First visitor"),
        "plain",
        _("Whoever opened the first link set the password. Nothing else is proved."),
    )
