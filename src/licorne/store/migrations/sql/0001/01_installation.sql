-- Roles. They belong to the cluster, own nothing, can't bypass row-level security, and get their
-- passwords when an installation is made (store/roles.py). The schema's owner runs migrations only.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['licorne_app', 'licorne_intake', 'licorne_worker'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT NOBYPASSRLS', role_name);
        END IF;
    END LOOP;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- another installation was quicker
END $$;

CREATE SCHEMA licorne;
REVOKE ALL ON SCHEMA licorne FROM PUBLIC;
GRANT USAGE ON SCHEMA licorne TO licorne_app, licorne_intake, licorne_worker;
SET LOCAL search_path = licorne;
ALTER DEFAULT PRIVILEGES IN SCHEMA licorne REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- A session's temporary schema is looked in before all others unless it is named. A role that could
-- put a table of its own into it would have our SECURITY DEFINER functions read that one and run
-- what hides in it as the schema's owner. So each of them names pg_temp last, and nobody gets one.
DO $$
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;

CREATE TABLE installation (
    id uuid PRIMARY KEY,
    created_at timestamptz NOT NULL,
    for_real_patients boolean NOT NULL DEFAULT false,
    single boolean NOT NULL DEFAULT true UNIQUE CHECK (single)
);

-- The subkeys under K0, wrapped by custody. Never a key in the clear.
CREATE TABLE installation_key (
    name text NOT NULL,
    version integer NOT NULL,
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, version)
);

CREATE TABLE organization (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    phone text,                          -- shown to contacts: whom to call
    region char(2) NOT NULL DEFAULT 'US',
    time_zone text NOT NULL DEFAULT 'America/New_York',
    locale text NOT NULL DEFAULT 'en',
    accent text NOT NULL DEFAULT '#0b6e6e',
    notice_wording text NOT NULL,
    nudge_wording text NOT NULL,
    crisis_wording text,                 -- null: the country's own wording
    daily_quota integer NOT NULL DEFAULT 1000 CHECK (daily_quota >= 0),
    default_expiry interval NOT NULL DEFAULT '30 days',
    retention interval NOT NULL DEFAULT '6 years',
    largest_message bigint NOT NULL DEFAULT 52428800,
    refused_file_types text[],           -- null: the built-in list
    carriers text[] NOT NULL DEFAULT '{}',  -- names of configured carriers, in the order to try
    suspended_at timestamptz,
    created_at timestamptz NOT NULL
);

CREATE TABLE text_domain (
    domain text PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organization
);

CREATE TABLE quota_use (
    organization_id uuid NOT NULL REFERENCES organization,
    day date NOT NULL,
    used integer NOT NULL,
    PRIMARY KEY (organization_id, day)
);

-- Buckets against guessing: by account, address and organization. Keys are HMACs.
CREATE TABLE rate_bucket (
    bucket bytea PRIMARY KEY,
    window_start timestamptz NOT NULL,
    used integer NOT NULL
);
