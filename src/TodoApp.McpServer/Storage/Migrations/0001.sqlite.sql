-- The same tables as for PostgreSQL. Ids are lower-case text, instants are milliseconds since 1970, arrays and JSON are text.

CREATE TABLE tasks.spaces (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  last_number INTEGER NOT NULL,
  oldest_version INTEGER NOT NULL,
  time_zone TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE tasks.lists (
  space_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  color TEXT,
  parent_id TEXT,
  position TEXT NOT NULL,
  is_inbox INTEGER NOT NULL,
  archived_at INTEGER,
  version INTEGER NOT NULL,
  PRIMARY KEY (space_id, id),
  UNIQUE (space_id, name_key)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX tasks.lists_inbox ON lists (space_id) WHERE is_inbox;
CREATE INDEX tasks.lists_archived ON lists (space_id, id) WHERE archived_at IS NOT NULL;

CREATE TABLE tasks.labels (
  space_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  color TEXT,
  version INTEGER NOT NULL,
  PRIMARY KEY (space_id, id),
  UNIQUE (space_id, name_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE tasks.filters (
  space_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  query TEXT NOT NULL,
  position TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (space_id, id),
  UNIQUE (space_id, name_key)
) STRICT, WITHOUT ROWID;

-- key is a number of its own, since VACUUM may renumber rows that have none.
CREATE TABLE tasks.tasks (
  key INTEGER PRIMARY KEY,
  space_id TEXT NOT NULL,
  id TEXT NOT NULL,
  number INTEGER NOT NULL,
  list_id TEXT NOT NULL,
  parent_id TEXT,
  title TEXT NOT NULL,
  notes TEXT,
  priority INTEGER NOT NULL,
  due TEXT,
  due_time_zone TEXT,
  original_due TEXT,
  due_key TEXT NOT NULL,
  recurrence TEXT,
  recurrence_from INTEGER NOT NULL,
  label_ids TEXT NOT NULL,
  position TEXT NOT NULL,
  completed_at INTEGER,
  deleted_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  search TEXT NOT NULL,
  UNIQUE (space_id, id),
  UNIQUE (space_id, number)
) STRICT;
-- Each order of open and of completed tasks, so that a page reads what it shows: a list of all is both, merged. The trash is small.
CREATE INDEX tasks.tasks_open_position ON tasks (space_id, position, id) WHERE completed_at IS NULL AND deleted_at IS NULL;
CREATE INDEX tasks.tasks_open_list ON tasks (space_id, list_id, position, id) WHERE completed_at IS NULL AND deleted_at IS NULL;
CREATE INDEX tasks.tasks_open_due ON tasks (space_id, due_key, position, id) WHERE completed_at IS NULL AND deleted_at IS NULL;
CREATE INDEX tasks.tasks_open_priority ON tasks (space_id, priority, position, id) WHERE completed_at IS NULL AND deleted_at IS NULL;
CREATE INDEX tasks.tasks_open_number ON tasks (space_id, number) WHERE completed_at IS NULL AND deleted_at IS NULL;
CREATE INDEX tasks.tasks_open_version ON tasks (space_id, version) WHERE completed_at IS NULL AND deleted_at IS NULL;
CREATE INDEX tasks.tasks_done_position ON tasks (space_id, position, id) WHERE completed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX tasks.tasks_done_list ON tasks (space_id, list_id, version) WHERE completed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX tasks.tasks_done_due ON tasks (space_id, due_key, position, id) WHERE completed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX tasks.tasks_done_priority ON tasks (space_id, priority, position, id) WHERE completed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX tasks.tasks_done_number ON tasks (space_id, number) WHERE completed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX tasks.tasks_done_version ON tasks (space_id, version) WHERE completed_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX tasks.tasks_trash ON tasks (space_id, version) WHERE deleted_at IS NOT NULL;
CREATE INDEX tasks.tasks_parent ON tasks (space_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX tasks.tasks_zoned ON tasks (space_id, number) WHERE due_time_zone IS NOT NULL;

-- What PostgreSQL's index on tsvector does: which tasks of a space have a word. The words are made by the program, and parted by spaces.
CREATE VIRTUAL TABLE tasks.task_search USING fts5(space_id, search, content='tasks', content_rowid='key', tokenize="ascii tokenchars '-'", detail='none', columnsize=0);
CREATE TRIGGER tasks.tasks_search_insert AFTER INSERT ON tasks BEGIN
  INSERT INTO task_search (rowid, space_id, search) VALUES (NEW.key, NEW.space_id, NEW.search);
END;
CREATE TRIGGER tasks.tasks_search_update AFTER UPDATE OF search ON tasks WHEN NEW.search <> OLD.search BEGIN
  INSERT INTO task_search (task_search, rowid, space_id, search) VALUES ('delete', OLD.key, OLD.space_id, OLD.search);
  INSERT INTO task_search (rowid, space_id, search) VALUES (NEW.key, NEW.space_id, NEW.search);
END;
CREATE TRIGGER tasks.tasks_search_delete AFTER DELETE ON tasks BEGIN
  INSERT INTO task_search (task_search, rowid, space_id, search) VALUES ('delete', OLD.key, OLD.space_id, OLD.search);
END;

-- What PostgreSQL's index on the array does: which tasks have a label.
CREATE TABLE tasks.task_labels (
  space_id TEXT NOT NULL,
  label_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  PRIMARY KEY (space_id, label_id, task_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER tasks.tasks_labels_insert AFTER INSERT ON tasks WHEN NEW.label_ids <> '[]' BEGIN
  INSERT INTO task_labels SELECT NEW.space_id, value, NEW.id FROM json_each(NEW.label_ids);
END;
CREATE TRIGGER tasks.tasks_labels_update AFTER UPDATE OF label_ids ON tasks WHEN NEW.label_ids <> OLD.label_ids BEGIN
  DELETE FROM task_labels WHERE space_id = OLD.space_id AND task_id = OLD.id AND label_id IN (SELECT value FROM json_each(OLD.label_ids));
  INSERT INTO task_labels SELECT NEW.space_id, value, NEW.id FROM json_each(NEW.label_ids);
END;
CREATE TRIGGER tasks.tasks_labels_delete AFTER DELETE ON tasks WHEN OLD.label_ids <> '[]' BEGIN
  DELETE FROM task_labels WHERE space_id = OLD.space_id AND task_id = OLD.id AND label_id IN (SELECT value FROM json_each(OLD.label_ids));
END;

-- Occurrences of recurring tasks that were completed, by the version of the change that did.
CREATE TABLE tasks.completions (
  space_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  due TEXT NOT NULL,
  completed_at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  PRIMARY KEY (space_id, task_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE tasks.changes (
  space_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  group_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  item_kind TEXT NOT NULL,
  item_id TEXT NOT NULL,
  before TEXT,
  after TEXT,
  undoes INTEGER,
  PRIMARY KEY (space_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX tasks.changes_item ON changes (space_id, item_id, version);
CREATE INDEX tasks.changes_actor ON changes (space_id, actor_id, version);
CREATE INDEX tasks.changes_group ON changes (space_id, group_id);
CREATE INDEX tasks.changes_undoes ON changes (space_id, version) WHERE undoes IS NOT NULL;

CREATE TABLE tasks.idempotency_keys (
  space_id TEXT NOT NULL,
  key BLOB NOT NULL,
  request BLOB NOT NULL,
  status INTEGER NOT NULL,
  version INTEGER,
  body TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (space_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX tasks.idempotency_keys_created_at ON idempotency_keys (created_at);
