"""Composes the taking of texts that people send from their phones."""

from licorne.application.receiving.seal_reply import SealReply
from licorne.application.receiving.take_text import TakeText
from licorne.wiring.core import Core


def compose_text_taker(core: Core) -> TakeText:
    seal = SealReply(core.sealer, core.keys, core.intake_keys, core.clock, core.randomness)
    return TakeText(core.app, core.keyring, seal, core.sealer, core.clock, core.randomness)
