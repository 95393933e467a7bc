SET LOCAL search_path = licorne;

-- The register of incidents. Facts are codes and dates; what people write lies sealed in entries.
CREATE TABLE incident (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    number integer NOT NULL,
    opened_by uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    discovered_on date NOT NULL,
    as_associate boolean NOT NULL,
    affected integer CHECK (affected >= 0),
    states text[] NOT NULL DEFAULT '{}',
    decision text CHECK (decision IN ('breach', 'low_probability', 'exception', 'secured')),
    delayed_until date,
    closed_at timestamptz,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number),
    FOREIGN KEY (organization_id, opened_by) REFERENCES member
);

-- Dated steps, insert-only.
CREATE TABLE incident_entry (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    incident_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN
        ('account', 'people', 'factor', 'decision', 'told', 'note', 'closed')),
    subject text NOT NULL,
    detail text NOT NULL,
    on_date date NOT NULL,
    by_member uuid NOT NULL,
    at timestamptz NOT NULL,
    sealed bytea NOT NULL,                    -- AES-256-GCM under the incident's key
    signature bytea NOT NULL,                 -- the installation's, over every field
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, incident_id) REFERENCES incident,
    FOREIGN KEY (organization_id, by_member) REFERENCES member
);
CREATE INDEX incident_entry_by_incident ON incident_entry (incident_id, at);

-- The incident's key, wrapped to the record key and to each owner, officer and auditor.
CREATE TABLE incident_key (
    organization_id uuid NOT NULL,
    incident_id uuid NOT NULL,
    reader_key_id uuid NOT NULL,
    wrapped bytea NOT NULL,
    PRIMARY KEY (organization_id, incident_id, reader_key_id),
    FOREIGN KEY (organization_id, incident_id) REFERENCES incident,
    FOREIGN KEY (reader_key_id, organization_id) REFERENCES reader_key
);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['incident', 'incident_entry', 'incident_key'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I TO licorne_app
            USING (organization_id = current_organization())
            WITH CHECK (organization_id = current_organization())', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON incident TO licorne_app;
GRANT SELECT, INSERT ON incident_entry, incident_key TO licorne_app;
