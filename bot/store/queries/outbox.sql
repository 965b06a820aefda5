-- name: add_message(id, person_id, channel, lane, sealed_message, now_ms, due_ms, expires_ms, segments, prefecture, batch_id)!
INSERT INTO outbox (
    id, person_id, channel, lane, state, attempt, sealed_message, created_at, due_at, expires_at,
    segments, prefecture, batch_id
)
VALUES (
    :id, :person_id, :channel, :lane, 'queued', 0, :sealed_message, :now_ms, :due_ms, :expires_ms,
    :segments, :prefecture, :batch_id
);

-- name: add_claimed_message(id, person_id, channel, lane, sealed_message, now_ms, owner)!
INSERT INTO outbox (
    id, person_id, channel, lane, state, attempt, sealed_message, created_at, due_at, owner, dispatched_at, tried_at
)
VALUES (
    :id, :person_id, :channel, :lane, 'dispatching', 1, :sealed_message, :now_ms, :now_ms, :owner, :now_ms, :now_ms
);

-- name: open_message_of(person_id)$
-- In the order of outbox_unfinished, so that both engines look there, and not through all that was ever sent to them.
SELECT id FROM outbox WHERE person_id = :person_id AND state IN ('queued', 'dispatching') ORDER BY lane, id LIMIT 1;

-- name: cancel_messages(person_id, lane, now_ms, reason)!
UPDATE outbox SET state = 'cancelled', finished_at = :now_ms, reason = :reason, sealed_message = ''
WHERE person_id = :person_id AND state IN ('queued', 'planned') AND lane >= :lane;

-- name: status(id)^
SELECT state, attempt, due_at, finished_at, provider_id, flag, reason, check_at FROM outbox WHERE id = :id;

-- name: backlog()
SELECT channel, lane, 'queued' AS state, COUNT(*) AS messages, MIN(due_at) AS oldest_due_at
FROM outbox
WHERE state = 'queued'
GROUP BY channel, lane
UNION ALL
SELECT channel, lane, 'dispatching' AS state, COUNT(*) AS messages, MIN(due_at) AS oldest_due_at
FROM outbox
WHERE state = 'dispatching'
GROUP BY channel, lane;

-- name: purge_outbox(before_ms, most)!
DELETE FROM outbox WHERE id IN (
    SELECT old.id FROM outbox AS old
    WHERE old.finished_at < :before_ms AND old.state NOT IN ('queued', 'dispatching') AND old.batch_id IS NULL
    LIMIT :most
);
