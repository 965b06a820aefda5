-- name: meet(id, channel, digest, sealed_address, now_ms)^
-- On conflict the row is written all the same: that locks it on PostgreSQL, so the turns of one person take turns.
INSERT INTO people (id, channel, digest, sealed_address, created_at, seen_at)
VALUES (:id, :channel, :digest, :sealed_address, :now_ms, :now_ms)
ON CONFLICT (channel, digest) DO UPDATE SET seen_at = excluded.seen_at
RETURNING id, channel, sealed_address, sealed_conversation, language, created_at, seen_at, blocked_at;

-- name: find_person(channel, digest)^
SELECT id, channel, sealed_address, sealed_conversation, language, created_at, seen_at, blocked_at
FROM people
WHERE channel = :channel AND digest = :digest;

-- name: person(person_id)^
SELECT id, channel, sealed_address, sealed_conversation, language, created_at, seen_at, blocked_at
FROM people
WHERE id = :person_id;

-- name: any_address()$
SELECT sealed_address FROM people LIMIT 1;

-- name: save_conversation(person_id, sealed, language, now_ms)!
UPDATE people SET sealed_conversation = :sealed, language = :language, seen_at = :now_ms
WHERE id = :person_id;

-- name: mark_blocked(person_id, now_ms)!
UPDATE people SET blocked_at = :now_ms
WHERE id = :person_id AND blocked_at IS NULL;

-- name: mark_unblocked(person_id)!
UPDATE people SET blocked_at = NULL
WHERE id = :person_id AND blocked_at IS NOT NULL;

-- name: erase_messages(person_id)!
DELETE FROM outbox WHERE person_id = :person_id;

-- name: erase_person(person_id)!
DELETE FROM people WHERE id = :person_id;

-- name: messages_of(person_id)
SELECT id, channel, lane, state, created_at, due_at, finished_at
FROM outbox
WHERE person_id = :person_id
ORDER BY id;

-- name: purge_people(before_ms, empty_before_ms, most)!
-- Nobody goes while something is still to be sent to them. A row without a past is left by « erase », so that the
-- person could be told: it goes soon.
DELETE FROM people WHERE id IN (
    SELECT gone.id FROM people AS gone
    WHERE (
        gone.seen_at < :before_ms
        OR (gone.seen_at < :empty_before_ms AND gone.sealed_conversation IS NULL AND gone.blocked_at IS NULL)
    ) AND NOT EXISTS (
        SELECT 1 FROM outbox
        WHERE outbox.person_id = gone.id AND outbox.state IN ('queued', 'dispatching')
    )
    LIMIT :most
);
