-- Every key and every index leads with the space, so that one space's data can live on one shard.
-- There are no foreign keys: all writes to a space happen under the lock of its row (docs/adr/0003).

CREATE TABLE tasks.spaces (
  id uuid PRIMARY KEY,
  version bigint NOT NULL,
  last_number bigint NOT NULL,
  oldest_version bigint NOT NULL,
  time_zone text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  deleted_at timestamptz(3)
) WITH (fillfactor = 60);

CREATE TABLE tasks.lists (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  color text,
  parent_id uuid,
  position text COLLATE "C" NOT NULL,
  is_inbox boolean NOT NULL,
  archived_at timestamptz(3),
  version bigint NOT NULL,
  PRIMARY KEY (space_id, id),
  CONSTRAINT lists_name UNIQUE (space_id, name_key)
);
CREATE UNIQUE INDEX lists_inbox ON tasks.lists (space_id) WHERE is_inbox;
CREATE INDEX lists_archived ON tasks.lists (space_id, id) WHERE archived_at IS NOT NULL;

CREATE TABLE tasks.labels (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  color text,
  version bigint NOT NULL,
  PRIMARY KEY (space_id, id),
  CONSTRAINT labels_name UNIQUE (space_id, name_key)
);

CREATE TABLE tasks.filters (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  query text NOT NULL,
  position text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (space_id, id),
  CONSTRAINT filters_name UNIQUE (space_id, name_key)
);

-- due_key orders and selects by due date: '2026-12-01T09:00' in the account's zone, '2026-12-01~' for a date without
-- a time (after every time of that day), '~' for none (last). priority is 1 (urgent) to 4 (low), 5 for none.
-- search holds the words of title and notes, made by the program (Search/SearchText.cs).
CREATE TABLE tasks.tasks (
  space_id uuid NOT NULL,
  id uuid NOT NULL,
  number bigint NOT NULL,
  list_id uuid NOT NULL,
  parent_id uuid,
  title text NOT NULL,
  notes text,
  priority smallint NOT NULL,
  due text,
  due_time_zone text,
  original_due text,
  due_key text COLLATE "C" NOT NULL,
  recurrence text,
  recurrence_from smallint NOT NULL,
  label_ids uuid[] NOT NULL,
  position text COLLATE "C" NOT NULL,
  completed_at timestamptz(3),
  deleted_at timestamptz(3),
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  version bigint NOT NULL,
  search tsvector NOT NULL,
  PRIMARY KEY (space_id, id),
  CONSTRAINT tasks_number UNIQUE (space_id, number)
) WITH (fillfactor = 85);
-- Each order of open and of completed tasks, so that a page reads what it shows: a list of all is both, merged. The trash is small.
CREATE INDEX tasks_open_position ON tasks.tasks (space_id, position, id) WHERE completed_at IS NULL AND deleted_at IS NULL;
CREATE INDEX tasks_open_list ON tasks.tasks (space_id, list_id, position, id) WHERE completed_at IS NULL AND deleted_at IS NULL;
CREATE INDEX tasks_open_due ON tasks.tasks (space_id, due_key, position, id) WHERE completed_at IS NULL AND deleted_at IS NULL;
CREATE INDEX tasks_open_priority ON tasks.tasks (space_id, priority, position, id) WHERE completed_at IS NULL AND deleted_at IS NULL;
CREATE INDEX tasks_open_number ON tasks.tasks (space_id, number) WHERE completed_at IS NULL AND deleted_at IS NULL;
CREATE INDEX tasks_open_version ON tasks.tasks (space_id, version) WHERE completed_at IS NULL AND deleted_at IS NULL;
CREATE INDEX tasks_done_position ON tasks.tasks (space_id, position, id) WHERE completed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX tasks_done_list ON tasks.tasks (space_id, list_id, version) WHERE completed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX tasks_done_due ON tasks.tasks (space_id, due_key, position, id) WHERE completed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX tasks_done_priority ON tasks.tasks (space_id, priority, position, id) WHERE completed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX tasks_done_number ON tasks.tasks (space_id, number) WHERE completed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX tasks_done_version ON tasks.tasks (space_id, version) WHERE completed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX tasks_trash ON tasks.tasks (space_id, version) INCLUDE (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX tasks_parent ON tasks.tasks (space_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX tasks_zoned ON tasks.tasks (space_id, number) WHERE due_time_zone IS NOT NULL;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE INDEX tasks_words ON tasks.tasks USING gin (space_id, search, label_ids) WITH (gin_pending_list_limit = 1024);

-- Occurrences of recurring tasks that were completed, by the version of the change that did.
CREATE TABLE tasks.completions (
  space_id uuid NOT NULL,
  task_id uuid NOT NULL,
  version bigint NOT NULL,
  due text NOT NULL,
  completed_at timestamptz(3) NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  PRIMARY KEY (space_id, task_id, version)
);

CREATE TABLE tasks.changes (
  space_id uuid NOT NULL,
  version bigint NOT NULL,
  group_id uuid NOT NULL,
  at timestamptz(3) NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  kind text NOT NULL,
  item_kind text NOT NULL,
  item_id uuid NOT NULL,
  before jsonb,
  after jsonb,
  undoes bigint,
  PRIMARY KEY (space_id, version)
);
CREATE INDEX changes_item ON tasks.changes (space_id, item_id, version);
CREATE INDEX changes_actor ON tasks.changes (space_id, actor_id, version);
CREATE INDEX changes_group ON tasks.changes (space_id, group_id);
CREATE INDEX changes_undoes ON tasks.changes (space_id, version) WHERE undoes IS NOT NULL;

-- key and request are SHA-256 digests. The answer is body, or the item that the change with this version left.
CREATE TABLE tasks.idempotency_keys (
  space_id uuid NOT NULL,
  key bytea NOT NULL,
  request bytea NOT NULL,
  status smallint NOT NULL,
  version bigint,
  body text,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (space_id, key)
);
CREATE INDEX idempotency_keys_created_at ON tasks.idempotency_keys (created_at);
