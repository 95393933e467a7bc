SET LOCAL search_path = licorne;

-- A new version of a subkey opens from the moment that a process has met it, and seals only from
-- this time on: by then every process has.
ALTER TABLE installation_key ADD COLUMN in_use_at timestamptz;
UPDATE installation_key SET in_use_at = created_at;
ALTER TABLE installation_key ALTER COLUMN in_use_at SET NOT NULL,
    ALTER COLUMN in_use_at SET DEFAULT now();
