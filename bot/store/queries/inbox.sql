-- name: claim_update(channel, external_id, now_ms)!
INSERT INTO inbox (channel, external_id, received_at)
VALUES (:channel, :external_id, :now_ms)
ON CONFLICT (channel, external_id) DO NOTHING;

-- name: purge_inbox(before_ms, most)!
-- The row value is the primary key: both engines have it at hand.
DELETE FROM inbox WHERE (channel, external_id) IN (
    SELECT old.channel, old.external_id FROM inbox AS old WHERE old.received_at < :before_ms LIMIT :most
);

-- name: offset_of(channel)$
SELECT value FROM offsets WHERE channel = :channel;

-- name: advance_offset(channel, value)!
INSERT INTO offsets (channel, value)
VALUES (:channel, :value)
ON CONFLICT (channel) DO UPDATE SET value = excluded.value WHERE offsets.value < excluded.value;
