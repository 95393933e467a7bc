SET LOCAL search_path = licorne;

-- The token that set the endpoint up, or gave it its latest secret, or enabled it: when that is
-- revoked, nothing more is told to what its holder, or a thief of it, has set up.
ALTER TABLE webhook_endpoint ADD COLUMN token_id uuid;  -- NULL: set up before this revision

-- What a removed endpoint was not told yet goes with it.
GRANT DELETE ON webhook_message TO licorne_app;
DELETE FROM webhook_message m USING webhook_endpoint w
 WHERE (w.organization_id, w.id) = (m.organization_id, m.endpoint_id) AND w.removed_at IS NOT NULL;
