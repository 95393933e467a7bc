-- The rows of accepted messages as intake hands them over: an array of each kind, so that a whole
-- batch goes into all tables by one statement. An array of rows costs a fraction of an array for
-- each column. store/accepted_messages.py fills them, in this order.
SET LOCAL search_path = licorne;

CREATE TYPE accepted_message AS (
    organization_id uuid, id uuid, direction text, author_kind text, author_id uuid, source text,
    created_at timestamptz, expires_at timestamptz, retain_until timestamptz, size_class smallint,
    contact_slot text, practice_slot text, header bytea, header_signature bytea);

CREATE TYPE accepted_part AS (
    organization_id uuid, message_id uuid, number smallint, sealed bytea, blob text,
    sealed_size bigint, digest bytea);

CREATE TYPE accepted_thread AS (
    organization_id uuid, id uuid, contact_id uuid, number_epoch integer, owner_kind text,
    owner_id uuid, created_at timestamptz);

CREATE TYPE accepted_delivery AS (
    organization_id uuid, id uuid, message_id uuid, thread_id uuid, contact_id uuid,
    mailbox_id uuid, direction text, state text, flags text, challenge text,
    created_at timestamptz, story_id uuid, source text, job bytea);

-- Not kept: whose key was sealed to, for hold_facts.
CREATE TYPE accepted_reader AS (organization_id uuid, owner_id uuid, key_id uuid);

CREATE TYPE accepted_act AS (
    organization_id uuid, id uuid, message_id uuid, granter_id uuid, grant_hashes bytea,
    signature bytea);

CREATE TYPE accepted_grant AS (
    organization_id uuid, id uuid, message_id uuid, delivery_id uuid, copy text, reader_kind text,
    reader_key_id uuid, method text, intake_key_id uuid, challenge bytea, wrapped bytea,
    act_id uuid);

CREATE TYPE accepted_repeatable AS (
    organization_id uuid, actor_id uuid, key_hash bytea, request_hash bytea, message_id uuid,
    created_at timestamptz);

CREATE TYPE accepted_event AS (
    id uuid, organization_id uuid, at timestamptz, tag text, actor_kind text, actor_id uuid,
    subject_id uuid, outcome text, detail text);

-- Fails when what was known of readers, sender and recipients is no longer so. A message is screened
-- and sealed before this transaction begins, and its facts may be some seconds old. The readers'
-- keys are held until the transaction ends: a claim that changes a mailbox's key comes wholly before
-- or wholly after.
CREATE FUNCTION hold_facts(
    readers accepted_reader[], messages accepted_message[], deliveries accepted_delivery[])
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
DECLARE
    held integer;
BEGIN
    SELECT count(*) INTO held FROM (
        SELECT FROM unnest(readers) r JOIN current_key c
            ON (c.owner_id, c.organization_id, c.key_id)
             = (r.owner_id, r.organization_id, r.key_id)
         FOR SHARE OF c) AS held_keys;
    IF held <> cardinality(readers) THEN
        RAISE EXCEPTION 'a key was replaced meanwhile' USING ERRCODE = 'LK001';
    END IF;
    -- A contact's reply (direction "in") is judged in its own transaction.
    IF EXISTS (
        SELECT FROM unnest(messages) m JOIN organization o ON o.id = m.organization_id
          LEFT JOIN member a ON m.author_kind = 'member'
               AND (a.organization_id, a.id) = (m.organization_id, m.author_id)
          LEFT JOIN service_identity s ON m.author_kind = 'service'
               AND (s.organization_id, s.id) = (m.organization_id, m.author_id)
         WHERE m.direction = 'out' AND (o.suspended_at IS NOT NULL OR a.suspended_at IS NOT NULL
            OR a.removed_at IS NOT NULL OR s.removed_at IS NOT NULL)
    ) OR EXISTS (
        SELECT FROM unnest(deliveries) d JOIN contact c
            ON (c.id, c.organization_id) = (d.contact_id, d.organization_id)
         WHERE d.direction = 'out' AND (c.opted_out_at IS NOT NULL OR c.removed_at IS NOT NULL
            OR c.mailbox_id <> d.mailbox_id)
    ) THEN
        RAISE EXCEPTION 'sender or recipient changed meanwhile' USING ERRCODE = 'LK002';
    END IF;
END $$;
