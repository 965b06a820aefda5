-- name: meet(id, channel, digest, sealed_address, now_ms)^
-- On conflict the row is written all the same: that locks it on PostgreSQL, so the turns of one person take turns.
INSERT INTO people (id, channel, digest, sealed_address, created_at, seen_at)
VALUES (:id, :channel, :digest, :sealed_address, :now_ms, :now_ms)
ON CONFLICT (channel, digest) DO UPDATE SET seen_at = excluded.seen_at
RETURNING id, channel, sealed_address, sealed_conversation, language, created_at, seen_at, blocked_at,
    sealed_screen, home_id, mobile_digest, waits;

-- name: find_person(channel, digest)^
SELECT id, channel, sealed_address, sealed_conversation, language, created_at, seen_at, blocked_at,
    sealed_screen, home_id, mobile_digest, waits
FROM people
WHERE channel = :channel AND digest = :digest;

-- name: person(person_id)^
SELECT id, channel, sealed_address, sealed_conversation, language, created_at, seen_at, blocked_at,
    sealed_screen, home_id, mobile_digest, waits
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

-- name: erase_person(person_id)!
-- Their messages, codes and all else go by their foreign keys: after their own row, as a turn locks them.
DELETE FROM people WHERE id = :person_id;

-- name: messages_of(person_id)
SELECT id, channel, lane, state, created_at, due_at, finished_at
FROM outbox
WHERE person_id = :person_id
ORDER BY id;

-- name: visit_person(person_id, now_ms)^
-- Written, so that the row is locked on PostgreSQL, and so that a conversation is kept as long as any window shows it.
UPDATE people SET seen_at = :now_ms
WHERE id = :person_id
RETURNING id, channel, sealed_address, sealed_conversation, language, created_at, seen_at, blocked_at,
    sealed_screen, home_id, mobile_digest, waits;

-- name: join_home(person_id, home_id)!
-- The conversation of its own ends with it: from now on the window shows another one.
UPDATE people SET home_id = :home_id, sealed_conversation = NULL, sealed_screen = NULL
WHERE id = :person_id;

-- name: shorten_way_home(person_id, home_id)!
UPDATE people SET home_id = :home_id
WHERE id = :person_id;

-- name: windows_of(person_id)
WITH RECURSIVE windows (id, channel, mobile_digest) AS (
    SELECT people.id, people.channel, people.mobile_digest FROM people WHERE people.id = :person_id
    UNION
    SELECT people.id, people.channel, people.mobile_digest
    FROM people JOIN windows ON people.home_id = windows.id
)
SELECT id, channel, mobile_digest FROM windows ORDER BY channel, id;

-- name: orphans(most)
SELECT lone.id FROM people AS lone
WHERE lone.home_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM people AS home WHERE home.id = lone.home_id)
ORDER BY lone.id
LIMIT :most;

-- name: save_screen(person_id, sealed)!
UPDATE people SET sealed_screen = :sealed
WHERE id = :person_id;

-- name: save_mobile(person_id, digest)!
UPDATE people SET mobile_digest = :digest
WHERE id = :person_id;

-- name: save_waits(person_id, waits)!
UPDATE people SET waits = :waits
WHERE id = :person_id;

-- name: stop_token_of(person_id, new_token)$
UPDATE people SET stop_token = COALESCE(stop_token, :new_token)
WHERE id = :person_id
RETURNING stop_token;

-- name: person_of_stop_token(token)^
SELECT id, channel, digest FROM people WHERE stop_token = :token;

-- name: purge_people(before_ms, empty_before_ms, most)!
-- Nobody goes while something is still to be sent to them, however late, or said to a window of theirs. A row without
-- a past is left by « erase », so that the person could be told: it goes soon; not a number that was told something,
-- nor a window that shows what another one holds. A window goes after the conversation it shows, never in the same
-- statement: see `people.visit`.
DELETE FROM people WHERE id IN (
    SELECT gone.id FROM people AS gone
    WHERE (
        (
            gone.seen_at < :before_ms
            AND NOT EXISTS (SELECT 1 FROM people AS home WHERE home.id = gone.home_id AND home.seen_at < :before_ms)
        )
        OR (
            gone.seen_at < :empty_before_ms AND gone.sealed_conversation IS NULL AND gone.blocked_at IS NULL
            AND gone.home_id IS NULL AND gone.mobile_digest IS NULL AND gone.stop_token IS NULL
            AND NOT EXISTS (SELECT 1 FROM people AS shown WHERE shown.home_id = gone.id)
            AND NOT EXISTS (SELECT 1 FROM pickups WHERE pickups.person_id = gone.id)
        )
        OR (
            gone.home_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM people AS home WHERE home.id = gone.home_id)
        )
    ) AND NOT EXISTS (
        SELECT 1 FROM outbox
        WHERE outbox.person_id = gone.id AND outbox.state IN ('queued', 'dispatching', 'planned')
    ) AND NOT EXISTS (
        SELECT 1 FROM people AS shown JOIN outbox ON outbox.person_id = shown.id
        WHERE shown.home_id = gone.id AND outbox.state = 'planned'
    )
    LIMIT :most
);
