-- name: open_request(agent_id, key, digest, now_ms, forgotten_ms)!
INSERT INTO answered_requests (agent_id, key, digest, created_at)
VALUES (:agent_id, :key, :digest, :now_ms)
ON CONFLICT (agent_id, key) DO UPDATE
SET digest = excluded.digest, sealed_answer = NULL, created_at = excluded.created_at
WHERE answered_requests.created_at < :forgotten_ms;

-- name: request_of(agent_id, key)^
SELECT digest, sealed_answer FROM answered_requests WHERE agent_id = :agent_id AND key = :key;

-- name: answer_request(agent_id, key, sealed)!
UPDATE answered_requests SET sealed_answer = :sealed
WHERE agent_id = :agent_id AND key = :key AND sealed_answer IS NULL;

-- name: forget_request(agent_id, key)!
DELETE FROM answered_requests WHERE agent_id = :agent_id AND key = :key AND sealed_answer IS NULL;

-- name: purge_requests(before_ms, most)!
DELETE FROM answered_requests WHERE (agent_id, key) IN (
    SELECT old.agent_id, old.key FROM answered_requests AS old WHERE old.created_at < :before_ms LIMIT :most
);
