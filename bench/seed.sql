-- One account with one token and one task was made through the API. Here each is copied, with ids that follow from numbers:
-- :spaces accounts with a token and a space each, and :tasks tasks in every space. Columns that are added later are copied too.
\set ON_ERROR_STOP on
SET synchronous_commit = off;

CREATE FUNCTION pg_temp.space_id(s bigint) RETURNS uuid LANGUAGE sql AS $$ SELECT ('019a0000-0000-7000-9000-' || lpad(to_hex(s), 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.task_id(t bigint) RETURNS uuid LANGUAGE sql AS $$ SELECT ('019a0000-0000-7000-8000-' || lpad(to_hex(t), 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.token(s bigint) RETURNS text LANGUAGE sql AS $$ SELECT 'todo_pat_' || lpad(s::text, 43, '0') $$;

CREATE TEMP TABLE account AS SELECT * FROM accounts.accounts LIMIT 1;
CREATE TEMP TABLE token AS SELECT * FROM accounts.tokens LIMIT 1;
CREATE TEMP TABLE space AS SELECT * FROM tasks.spaces LIMIT 1;
CREATE TEMP TABLE inbox AS SELECT * FROM tasks.lists WHERE is_inbox LIMIT 1;
CREATE TEMP TABLE task AS SELECT * FROM tasks.tasks LIMIT 1;
CREATE TEMP TABLE change AS SELECT * FROM tasks.changes WHERE item_id = (SELECT id FROM task) LIMIT 1;

INSERT INTO accounts.accounts SELECT r.* FROM account a, generate_series(1, :spaces) s, jsonb_populate_record(NULL::accounts.accounts, to_jsonb(a) || jsonb_build_object(
  'id', pg_temp.space_id(s), 'space_id', pg_temp.space_id(s), 'email', s || '@bench.test', 'normalized_email', upper(s || '@bench.test'), 'is_administrator', false)) r;
INSERT INTO accounts.tokens SELECT r.* FROM token a, generate_series(1, :spaces) s, jsonb_populate_record(NULL::accounts.tokens, to_jsonb(a) || jsonb_build_object(
  'id', pg_temp.space_id(s), 'account_id', pg_temp.space_id(s), 'token_hash', sha256(pg_temp.token(s)::bytea))) r;
INSERT INTO tasks.spaces SELECT r.* FROM space a, generate_series(1, :spaces) s, jsonb_populate_record(NULL::tasks.spaces, to_jsonb(a) || jsonb_build_object(
  'id', pg_temp.space_id(s), 'version', :tasks + 1, 'last_number', :tasks)) r;
INSERT INTO tasks.lists SELECT r.* FROM inbox a, generate_series(1, :spaces) s, jsonb_populate_record(NULL::tasks.lists, to_jsonb(a) || jsonb_build_object(
  'space_id', pg_temp.space_id(s))) r;
INSERT INTO tasks.tasks SELECT r.* FROM task a, generate_series(1, :tasks) n, generate_series(1, :spaces) s, jsonb_populate_record(NULL::tasks.tasks, to_jsonb(a) || jsonb_build_object(
  'space_id', pg_temp.space_id(s), 'id', pg_temp.task_id((n - 1)::bigint * :spaces + s), 'number', n, 'version', n + 1,
  'title', 'Task ' || n || ' of account ' || s, 'position', lpad(to_hex(n + 1), 12, '0') || '1')) r;
INSERT INTO tasks.changes SELECT r.* FROM change a, generate_series(1, :tasks) n, generate_series(1, :spaces) s, jsonb_populate_record(NULL::tasks.changes, to_jsonb(a) || jsonb_build_object(
  'space_id', pg_temp.space_id(s), 'version', n + 1, 'item_id', pg_temp.task_id((n - 1)::bigint * :spaces + s))) r;

VACUUM (ANALYZE);
CHECKPOINT;
