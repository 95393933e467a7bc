"""The operation that SMS carriers call."""

from licorne.edges.api.operation import PROBLEM, Answer, Operation, Parameter

CARRIER_OPERATIONS = (
    Operation(
        id="carrier_event",
        method="post",
        path="/carriers/{carrier}/events",
        summary="Take a carrier's receipts",
        description="The address to give to your SMS carrier. How its requests are signed and"
        " read stands in your settings.",
        parameters=(
            Parameter(
                "carrier",
                "path",
                "The carrier's name in your settings.",
                (("type", "string"),),
                required=True,
            ),
        ),
        answers=(
            Answer(204, "Taken, and durable."),
            Answer(
                401,
                "The signature is missing or wrong.",
                PROBLEM,
                (("WWW-Authenticate", "That a signature is needed."),),
            ),
            Answer(404, "No carrier of this name tells by webhook.", PROBLEM),
            Answer(413, "Larger than a receipt can be.", PROBLEM),
        ),
    ),
)
