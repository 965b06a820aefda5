-- name: due_lanes(channel, now_ms)
SELECT lanes.lane FROM (SELECT 0 AS lane UNION ALL SELECT 1 UNION ALL SELECT 2) AS lanes
WHERE EXISTS (
    SELECT 1 FROM outbox
    WHERE outbox.channel = :channel AND outbox.lane = lanes.lane
        AND outbox.state = 'queued' AND outbox.due_at <= :now_ms
)
ORDER BY lanes.lane;

-- name: next_due(channel, now_ms)$
SELECT MIN(soonest.due_at) FROM (
    SELECT (
        SELECT outbox.due_at FROM outbox
        WHERE outbox.channel = :channel AND outbox.lane = lanes.lane
            AND outbox.state = 'queued' AND outbox.due_at > :now_ms
        ORDER BY outbox.due_at
        LIMIT 1
    ) AS due_at
    FROM (SELECT 0 AS lane UNION ALL SELECT 1 UNION ALL SELECT 2) AS lanes
) AS soonest;

-- name: expire_messages(channel, now_ms)!
UPDATE outbox SET state = 'expired', finished_at = :now_ms, sealed_message = ''
WHERE channel = :channel AND state = 'queued' AND expires_at IS NOT NULL AND expires_at <= :now_ms;

-- name: claim_messages(channel, lane, owner, now_ms, most)
-- A row that waits for its hour (due later, in nobody's hands yet) holds nobody back; one that was put back does.
-- For PostgreSQL, which takes an outbox that was empty a minute ago for a small one: MATERIALIZED, so that it looks once
-- and not once for each row; the fixed limit says that few rows are meant, and || '' that they are found by their ids.
WITH chosen AS MATERIALIZED (
    SELECT first.id AS chosen_id FROM (
        SELECT next.id, next.due_at FROM outbox AS next
        WHERE next.channel = :channel AND next.lane = :lane AND next.state = 'queued' AND next.due_at <= :now_ms
            AND NOT EXISTS (
                SELECT 1 FROM outbox AS open WHERE open.person_id = next.person_id AND open.state = 'dispatching'
            )
            AND NOT EXISTS (
                SELECT 1 FROM outbox AS earlier
                WHERE earlier.person_id = next.person_id AND (earlier.lane, earlier.id) < (next.lane, next.id)
                    AND earlier.state IN ('queued', 'dispatching')
                    AND (earlier.due_at <= :now_ms OR earlier.owner IS NOT NULL)
            )
        ORDER BY next.due_at, next.id
        LIMIT 256
    ) AS first
    ORDER BY first.due_at, first.id
    LIMIT :most
)
UPDATE outbox SET
    state = 'dispatching', attempt = attempt + 1, owner = :owner, dispatched_at = :now_ms,
    tried_at = COALESCE(tried_at, :now_ms)
WHERE id IN (SELECT chosen_id FROM chosen) AND state || '' = 'queued'
RETURNING id, person_id, channel, lane, attempt, sealed_message, created_at, due_at, expires_at, flag, reason,
    COALESCE(segments, 1) AS segments, prefecture, batch_id, tried_at,
    (SELECT people.sealed_address FROM people WHERE people.id = outbox.person_id) AS sealed_address;

-- name: put_back_message(id, due_ms)!
UPDATE outbox SET
    state = 'queued', due_at = :due_ms, attempt = attempt - 1, dispatched_at = NULL,
    tried_at = CASE WHEN attempt > 1 THEN tried_at ELSE NULL END
WHERE id = :id AND state = 'dispatching';

-- name: postpone_messages(channel, lane, prefecture, now_ms, until_ms, most)!
-- What ends before then is due when it ends, to be counted as expired.
UPDATE outbox SET due_at = CASE WHEN expires_at < :until_ms THEN expires_at ELSE :until_ms END
WHERE state = 'queued' AND id IN (
    SELECT due.id FROM outbox AS due
    WHERE due.channel = :channel AND due.lane = :lane AND due.state = 'queued' AND due.due_at <= :now_ms
        AND due.prefecture = :prefecture
    ORDER BY due.due_at, due.id
    LIMIT :most
);

-- name: sending_since(since_ms)$
-- Whether a process drives a sender, or is sending.
SELECT COUNT(*) FROM leases
WHERE (name LIKE 'sender:%' OR name LIKE 'owner:%') AND renewed_at >= :since_ms;

-- name: adopt_messages(channel, owner, alive_since_ms, now_ms)
UPDATE outbox SET owner = :owner, dispatched_at = :now_ms
WHERE state = 'dispatching' AND channel = :channel AND owner <> :owner
    AND NOT EXISTS (
        SELECT 1 FROM leases WHERE leases.holder = outbox.owner AND leases.renewed_at >= :alive_since_ms
    )
RETURNING id, person_id, channel, lane, attempt, sealed_message, created_at, due_at, expires_at, flag, reason,
    COALESCE(segments, 1) AS segments, prefecture, batch_id, tried_at,
    (SELECT people.sealed_address FROM people WHERE people.id = outbox.person_id) AS sealed_address;
