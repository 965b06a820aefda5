-- name: queue_broadcast(id, person_id, channel, sealed, now_ms, until_ms, segments, prefecture, opening_id)!
INSERT INTO outbox (
    id, person_id, channel, lane, state, attempt, sealed_message, created_at, due_at, expires_at, segments,
    prefecture, batch_id
)
VALUES (
    :id, :person_id, :channel, 2, 'queued', 0, :sealed, :now_ms, :now_ms, :until_ms, :segments, :prefecture,
    :opening_id
);

-- name: call_back(opening_id, state, now_ms, most)!
-- Those that would leave first, first.
UPDATE outbox SET state = :state, finished_at = :now_ms, reason = 'opening over', sealed_message = ''
WHERE state = 'queued' AND id IN (
    SELECT waiting.id FROM outbox AS waiting
    WHERE waiting.batch_id = :opening_id AND waiting.state = 'queued'
    ORDER BY waiting.due_at, waiting.id
    LIMIT :most
);

-- name: on_their_way(opening_id)$
SELECT COUNT(*) FROM outbox WHERE batch_id = :opening_id AND state IN ('queued', 'dispatching');

-- name: give_turns_back(opening_id, most)!
-- Whose notice never left has not been told: it does not count.
UPDATE subscriptions SET unanswered = CASE WHEN unanswered > 0 THEN unanswered - 1 ELSE 0 END, last_notice_at = NULL
WHERE id IN (
    SELECT draws.subscription_id
    FROM outbox
    JOIN draws ON draws.message_id = outbox.id
    JOIN subscriptions AS told ON told.id = draws.subscription_id
    WHERE outbox.batch_id = :opening_id AND outbox.state IN ('cancelled', 'expired')
        AND told.last_notice_at = outbox.created_at
    LIMIT :most
);

-- name: what_became(opening_id)
SELECT
    draws.wave,
    COALESCE(outbox.state, 'forgotten') AS state,
    CASE WHEN outbox.state = 'failed' AND person.blocked_at >= outbox.created_at THEN 1 ELSE 0 END AS blocked,
    COUNT(*) AS people,
    COUNT(draws.served_at) AS served,
    MIN(outbox.created_at) AS began_at
FROM draws
JOIN subscriptions ON subscriptions.id = draws.subscription_id
JOIN people AS person ON person.id = subscriptions.person_id
LEFT JOIN outbox ON outbox.id = draws.message_id
WHERE draws.opening_id = :opening_id AND draws.message_id IS NOT NULL
GROUP BY draws.wave, COALESCE(outbox.state, 'forgotten'),
    CASE WHEN outbox.state = 'failed' AND person.blocked_at >= outbox.created_at THEN 1 ELSE 0 END
ORDER BY draws.wave, 2;
