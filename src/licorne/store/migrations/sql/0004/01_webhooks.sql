SET LOCAL search_path = licorne;

-- Where a program wants to be told of events. It is told what its holder may see.
CREATE TABLE webhook_endpoint (
    organization_id uuid NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    holder_kind text NOT NULL CHECK (holder_kind IN ('member', 'service')),
    holder_id uuid NOT NULL,
    url_sealed bytea NOT NULL,           -- an address may hold a secret of its own
    types text[] NOT NULL,               -- which events; none: all
    secret_sealed bytea NOT NULL,
    earlier_secret_sealed bytea,         -- signs too until then, after a rotation
    earlier_until timestamptz,
    after bigint NOT NULL,               -- how far in the organization's events it has come
    failing_since timestamptz,
    disabled_at timestamptz,
    disabled_why text,
    removed_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);

-- What an endpoint is told: the event's id and its body (ids only), until it has taken it.
CREATE TABLE webhook_message (
    organization_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    event_id uuid NOT NULL,
    body bytea NOT NULL,
    tries smallint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (endpoint_id, event_id, organization_id),
    FOREIGN KEY (organization_id, endpoint_id) REFERENCES webhook_endpoint
);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['webhook_endpoint', 'webhook_message'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant ON %I TO licorne_app, licorne_worker
            USING (organization_id = current_organization())
            WITH CHECK (organization_id = current_organization())', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON webhook_endpoint TO licorne_app, licorne_worker;
GRANT SELECT, UPDATE ON webhook_message TO licorne_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_message TO licorne_worker;

-- Endpoints, of any organization, that have events before them.
CREATE FUNCTION webhooks_behind(most integer)
RETURNS TABLE (organization_id uuid, endpoint_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = licorne, pg_temp AS $$
    SELECT w.organization_id, w.id FROM webhook_endpoint w
     WHERE w.disabled_at IS NULL AND w.removed_at IS NULL
       AND EXISTS (SELECT FROM audit_link l
                    WHERE l.organization_id = w.organization_id AND l.sequence > w.after)
     LIMIT most
$$;
GRANT EXECUTE ON FUNCTION webhooks_behind(integer) TO licorne_worker;
