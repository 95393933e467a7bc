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
    mailbox_id uuid, mailbox_key_id uuid, direction text, state text, flags text, challenge text,
    created_at timestamptz, story_id uuid, source text, job bytea);

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

-- Fails unless each mailbox's current key is the one that was sealed to, and holds it until the
-- transaction ends: a claim that changes a mailbox's key comes wholly before or wholly after.
CREATE FUNCTION hold_current_keys(deliveries accepted_delivery[])
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
DECLARE
    held integer;
BEGIN
    WITH wanted AS (
        SELECT DISTINCT organization_id, mailbox_id, mailbox_key_id FROM unnest(deliveries)),
    locked AS (
        SELECT 1 FROM current_key c JOIN wanted w ON (c.organization_id, c.owner_id, c.key_id)
            = (w.organization_id, w.mailbox_id, w.mailbox_key_id)
         FOR SHARE OF c)
    SELECT (SELECT count(*) FROM wanted) - (SELECT count(*) FROM locked) INTO held;
    IF held <> 0 THEN
        RAISE EXCEPTION 'a key was replaced meanwhile' USING ERRCODE = 'LK001';
    END IF;
END $$;
