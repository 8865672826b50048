-- Signed identities (HS256) as the backend makes them, one line for every space: what mcp-server takes when it is asked directly.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE FUNCTION pg_temp.base64url(bytes bytea) RETURNS text LANGUAGE sql AS
$$ SELECT translate(encode(bytes, 'base64'), E'+/=\n', '-_') $$;

SELECT signed || '.' || pg_temp.base64url(hmac(signed::bytea, decode(:'key', 'base64'), 'sha256'))
FROM generate_series(1, :spaces) s,
LATERAL (SELECT '019a0000-0000-7000-9000-' || lpad(to_hex(s), 12, '0') AS id, floor(extract(epoch FROM now()))::bigint AS now) i,
LATERAL (SELECT pg_temp.base64url('{"alg":"HS256","typ":"internal+jwt"}'::bytea) || '.' || pg_temp.base64url(convert_to(jsonb_build_object(
  'iss', 'todo-backend', 'aud', 'mcp-server', 'sub', id, 'space', id, 'name', 'Bench', 'zoneinfo', 'Europe/Berlin', 'locale', 'en', 'weekStart', 'monday',
  'scope', 'tasks:read tasks:write', 'act', jsonb_build_object('kind', 'person', 'id', id, 'name', 'Bench'), 'iat', now, 'exp', now + 60)::text, 'UTF8')) AS signed) j
ORDER BY s;
