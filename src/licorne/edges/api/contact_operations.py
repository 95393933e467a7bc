"""The operations on contacts."""

from licorne.domain.identity.api_token import Scope
from licorne.edges.api.operation import FAULTY, PROBLEM, WITH_TOKEN, Answer, Operation, Parameter
from licorne.edges.api.page_query import CURSOR, LIMIT

_CONTACT_ID = Parameter(
    "contact",
    "path",
    "The contact's id.",
    (("type", "string"), ("format", "uuid")),
    required=True,
)
_NOT_FOUND = Answer(404, "There is no such contact of your practice.", PROBLEM)
_BODY_ANSWERS = (
    Answer(400, "The body isn't JSON.", PROBLEM),
    Answer(413, "The body is too large.", PROBLEM),
    Answer(415, "The body isn't called JSON.", PROBLEM),
    FAULTY,
)

CONTACT_OPERATIONS = (
    Operation(
        id="list_contacts",
        method="get",
        path="/contacts",
        summary="List contacts",
        description="The practice's contacts, newest first.",
        scope=Scope.SEE_CONTACTS,
        parameters=(CURSOR, LIMIT),
        answers=(
            Answer(
                200, "A page.", "ContactPageAnswer", (("Link", 'The next page, as `rel="next"`.'),)
            ),
            *WITH_TOKEN,
            FAULTY,
        ),
        example="",
    ),
    Operation(
        id="show_contact",
        method="get",
        path="/contacts/{contact}",
        summary="Look at a contact",
        description="Name, number, and whether this person may be texted.",
        scope=Scope.SEE_CONTACTS,
        parameters=(_CONTACT_ID,),
        answers=(Answer(200, "The contact.", "ContactAnswer"), *WITH_TOKEN, _NOT_FOUND),
        example="",
    ),
    Operation(
        id="add_contact",
        method="post",
        path="/contacts",
        summary="Add a contact",
        description="Whoever is written to becomes a contact by that; adding one before gives it a"
        " name. A number that is there already is answered with 200, and gets the name and language"
        " that came.",
        scope=Scope.CHANGE_CONTACTS,
        body="NewContact",
        answers=(
            Answer(200, "The contact was there.", "ContactAnswer"),
            Answer(201, "The contact is new.", "ContactAnswer", (("Location", "Where it is."),)),
            *WITH_TOKEN,
            *_BODY_ANSWERS,
        ),
        example="""-H 'Content-Type: application/json' \\
  -d '{"number": "+12125550123", "name": "Maria Rivera"}'""",
    ),
    Operation(
        id="change_contact",
        method="patch",
        path="/contacts/{contact}",
        summary="Change a contact",
        description="Give a contact another name or language, or none (null); stop the texts to"
        " them, or let them start again. What a person stopped themself, no program can start.",
        scope=Scope.CHANGE_CONTACTS,
        parameters=(_CONTACT_ID,),
        body="ContactChanges",
        answers=(
            Answer(200, "The contact, changed.", "ContactAnswer"),
            *WITH_TOKEN,
            _NOT_FOUND,
            Answer(409, "The person stopped the texts themself.", PROBLEM),
            *_BODY_ANSWERS,
        ),
        example="""-H 'Content-Type: application/json' -d '{"texting": false}'""",
    ),
    Operation(
        id="remove_contact",
        method="delete",
        path="/contacts/{contact}",
        summary="Remove a contact",
        description="Takes a contact out of the list. What was written stays where it is, and"
        " writing to the number again brings the contact back.",
        scope=Scope.CHANGE_CONTACTS,
        parameters=(_CONTACT_ID,),
        answers=(Answer(204, "Removed."), *WITH_TOKEN, _NOT_FOUND),
        example="",
    ),
)
