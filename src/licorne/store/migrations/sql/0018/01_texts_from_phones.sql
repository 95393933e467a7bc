SET LOCAL search_path = licorne;

ALTER TABLE message DROP CONSTRAINT message_source_check;
ALTER TABLE message ADD CONSTRAINT message_source_check
    CHECK (source IN ('smtp', 'office', 'api', 'command', 'pickup', 'text'));

-- 'review': a text may mean "stop"; held until a member has looked.
ALTER TABLE contact DROP CONSTRAINT contact_opted_out_by_check;
ALTER TABLE contact ADD CONSTRAINT contact_opted_out_by_check
    CHECK (opted_out_by IN ('member', 'contact', 'review'));
CREATE INDEX contact_in_review ON contact (organization_id, opted_out_at) WHERE opted_out_by = 'review';

-- Texts that people sent to a practice's sending number, each once. What they say is sealed like
-- any message (message_id), or was only a word such as STOP.
CREATE TABLE inbound_text (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,                         -- our id of the answer towards the carrier, too
    contact_id uuid NOT NULL,
    carrier text NOT NULL,
    dedupe_key text NOT NULL,
    said text NOT NULL CHECK (said IN ('stop', 'start', 'help', 'hold', 'other')),
    language text,                            -- of the word that was said, where it was one
    thread_id uuid,
    message_id uuid,
    received_at timestamptz NOT NULL,
    answer text NOT NULL CHECK (answer IN
        ('none', 'waiting', 'sending', 'sent', 'in_doubt', 'failed', 'late')),
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, carrier, dedupe_key),
    FOREIGN KEY (contact_id, organization_id) REFERENCES contact
);
CREATE INDEX inbound_text_by_contact ON inbound_text (organization_id, contact_id, received_at DESC);

ALTER TABLE inbound_text ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON inbound_text TO licorne_app, licorne_worker
    USING (organization_id = current_organization())
    WITH CHECK (organization_id = current_organization());
GRANT SELECT, INSERT ON inbound_text TO licorne_app;
GRANT SELECT, UPDATE ON inbound_text TO licorne_worker;

-- Who knows a number that a text came from; first whoever texted it last over this carrier.
CREATE FUNCTION find_texted_contacts(wanted bytea, carrier_name text)
RETURNS TABLE (organization_id uuid, contact_id uuid, carriers text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT c.organization_id, c.id, o.carriers
      FROM contact c
      JOIN organization o ON o.id = c.organization_id
     WHERE c.number_lookup = wanted
     ORDER BY (SELECT max(a.created_at)
                 FROM delivery d
                 JOIN notice_attempt a ON (a.organization_id, a.delivery_id) = (d.organization_id, d.id)
                WHERE (d.organization_id, d.mailbox_id) = (c.organization_id, c.mailbox_id)
                  AND a.carrier = carrier_name) DESC NULLS LAST, c.created_at DESC
$$;
REVOKE EXECUTE ON FUNCTION find_texted_contacts(bytea, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_texted_contacts(bytea, text) TO licorne_app;
