SET LOCAL search_path = licorne;

-- A link locates a delivery; it never authorises. The token itself is not stored.
CREATE TABLE link (
    token_hash bytea PRIMARY KEY,
    organization_id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    number integer NOT NULL,             -- n of HMAC(K_link, delivery, n)
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    FOREIGN KEY (delivery_id, organization_id) REFERENCES delivery
);
CREATE INDEX link_by_delivery ON link (delivery_id);

-- Each try to announce a delivery. A row 'sending' is committed before the carrier is asked.
CREATE TABLE notice_attempt (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,                    -- our id towards the carrier
    delivery_id uuid NOT NULL,
    announcement_id uuid NOT NULL,       -- the tries that belong together: one notice, one nudge …
    kind text NOT NULL CHECK (kind IN ('notice', 'nudge', 'fresh_link')),
    link_number integer NOT NULL,        -- every try of an announcement carries the same link
    carrier text NOT NULL,
    state text NOT NULL CHECK (state IN ('sending', 'accepted', 'rejected', 'unknown', 'on_handset', 'undelivered')),
    tries smallint NOT NULL DEFAULT 1,   -- how often the carrier was asked under this id
    reason text,
    carrier_reference text,
    segments smallint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (id, organization_id),
    FOREIGN KEY (delivery_id, organization_id) REFERENCES delivery
);
CREATE INDEX notice_attempt_by_delivery ON notice_attempt (delivery_id, created_at);
CREATE INDEX notice_attempt_by_reference ON notice_attempt (carrier, carrier_reference);

-- Receipts, once each. One that comes before the carrier's answer to us is matched later.
CREATE TABLE carrier_event (
    carrier text NOT NULL,
    dedupe_key text NOT NULL,
    carrier_reference text,
    state text NOT NULL,
    reason text,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (carrier, dedupe_key)
);
CREATE INDEX carrier_event_by_reference ON carrier_event (carrier, carrier_reference);

-- Insert-only, in the transaction of the fact. organization_id null: the installation's own chain.
CREATE TABLE audit_event (
    id uuid PRIMARY KEY,
    organization_id uuid,
    at timestamptz NOT NULL,
    tag text NOT NULL,                   -- domain/audit/tags.py
    actor_kind text NOT NULL CHECK (actor_kind IN ('member', 'service', 'contact', 'operator', 'system', 'nobody')),
    actor_id uuid,
    subject_id uuid,                     -- the message, delivery, member … that it is about
    outcome text NOT NULL CHECK (outcome IN ('done', 'refused')),
    detail text                          -- a code, never content, names or numbers
);
CREATE INDEX audit_event_by_time ON audit_event (organization_id, at DESC, id);
CREATE INDEX audit_event_by_subject ON audit_event (subject_id);

CREATE TABLE audit_link (
    organization_id uuid NOT NULL,       -- the nil uuid for the installation's chain
    sequence bigint NOT NULL,
    event_id uuid NOT NULL UNIQUE REFERENCES audit_event,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    linked_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, sequence)
);

-- What the sequencer has still to link: kept by a trigger, so that no writer can forget it.
CREATE TABLE audit_pending (
    organization_id uuid NOT NULL,       -- as in audit_link
    event_id uuid NOT NULL,              -- an audit_event's: the trigger below is its only writer
    PRIMARY KEY (organization_id, event_id)
);
CREATE FUNCTION note_pending_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
BEGIN
    INSERT INTO audit_pending (organization_id, event_id)
    SELECT coalesce(organization_id, '00000000-0000-0000-0000-000000000000'), id FROM fresh;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_event_is_pending AFTER INSERT ON audit_event
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note_pending_audit();
