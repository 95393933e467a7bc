SET LOCAL search_path = licorne;

-- Through what an act was done: a session's, API token's or app password's id. So that "whose data
-- could it have seen?" has an answer when one of them was stolen. Null where there is none, and in
-- rows from before; it is in an event's canonical bytes only where it is set.
ALTER TABLE audit_event ADD COLUMN via uuid;
ALTER TYPE accepted_event ADD ATTRIBUTE via uuid;
