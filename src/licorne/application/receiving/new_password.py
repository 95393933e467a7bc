"""Whether a contact may set a password: the rules, with what is known about the person."""

from licorne.application.receiving.locate_link import Located
from licorne.domain.pickup.password_rules import (
    AcceptedPassword,
    PasswordContext,
    RefusedPassword,
    judge_password,
)
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_contact_name, open_contact_number


def check_new_password(
    keyring: Keyring, located: Located, typed: str
) -> AcceptedPassword | RefusedPassword:
    """Judge a new password. Raises ``SealBroken`` where the contact's row was changed."""
    organization, contact = located.organization.id, located.contact
    name = open_contact_name(keyring, organization, contact.id, contact.name_sealed)
    number = open_contact_number(keyring, organization, contact.id, contact.number_sealed)
    context = PasswordContext(located.organization.name, name or "", number)
    return judge_password(typed, context)
