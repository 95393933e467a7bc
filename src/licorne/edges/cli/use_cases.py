"""What the commands can ask the product to do."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from licorne.application.governing.act_by_command import ActByCommand
from licorne.application.governing.add_member import AddMember
from licorne.application.governing.govern_members import GovernMembers
from licorne.application.governing.keep_contact import KeepContact
from licorne.application.governing.keep_invitations import KeepInvitations
from licorne.application.governing.keep_services import KeepServices
from licorne.application.governing.keep_teams import KeepTeams
from licorne.application.governing.keep_tokens import KeepTokens
from licorne.application.governing.let_go import LetGo
from licorne.application.governing.look_up_contacts import LookUpContacts
from licorne.application.incidents.see_exposure import SeeExposure
from licorne.application.keeping.export_audit import ExportAudit
from licorne.application.keeping.keep_holds import KeepHolds
from licorne.application.keeping.keep_retention import KeepRetention
from licorne.application.keeping.verify_audit import VerifyAudit
from licorne.application.permit import Permit
from licorne.application.sending.message_states import MessageStates
from licorne.application.sending.recall_message import RecallMessage
from licorne.application.sending.send_message import SendMessage
from licorne.domain.audit.signed_head import SignedHead
from licorne.ports.randomness import Randomness


@dataclass(frozen=True, slots=True)
class CommandUseCases:
    """``read_heads`` reads a file of audit heads, as the installation keeps them."""

    act_as: ActByCommand
    permit: Permit
    send: SendMessage
    states: MessageStates
    recall: RecallMessage
    add_member: AddMember
    members: GovernMembers
    invitations: KeepInvitations
    public_url: str | None
    keep_contact: KeepContact
    contacts: LookUpContacts
    tokens: KeepTokens
    teams: KeepTeams
    let_go: LetGo
    services: KeepServices
    retention: KeepRetention
    holds: KeepHolds
    exposure: SeeExposure
    verify_audit: VerifyAudit
    export_audit: ExportAudit
    read_heads: Callable[[Path], tuple[SignedHead, ...]]
    randomness: Randomness
