-- name: drop_agent_codes(agent_id, now_ms)!
DELETE FROM agent_codes WHERE agent_id = :agent_id OR expires_at <= :now_ms;

-- name: put_agent_code(digest, agent_id, expires_ms)!
INSERT INTO agent_codes (digest, agent_id, expires_at)
VALUES (:digest, :agent_id, :expires_ms)
ON CONFLICT (digest) DO NOTHING;

-- name: spend_agent_code(digest, now_ms)$
DELETE FROM agent_codes WHERE digest = :digest AND expires_at > :now_ms
RETURNING agent_id;
