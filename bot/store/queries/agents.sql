-- name: add_agent(id, agent, role, prefectures, key_digest, now_ms)!
INSERT INTO agents (id, name, role, prefectures, key_digest, created_at)
VALUES (:id, :agent, :role, :prefectures, :key_digest, :now_ms)
ON CONFLICT (name) DO NOTHING;

-- name: agents()
SELECT id, name, role, prefectures, created_at, revoked_at FROM agents ORDER BY name;

-- name: holder_of(key_digest)^
SELECT id, name, role, prefectures, created_at, revoked_at
FROM agents
WHERE key_digest = :key_digest AND revoked_at IS NULL;

-- name: revoke_agent(agent, now_ms)^
UPDATE agents SET revoked_at = :now_ms
WHERE name = :agent AND revoked_at IS NULL
RETURNING id, name, role, prefectures, created_at, revoked_at;

-- name: agent_named(agent)^
SELECT id, name, role, prefectures, created_at, revoked_at
FROM agents
WHERE name = :agent AND revoked_at IS NULL;

-- name: link_agent(id, person_id)^
UPDATE agents SET person_id = :person_id
WHERE id = :id AND revoked_at IS NULL
RETURNING id, name, role, prefectures, created_at, revoked_at;

-- name: unlink_agent(person_id)!
UPDATE agents SET person_id = NULL WHERE person_id = :person_id;

-- name: agent_of_chat(person_id)^
SELECT id, name, role, prefectures, created_at, revoked_at
FROM agents
WHERE person_id = :person_id AND revoked_at IS NULL;
