SET LOCAL search_path = licorne;

CREATE TABLE reader_key (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('mailbox', 'waiting', 'member', 'team', 'record')),
    owner_id uuid NOT NULL,
    version integer NOT NULL,
    suite smallint NOT NULL,
    public_key bytea NOT NULL,
    signature bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (id, organization_id),
    UNIQUE (owner_id, kind, version, organization_id)
);

-- Which key of a reader to seal to now. A mailbox has one row, of kind waiting or mailbox.
CREATE TABLE current_key (
    organization_id uuid NOT NULL,
    kind text NOT NULL,
    owner_id uuid NOT NULL,
    key_id uuid NOT NULL,
    version integer NOT NULL,
    signature bytea NOT NULL,
    PRIMARY KEY (owner_id, organization_id),
    FOREIGN KEY (key_id, organization_id) REFERENCES reader_key
);

CREATE TABLE private_key_wrap (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    key_id uuid NOT NULL,
    method text NOT NULL CHECK (method IN ('password', 'enrol', 'reader', 'recovery', 'passkey')),
    wrapper_key_id uuid,
    slot text,
    parameters bytea NOT NULL,
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (id, organization_id),
    FOREIGN KEY (key_id, organization_id) REFERENCES reader_key
);
CREATE INDEX private_key_wrap_by_key ON private_key_wrap (key_id);

CREATE TABLE intake_key (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    reader_key_id uuid NOT NULL,
    wrapped bytea NOT NULL,
    signature bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, organization_id),
    FOREIGN KEY (reader_key_id, organization_id) REFERENCES reader_key
);
