-- name: delivery(id)^
SELECT outbox.id, outbox.person_id, outbox.lane, outbox.state, outbox.attempt, outbox.created_at, outbox.expires_at,
    outbox.tried_at, outbox.dispatched_at, outbox.provider_id, outbox.flag, outbox.reason,
    CASE WHEN outbox.sealed_message = '' THEN 0 ELSE 1 END AS has_text, people.digest
FROM outbox JOIN people ON people.id = outbox.person_id
WHERE outbox.id = :id;

-- name: digest_of(person_id)$
SELECT digest FROM people WHERE id = :person_id;

-- name: move_delivery(id, attempt, state, then, provider_id, reason, flag, due_ms, check_ms, now_ms)!
-- Compare and set: of an attempt that is over, or a state that has changed since it was read, nothing is written.
-- What is queued again waits for its hour in nobody's hands, and holds nobody back.
UPDATE outbox SET
    state = :then,
    provider_id = :provider_id,
    reason = :reason,
    flag = COALESCE(:flag, flag),
    due_at = COALESCE(CAST(:due_ms AS BIGINT), due_at),
    owner = CASE WHEN :then = 'queued' THEN NULL ELSE owner END,
    finished_at = CASE WHEN :then = 'queued' THEN NULL ELSE CAST(:now_ms AS BIGINT) END,
    check_at = CAST(:check_ms AS BIGINT),
    checks = CASE WHEN :then = 'queued' THEN NULL ELSE COALESCE(checks, 0) END,
    sealed_message = CASE WHEN :then IN ('delivered', 'failed', 'uncertain') THEN '' ELSE sealed_message END
WHERE id = :id AND attempt = :attempt AND state = :state;

-- name: failed_since(channel, reason, since_ms)$
SELECT COUNT(*) FROM outbox
WHERE channel = :channel AND finished_at >= :since_ms AND state = 'failed'
    AND (reason = :reason OR reason LIKE '% ' || :reason);

-- name: plan_checks(channel, since_ms, uncertain_ms, accepted_ms)!
-- What came to be uncertain or accepted, and nobody has planned to ask for yet. Uncertain for good is what was asked
-- for often enough.
UPDATE outbox SET
    check_at = COALESCE(dispatched_at, finished_at) + CASE state
        WHEN 'uncertain' THEN CAST(:uncertain_ms AS BIGINT)
        ELSE CAST(:accepted_ms AS BIGINT)
    END,
    checks = 0
WHERE channel = :channel AND finished_at >= :since_ms AND check_at IS NULL
    AND (state = 'accepted' OR (state = 'uncertain' AND checks IS NULL));

-- name: due_checks(channel, state, now_ms, most)
SELECT outbox.id, outbox.person_id, outbox.lane, outbox.state, outbox.attempt, outbox.created_at, outbox.expires_at,
    outbox.dispatched_at, outbox.provider_id, outbox.flag, outbox.reason, outbox.batch_id,
    outbox.sealed_message, people.sealed_address
FROM outbox JOIN people ON people.id = outbox.person_id
WHERE outbox.channel = :channel AND outbox.check_at <= :now_ms AND outbox.state = :state
ORDER BY outbox.check_at, outbox.id
LIMIT :most;

-- name: plan_check(id, attempt, state, check_ms, counted, reason)!
UPDATE outbox SET
    check_at = CAST(:check_ms AS BIGINT),
    checks = COALESCE(checks, 0) + :counted,
    reason = COALESCE(:reason, reason),
    sealed_message = CASE WHEN CAST(:check_ms AS BIGINT) IS NULL THEN '' ELSE sealed_message END
WHERE id = :id AND attempt = :attempt AND state = :state;

-- name: dispatching_to(person_id)$
SELECT id FROM outbox WHERE person_id = :person_id AND state = 'dispatching' LIMIT 1;

-- name: owner_of_sid(provider_id, id)$
SELECT id FROM outbox WHERE provider_id = :provider_id AND id <> :id LIMIT 1;
