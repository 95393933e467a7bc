"""An asset that holds health information, and a flow that moves it.

As the proposed 45 CFR 164.308(a)(1) asks for them (90 FR 898, January 2025): what it is, its
version, where it is, who answers for it, and how health information moves between them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asset:
    """``holds`` says what of patients is there; ``protected`` by what; ``answers`` who for it."""

    name: str
    version: str
    where: str
    holds: str
    protected: str
    answers: str = "the operator"


@dataclass(frozen=True, slots=True)
class Flow:
    """What moves between two assets or people, and how it is protected on the way."""

    source: str
    target: str
    moves: str
    protected: str


@dataclass(frozen=True, slots=True)
class Inventory:
    assets: tuple[Asset, ...]
    flows: tuple[Flow, ...]
    needs_agreement: tuple[str, ...]  # 45 CFR 164.308(b)
