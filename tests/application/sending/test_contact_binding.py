"""Threat 10: a writer of rows can't send one patient's mail to another's mailbox."""

import pytest
from tests.support.installation import Installed

from licorne.application.sending.outcome import Sent
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.domain.sealing.faults import SealBroken
from licorne.store.database import open_database
from licorne.wiring.core import compose_sending

ANN = PhoneNumber.from_e164("+12125550141")
BEN = PhoneNumber.from_e164("+12125550142")

SWAPS = {
    "mailboxes": "UPDATE licorne.contact SET mailbox_id ="
    " CASE id WHEN $1 THEN $4::uuid ELSE $3::uuid END WHERE id IN ($1, $2)",
    "numbers": "UPDATE licorne.contact c SET number_lookup = o.number_lookup FROM licorne.contact o"
    " WHERE c.id IN ($1, $2) AND o.id IN ($1, $2) AND c.id <> o.id"
    " AND $3::uuid IS NOT NULL AND $4::uuid IS NOT NULL",
}


def draft(installation: Installed, number: PhoneNumber) -> Draft:
    return Draft(
        organization=installation.organization,
        author=Actor(ActorKind.MEMBER, installation.member),
        source=Source.API,
        recipients=(number,),
        content=Content(subject=None, text="For one reader only."),
    )


@pytest.mark.parametrize("swap", SWAPS)
async def test_nothing_is_sealed_to_a_contact_whose_row_was_swapped(
    installation: Installed, swap: str
) -> None:
    async with installation.core() as core:
        send = compose_sending(core).send
        for number in (ANN, BEN):
            assert isinstance(await send(draft(installation, number)), Sent)
        owner = await open_database(installation.urls.owner, size=1)
        try:
            async with owner.before_tenant() as connection, connection.transaction():
                # A thief of the owner's rights swaps as he likes; uniqueness is in his way, not ours.
                await connection.execute(
                    "ALTER TABLE licorne.contact DROP CONSTRAINT"
                    " contact_number_lookup_organization_id_key"
                )
                ann, ben = await connection.fetch(
                    "SELECT id, mailbox_id FROM licorne.contact ORDER BY created_at"
                )
                await connection.execute(
                    SWAPS[swap], ann["id"], ben["id"], ann["mailbox_id"], ben["mailbox_id"]
                )
        finally:
            await owner.close()
        with pytest.raises(SealBroken):
            await send(draft(installation, ANN))
