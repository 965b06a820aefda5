-- name: put_code(digest, person_id, expires_ms, now_ms)!
-- A code that somebody else holds is theirs until it ends: nothing is changed.
INSERT INTO codes (digest, person_id, expires_at)
VALUES (:digest, :person_id, :expires_ms)
ON CONFLICT (digest) DO UPDATE SET person_id = excluded.person_id, expires_at = excluded.expires_at
WHERE codes.expires_at <= :now_ms;

-- name: holder_of_code(digest, now_ms)$
SELECT person_id FROM codes WHERE digest = :digest AND expires_at > :now_ms;

-- name: code_of(person_id, now_ms)$
SELECT digest FROM codes WHERE person_id = :person_id AND expires_at > :now_ms LIMIT 1;

-- name: drop_codes_of(person_id)!
DELETE FROM codes WHERE person_id = :person_id;

-- name: code_tries_of(person_id)^
SELECT tries, since FROM code_tries WHERE person_id = :person_id;

-- name: save_code_tries(person_id, tries, since)!
INSERT INTO code_tries (person_id, tries, since)
VALUES (:person_id, :tries, :since)
ON CONFLICT (person_id) DO UPDATE SET tries = excluded.tries, since = excluded.since;

-- name: purge_codes(now_ms)!
DELETE FROM codes WHERE expires_at <= :now_ms;

-- name: purge_code_tries(before_ms)!
DELETE FROM code_tries WHERE since < :before_ms;
