-- name: add_plan(id, person_id, channel, lane, plan, now_ms, due_ms, expires_ms, prefecture)!
INSERT INTO outbox (
    id, person_id, channel, lane, state, attempt, sealed_message, created_at, due_at, expires_at, prefecture, plan
)
VALUES (
    :id, :person_id, :channel, :lane, 'planned', 0, '', :now_ms, :due_ms, :expires_ms, CAST(:prefecture AS TEXT), :plan
);

-- name: plans_of(home_id)
-- Of all the windows of a conversation.
WITH RECURSIVE windows (id) AS (
    SELECT people.id FROM people WHERE people.id = :home_id
    UNION
    SELECT people.id FROM people JOIN windows ON people.home_id = windows.id
)
SELECT planned.id, planned.person_id, planned.channel, planned.plan, planned.due_at, planned.expires_at,
    planned.prefecture
FROM outbox AS planned
WHERE planned.state = 'planned' AND planned.person_id IN (SELECT windows.id FROM windows)
ORDER BY planned.due_at, planned.id;

-- name: plan_again(id, plan, due_ms, expires_ms, prefecture)!
UPDATE outbox SET
    plan = :plan, due_at = :due_ms, expires_at = :expires_ms, prefecture = CAST(:prefecture AS TEXT)
WHERE id = :id AND state = 'planned';

-- name: drop_plan(id)!
DELETE FROM outbox WHERE id = :id AND state = 'planned';

-- name: people_due(channel, now_ms, most)
SELECT due.person_id
FROM outbox AS due
WHERE due.state = 'planned' AND due.channel = :channel AND due.due_at <= :now_ms
ORDER BY due.due_at, due.id
LIMIT :most;

-- name: queue_plan(id, sealed_message, now_ms, expires_ms, segments, prefecture)!
UPDATE outbox SET
    state = 'queued', sealed_message = :sealed_message, created_at = :now_ms, due_at = :now_ms,
    expires_at = :expires_ms, segments = CAST(:segments AS BIGINT), prefecture = CAST(:prefecture AS TEXT)
WHERE id = :id AND state = 'planned';

-- name: end_plan(id, state, reason, now_ms)!
UPDATE outbox SET state = :state, reason = :reason, finished_at = :now_ms
WHERE id = :id AND state = 'planned';

-- name: erase_plans(home_id)!
WITH RECURSIVE windows (id) AS (
    SELECT people.id FROM people WHERE people.id = :home_id
    UNION
    SELECT people.id FROM people JOIN windows ON people.home_id = windows.id
)
DELETE FROM outbox WHERE state = 'planned' AND person_id IN (SELECT windows.id FROM windows);

-- name: hold_person(person_id)^
-- Written, so that the row is locked on PostgreSQL; nobody was seen by it.
UPDATE people SET seen_at = seen_at
WHERE id = :person_id
RETURNING id, channel, sealed_address, sealed_conversation, language, created_at, seen_at, blocked_at,
    sealed_screen, home_id, mobile_digest, waits, digest;

-- name: planned_otherwise(edition, after, most)
-- Who wants something said later, of which another edition of the knowledge said when.
SELECT id FROM people
WHERE waits <> 0 AND waits <> :edition AND id > :after
ORDER BY id
LIMIT :most;
