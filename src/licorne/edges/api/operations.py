"""The API as data: one table, from which both the OpenAPI document and the guide are made.

A test holds it to the routes: none may be missing here, and none may stand here in vain.
"""

from licorne.edges.api.carrier_operations import CARRIER_OPERATIONS
from licorne.edges.api.contact_operations import CONTACT_OPERATIONS
from licorne.edges.api.message_operations import MESSAGE_OPERATIONS
from licorne.edges.api.operation import Operation
from licorne.edges.api.practice_operations import PRACTICE_OPERATIONS
from licorne.edges.api.webhook_operations import WEBHOOK_OPERATIONS

OPERATIONS: tuple[Operation, ...] = (
    *MESSAGE_OPERATIONS,
    *CONTACT_OPERATIONS,
    *PRACTICE_OPERATIONS,
    *WEBHOOK_OPERATIONS,
    *CARRIER_OPERATIONS,
)
