SET LOCAL search_path = licorne;

-- Members are told by email that a reply waits, and a colleague when it waits too long.
ALTER TABLE member
    ADD COLUMN reply_mails boolean NOT NULL DEFAULT true,
    ADD COLUMN language text,             -- of mails to them; null: the practice's
    ADD COLUMN escalate_after interval,   -- of their own threads; null: never
    ADD COLUMN escalate_to uuid,
    ADD FOREIGN KEY (organization_id, escalate_to) REFERENCES member;
ALTER TABLE team
    ADD COLUMN escalate_after interval,
    ADD COLUMN escalate_to uuid,
    ADD FOREIGN KEY (organization_id, escalate_to) REFERENCES member;

-- A mail to a member, of any number of replies. It is marked as being sent before the relay is
-- asked: one that is found so was interrupted, and isn't sent again.
CREATE TABLE reply_notice (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    member_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('reply', 'escalation')),
    inbox_id uuid,                        -- an escalation's: whose replies wait
    covers timestamptz NOT NULL,          -- replies that came until then are told by it
    state text NOT NULL CHECK (state IN
        ('waiting', 'sending', 'sent', 'in_doubt', 'failed', 'not_needed', 'no_relay')),
    tries smallint NOT NULL DEFAULT 0,
    reason text,                          -- why it failed, as a word
    created_at timestamptz NOT NULL,
    done_at timestamptz,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, member_id) REFERENCES member
);
CREATE INDEX reply_notice_by_member ON reply_notice (member_id, covers DESC);

ALTER TABLE reply_notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON reply_notice TO licorne_app, licorne_worker
    USING (organization_id = current_organization())
    WITH CHECK (organization_id = current_organization());
GRANT SELECT ON reply_notice TO licorne_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON reply_notice TO licorne_worker;
