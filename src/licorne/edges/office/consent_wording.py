"""The ledger's codes in the words of the office."""

from licorne.domain.consent.ledger import ConsentAct, Means, Purpose, Standing
from licorne.edges.web.language import gettext as _


def purpose_words(purpose: Purpose) -> str:
    return {
        Purpose.NOTICES: _("Notices of secure messages"),
        Purpose.REMINDERS: _("Reminders"),
        Purpose.ALERTS: _("Alerts"),
        Purpose.MARKETING: _("Marketing"),
    }[purpose]


def means_words(means: Means) -> str:
    return {
        Means.PAPER: _("On a signed form"),
        Means.VOICE: _("By word of mouth"),
        Means.WEB: _("On our web form"),
        Means.PORTAL: _("In another system of ours"),
        Means.TEXT: _("By text"),
    }[means]


def act_words(act: ConsentAct) -> str:
    return {
        ConsentAct.GIVEN: _("Agrees"),
        ConsentAct.REVOKED: _("Takes it back"),
    }[act]


def standing_words(standing: Standing) -> tuple[str, str]:
    """Give a chip's words and its kind."""
    return {
        Standing.NONE: (_("Not recorded"), "plain"),
        Standing.GIVEN: (_("Agreed"), "success"),
        Standing.REVOKED: (_("Taken back"), "warning"),
    }[standing]
