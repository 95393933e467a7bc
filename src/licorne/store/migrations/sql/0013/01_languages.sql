SET LOCAL search_path = licorne;

-- In which language a contact is texted and shown pages: chosen by them, or by a member for them.
-- organization.locale is the practice's language, member.language a member's own.
ALTER TABLE contact ADD COLUMN language text CHECK (language ~ '^[a-z]{2,3}$');  -- null: the practice's

-- A practice's own words are in its language. Without any, each language has its own.
ALTER TABLE organization
    ALTER COLUMN notice_wording DROP NOT NULL,
    ALTER COLUMN nudge_wording DROP NOT NULL;
UPDATE organization SET notice_wording = NULL WHERE notice_wording =
    '{practice} sent you a secure message: {link} Reply STOP to stop texts.';
UPDATE organization SET nudge_wording = NULL WHERE nudge_wording =
    'A secure message from {practice} is still waiting for you: {link} Reply STOP to stop texts.';
