SET LOCAL search_path = licorne;

-- PostgreSQL lets everybody execute a new function. What 0001 revoked for this schema alone took
-- nothing away from that (ALTER DEFAULT PRIVILEGES, notes), so every runtime role could call every
-- function of this schema. Each keeps what was granted to it by name. Later revisions revoke theirs:
-- tests/store/test_definer_functions.py holds the list.
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA licorne FROM PUBLIC;
