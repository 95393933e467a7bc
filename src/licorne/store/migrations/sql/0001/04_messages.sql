SET LOCAL search_path = licorne;

-- Foreign keys stand where a row points to something that was there before it: a thread's contact,
-- a delivery's thread and mailbox. The rows that one message brings along (its parts, grants, story,
-- act) are written by the statement that writes the message, are found through it only, and carry
-- their organization in their own keys; checking each against the message that the same statement
-- has just written took half of the time of the whole statement.

-- One thread per contact, number epoch and owning inbox; private to its owner unless a team's.
CREATE TABLE thread (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    contact_id uuid NOT NULL,
    number_epoch integer NOT NULL,
    owner_kind text NOT NULL CHECK (owner_kind IN ('member', 'team')),
    owner_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    active_at timestamptz NOT NULL,
    seen_at timestamptz,                 -- when its owner last looked
    done_at timestamptz,
    PRIMARY KEY (id, organization_id),
    UNIQUE (contact_id, number_epoch, owner_kind, owner_id, organization_id),
    FOREIGN KEY (contact_id, organization_id) REFERENCES contact
);
CREATE INDEX thread_by_owner ON thread (owner_id, active_at DESC);

CREATE TABLE message (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    direction text NOT NULL CHECK (direction IN ('out', 'in')),
    author_kind text NOT NULL CHECK (author_kind IN ('member', 'service', 'contact')),
    author_id uuid NOT NULL,
    source text NOT NULL CHECK (source IN ('smtp', 'office', 'api', 'command', 'pickup')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,     -- the contact's copy
    retain_until timestamptz NOT NULL,   -- the practice's copy
    size_class smallint NOT NULL,        -- power of two of the content's bytes
    contact_slot text NOT NULL,
    practice_slot text NOT NULL,
    header bytea NOT NULL,
    header_signature bytea NOT NULL,
    recalled_at timestamptz,
    contact_copy_ended_at timestamptz,
    practice_copy_ended_at timestamptz,
    PRIMARY KEY (id, organization_id)
);
CREATE INDEX message_expiry ON message (expires_at) WHERE contact_copy_ended_at IS NULL;
CREATE INDEX message_by_author ON message (author_id, id);

CREATE TABLE message_part (
    organization_id uuid NOT NULL,
    message_id uuid NOT NULL,
    number smallint NOT NULL,
    sealed bytea,
    blob text,
    sealed_size bigint NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (message_id, number, organization_id),
    CHECK ((sealed IS NULL) <> (blob IS NULL))
);

-- One message to one recipient. Inbound: a contact's reply to the thread's owner.
CREATE TABLE delivery (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    message_id uuid NOT NULL,
    thread_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    mailbox_id uuid NOT NULL,
    direction text NOT NULL CHECK (direction IN ('out', 'in')),
    state text NOT NULL,                 -- domain/message/delivery_state.py
    reason text,
    flags text[] NOT NULL DEFAULT '{}',  -- e.g. not_assignable
    challenge text NOT NULL DEFAULT 'none'
        CHECK (challenge IN ('none', 'waiting', 'proved', 'locked')),
    challenge_tries integer NOT NULL DEFAULT 0,
    links integer NOT NULL DEFAULT 0,    -- how many link tokens were made
    created_at timestamptz NOT NULL,
    first_read_at timestamptz,
    PRIMARY KEY (id, organization_id),
    FOREIGN KEY (thread_id, organization_id) REFERENCES thread,
    FOREIGN KEY (mailbox_id, organization_id) REFERENCES mailbox
);
CREATE INDEX delivery_by_thread ON delivery (thread_id, created_at);
CREATE INDEX delivery_by_message ON delivery (message_id);
CREATE INDEX delivery_by_mailbox ON delivery (mailbox_id, created_at);

-- The delivery's whole story, insert-only.
CREATE TABLE delivery_event (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    state text NOT NULL,
    at timestamptz NOT NULL,
    detail text,                         -- a code or a carrier's name, never content
    PRIMARY KEY (delivery_id, id, organization_id)
);

CREATE TABLE grant_act (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    message_id uuid NOT NULL,
    granter_id uuid NOT NULL,
    grant_hashes bytea NOT NULL,
    signature bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, organization_id)
);

CREATE TABLE key_grant (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    message_id uuid NOT NULL,
    delivery_id uuid,
    copy text NOT NULL CHECK (copy IN ('contact', 'practice')),
    reader_kind text NOT NULL,
    reader_key_id uuid NOT NULL,
    method text NOT NULL CHECK (method IN ('hpke', 'intake')),
    intake_key_id uuid,
    challenge bytea,
    wrapped bytea NOT NULL,
    act_id uuid NOT NULL,
    PRIMARY KEY (message_id, id, organization_id)
);
CREATE INDEX key_grant_by_reader ON key_grant (reader_key_id);

-- Repeated requests: the same key of the same actor is the same message.
CREATE TABLE idempotency (
    organization_id uuid NOT NULL,
    actor_id uuid NOT NULL,
    key_hash bytea NOT NULL,
    request_hash bytea NOT NULL,
    message_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (actor_id, key_hash, organization_id)
);

-- Slots and blobs to destroy, committed with the fact that ends the copy; done by a worker.
CREATE TABLE shred_order (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    slot text,
    blob text,
    ordered_at timestamptz NOT NULL,
    done_at timestamptz,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX shred_order_open ON shred_order (ordered_at) WHERE done_at IS NULL;
