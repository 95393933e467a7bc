"""How to set up each email program: what to click, in its own words, and what to know about it."""

from dataclasses import dataclass

from licorne.edges.web.language import gettext as _


@dataclass(frozen=True, slots=True)
class Sheet:
    program: str
    steps: tuple[str, ...]
    caution: str


def sheets() -> tuple[Sheet, ...]:
    """Give the sheets; the server's name, ports and the user name stand beside them."""
    sent_copy = _(
        "The program keeps its own plain copy of what you send in its Sent folder. Use it on a"
        " device that is encrypted and locked."
    )
    return (
        Sheet(
            "Thunderbird",
            (
                _("Open Settings, then Account Settings."),
                _("Choose “Outgoing Server (SMTP)”, then “Add”."),
                _("Enter the server, the port and “SSL/TLS” from this page."),
                _("Authentication method: “Normal password”. User name: your email address."),
                _("In your account’s settings choose this server for an identity of its own."),
                _("Send a message. When asked for the password, paste the app password."),
            ),
            sent_copy,
        ),
        Sheet(
            "Apple Mail",
            (
                _("Open Mail, Settings, Accounts, then “Server Settings”."),
                _("Under “Outgoing Mail Account” choose “Edit SMTP Server List”, then +."),
                _("Enter the server, your email address and the app password."),
                _("Under “Advanced” enter the port and switch on “Use TLS/SSL”."),
                _("Choose the new server when you write a secure text."),
            ),
            sent_copy
            + " "
            + _("iCloud can copy that folder to Apple’s servers: ask your practice first."),
        ),
        Sheet(
            "Outlook",
            (
                _("Add an account by “Manual setup”, type “POP or IMAP”."),
                _("Incoming server: your usual one. Outgoing server: the server on this page."),
                _("Under “Outgoing Server” switch on authentication with name and app password."),
                _("Under “Advanced” enter the port and “SSL/TLS”."),
                _("Send from this account when you write a secure text."),
            ),
            sent_copy
            + " "
            + _("The “new Outlook” sends mail by way of Microsoft’s servers: use another program."),
        ),
        Sheet(
            _("Any other program"),
            (
                _("Add an outgoing (SMTP) server with the settings on this page."),
                _("Sign in with your email address and the app password."),
                _("Write from your usual address; the address of the person is their number."),
            ),
            sent_copy,
        ),
    )
