"""What can go wrong in opening: a sentence for the person, a cause for the log.

Causes name fields and never values: no key, name, number or content is ever in one.
"""

from licorne.domain.translatable import translatable


class SealingFault(Exception):
    """Opening or checking failed; the subclass says of which kind."""

    sentence = translatable("This message can't be opened. Please tell the practice.")

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class SealBroken(SealingFault):
    """A row, wrap, key or byte isn't what was signed and sealed: damage or tampering."""


class WrongPassword(SealingFault):
    """The password doesn't open the key it was set for."""

    sentence = translatable("That password is not right.")


class WrongPassphrase(SealingFault):
    """The passphrase doesn't open this delivery."""

    sentence = translatable("That passphrase is not right.")


class PasswordsBusy(SealingFault):
    """Too many passwords are being checked at once; passes by itself."""

    sentence = translatable(
        "Many people are signing in at the moment. Please try again in a few seconds."
    )

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__("the queue of password checks is full")
        self.retry_after_seconds = retry_after_seconds
