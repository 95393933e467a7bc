"""The doctor on the mail relay: connects, checks the certificate, signs in, and sends nothing."""

from licorne.ports.mail_relay import MailNotTaken, RelayReason
from licorne.wiring.doctor.finding import Finding, ok, problem, warning
from licorne.wiring.relay import mail_relay
from licorne.wiring.settings import Home, Settings

_SUBJECT = "relay"


async def look_at_relay(home: Home, settings: Settings) -> list[Finding]:
    relay = mail_relay(home, settings)
    if relay is None:
        return [
            warning(
                _SUBJECT,
                "No mail relay is set, so nobody is told of a reply by email. Set [relay] with"
                " host and sender.",
            )
        ]
    failed = await relay.check()
    if failed is None:
        host, port = settings.relay.host, settings.relay.port_or_usual
        signed_in = ", signed in" if settings.relay.user else ""
        return [ok(_SUBJECT, f"{host}:{port} answers, encrypted and who it says it is{signed_in}.")]
    return [problem(_SUBJECT, _sentence(failed, settings))]


def _sentence(failed: MailNotTaken, settings: Settings) -> str:
    relay = settings.relay
    where = f"{relay.host}:{relay.port_or_usual}"
    told = f" ({failed.detail})" if failed.detail else ""
    match failed.reason:
        case RelayReason.UNREACHABLE:
            return (
                f"{where} doesn't answer. Are relay.host and relay.port right, and is it let"
                " through?"
            )
        case RelayReason.NO_TLS:
            return (
                f"{where} doesn't encrypt the way relay.tls says. Use starttls with port 587, or"
                " implicit with port 465. Nothing is sent without TLS 1.2 or newer."
            )
        case RelayReason.BAD_CERTIFICATE:
            return (
                f"The certificate of {where} doesn't hold{told}. Set relay.host to the name that it"
                " is for; for an authority of your own set relay.authority_file."
            )
        case RelayReason.SIGN_IN_REFUSED:
            return f"{where} refuses relay.user with the password in relay.password_file{told}."
        case RelayReason.NOT_SET_UP if failed.detail == "password_file":
            return f"The relay's password can't be read. Put it into {relay.password_file}."
        case RelayReason.NOT_SET_UP if failed.detail == "no AUTH":
            return f"{where} takes no passwords. Leave relay.user empty, or use another port."
        case _:
            return f"{where} refuses to talk{told}. Ask whoever runs it."
