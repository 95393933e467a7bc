"""The passphrase of one delivery: an inner layer in that contact's grants.

`passwords.PasswordVault` makes a `ChallengeSecret`, either new or of the grant's parameters and
what somebody typed. One passphrase may serve several deliveries of a message: the key of each
layer is bound to its own.
"""

from dataclasses import dataclass, field

from licorne.domain.identity.ids import DeliveryId, MessageId, OrganizationId
from licorne.domain.sealing.contexts import challenge_context
from licorne.vault.derivation import derive


@dataclass(frozen=True, slots=True)
class ChallengeSecret:
    """What a passphrase came to, with the salt and costs that a grant keeps beside it."""

    parameters: bytes
    secret: bytes = field(repr=False)

    def layer_key(
        self, organization: OrganizationId, message: MessageId, delivery: DeliveryId
    ) -> bytes:
        return derive(
            self.secret, challenge_context(organization, message, delivery, self.parameters)
        )
