"""The only place with cryptography and argon2: sealing, granting, opening, keys and passwords.

Read in this order: `hybrid` (a reader's key pair), `keyring` (the installation's own keys),
`message_seal` → `granting` → `opened_message` (a message's life), then the ways to a private key:
`passwords` and `private_key_wraps`. The bytes are laid down in ``licorne.domain.sealing``.
"""
