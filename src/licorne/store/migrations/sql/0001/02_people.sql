SET LOCAL search_path = licorne;

-- Keys bind every row to its organization. Where rows are many, the organization stands last in the
-- key: what begins with it can be taken for a way to a single row, by a planner that knows nothing
-- of the data yet or knows of one organization only, and is then a walk through all of its rows.

CREATE TABLE member (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    role text NOT NULL CHECK (role IN ('owner', 'officer', 'member', 'auditor')),
    email_lookup bytea NOT NULL UNIQUE,       -- sign-in name; HMAC under K_lookup, purpose "email"
    email_sealed bytea NOT NULL,
    name_sealed bytea NOT NULL,
    totp_sealed bytea,                        -- under K_fields; null until set up
    totp_last_step bigint NOT NULL DEFAULT 0, -- a code serves once
    failed_sign_ins integer NOT NULL DEFAULT 0,
    suspended_at timestamptz,
    removed_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);

-- The addresses that a member may write From.
CREATE TABLE member_address (
    organization_id uuid NOT NULL,
    member_id uuid NOT NULL,
    address_lookup bytea NOT NULL,
    address_sealed bytea NOT NULL,
    PRIMARY KEY (organization_id, address_lookup),
    FOREIGN KEY (organization_id, member_id) REFERENCES member
);

CREATE TABLE team (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE team_member (
    organization_id uuid NOT NULL,
    team_id uuid NOT NULL,
    member_id uuid NOT NULL,
    pending boolean NOT NULL DEFAULT false,
    PRIMARY KEY (organization_id, team_id, member_id),
    FOREIGN KEY (organization_id, team_id) REFERENCES team,
    FOREIGN KEY (organization_id, member_id) REFERENCES member
);

CREATE TABLE service_identity (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    name text NOT NULL,
    team_id uuid NOT NULL,
    removed_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, team_id) REFERENCES team
);

CREATE TABLE app_password (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    member_id uuid NOT NULL,
    label text NOT NULL,
    secret_hash bytea NOT NULL UNIQUE,        -- HMAC under K_lookup, purpose "app-password"
    daily_cap integer NOT NULL DEFAULT 2000,  -- deliveries
    used_on date,                             -- the day that used_today counts (UTC)
    used_today integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, member_id) REFERENCES member
);

CREATE TABLE api_token (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    member_id uuid,
    service_id uuid,
    label text NOT NULL,
    scopes text[] NOT NULL,
    secret_hash bytea NOT NULL UNIQUE,        -- HMAC under K_lookup, purpose "api-token"
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, member_id) REFERENCES member,
    FOREIGN KEY (organization_id, service_id) REFERENCES service_identity,
    CHECK ((member_id IS NULL) <> (service_id IS NULL))
);

CREATE TABLE member_session (
    cookie_hash bytea PRIMARY KEY,            -- SHA-256 of the cookie
    organization_id uuid NOT NULL,
    member_id uuid NOT NULL,
    key_id uuid NOT NULL,
    wrapped bytea NOT NULL,                   -- the member's private key under HKDF(cookie, K_pepper)
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,             -- absolute
    FOREIGN KEY (organization_id, member_id) REFERENCES member
);

CREATE TABLE contact (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    number_lookup bytea NOT NULL,             -- HMAC under K_lookup, purpose "number"
    number_sealed bytea NOT NULL,
    name_sealed bytea,
    number_epoch integer NOT NULL DEFAULT 1,  -- counts up when the number changes hands
    mailbox_id uuid NOT NULL,                 -- the mailbox in force
    binding bytea NOT NULL,                   -- HMAC over number, contact, epoch and mailbox
    opted_out_at timestamptz,
    opted_out_by text CHECK (opted_out_by IN ('member', 'contact')),
    removed_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (id, organization_id),
    UNIQUE (number_lookup, organization_id)
);
CREATE INDEX contact_by_time ON contact (organization_id, created_at DESC);

-- A contact's sealed store within an organization and number epoch. A forgotten password gives a
-- new generation; the earlier one stays, closed, until somebody re-grants it.
CREATE TABLE mailbox (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    contact_id uuid NOT NULL,
    number_epoch integer NOT NULL,
    generation integer NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'claimed', 'superseded')),
    proof text NOT NULL CHECK (proof IN ('none', 'first_visitor', 'passphrase', 'in_person')),
    failed_passwords integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    created_at timestamptz NOT NULL,
    claimed_at timestamptz,
    PRIMARY KEY (id, organization_id),
    UNIQUE (contact_id, number_epoch, generation, organization_id),
    FOREIGN KEY (contact_id, organization_id) REFERENCES contact
);
ALTER TABLE contact ADD FOREIGN KEY (mailbox_id, organization_id) REFERENCES mailbox
    DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE contact_session (
    cookie_hash bytea NOT NULL,
    organization_id uuid NOT NULL,
    mailbox_id uuid NOT NULL,
    key_id uuid NOT NULL,
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    PRIMARY KEY (cookie_hash, mailbox_id),
    FOREIGN KEY (mailbox_id, organization_id) REFERENCES mailbox
);
