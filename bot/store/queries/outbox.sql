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

-- name: finish_message(id, state, below, keeps_text, now_ms, provider_id, reason, attempt, check_at)!
-- Forward only. The text is kept no longer than it may have to be sent again: an SMS that the provider took may still
-- come back as not delivered, for a reason that passes.
-- Who made an attempt (:attempt is given) speaks of that one alone. If the message is queued again, only the news that
-- the attempt was taken after all counts, and not even that where the provider's name for it is known already: the
-- provider has then said more than that, and whoever queued it again knew.
UPDATE outbox SET
    state = :state,
    finished_at = :now_ms,
    provider_id = COALESCE(:provider_id, provider_id),
    reason = COALESCE(:reason, reason),
    check_at = CAST(:check_at AS BIGINT),
    checks = CASE WHEN CAST(:check_at AS BIGINT) IS NULL THEN checks ELSE 0 END,
    sealed_message = CASE
        WHEN :keeps_text = 1 OR (channel = 'sms' AND CAST(:state AS TEXT) = 'accepted') THEN sealed_message
        ELSE ''
    END
WHERE id = :id
    AND CASE state
        WHEN 'queued' THEN 0
        WHEN 'dispatching' THEN 1
        WHEN 'uncertain' THEN 2
        WHEN 'accepted' THEN 3
        ELSE 4
    END < :below
    AND (
        CAST(:attempt AS BIGINT) IS NULL
        OR (
            attempt = CAST(:attempt AS BIGINT)
            AND (
                state <> 'queued'
                OR (
                    CAST(:state AS TEXT) = 'accepted'
                    AND (provider_id IS NULL OR provider_id <> CAST(:provider_id AS TEXT))
                )
            )
        )
    );

-- name: requeue_message(id, attempt, due_ms, reason, flag)!
-- The owner stays: it tells a row that was put back from one that waits for its hour.
UPDATE outbox SET
    state = 'queued',
    due_at = :due_ms,
    finished_at = NULL,
    check_at = NULL,
    reason = :reason,
    flag = COALESCE(:flag, flag)
WHERE id = :id AND state IN ('dispatching', 'uncertain')
    AND attempt = COALESCE(CAST(:attempt AS BIGINT), attempt);

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

-- name: adopt_messages(channel, owner, alive_since_ms, now_ms)
UPDATE outbox SET owner = :owner, dispatched_at = :now_ms
WHERE state = 'dispatching' AND channel = :channel AND owner <> :owner
    AND NOT EXISTS (
        SELECT 1 FROM leases WHERE leases.holder = outbox.owner AND leases.renewed_at >= :alive_since_ms
    )
RETURNING id, person_id, channel, lane, attempt, sealed_message, created_at, due_at, expires_at, flag, reason,
    COALESCE(segments, 1) AS segments, prefecture, batch_id, tried_at,
    (SELECT people.sealed_address FROM people WHERE people.id = outbox.person_id) AS sealed_address;

-- name: cancel_messages(person_id, lane, now_ms, reason)!
UPDATE outbox SET state = 'cancelled', finished_at = :now_ms, reason = :reason, sealed_message = ''
WHERE person_id = :person_id AND state IN ('queued', 'planned') AND lane >= :lane;

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

-- name: status(id)^
SELECT state, attempt, due_at, finished_at, provider_id, flag, reason, check_at FROM outbox WHERE id = :id;

-- name: purge_outbox(before_ms, most)!
DELETE FROM outbox WHERE id IN (
    SELECT old.id FROM outbox AS old
    WHERE old.finished_at < :before_ms AND old.state NOT IN ('queued', 'dispatching') AND old.batch_id IS NULL
    LIMIT :most
);
