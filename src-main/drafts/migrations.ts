/**
 * Entry n takes the database from version n to n + 1 (`user_version`). Only append: an entry that was released never changes.
 * Rows are JSON checked by the contract on reading; columns are only what is searched by.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE draft (
    user_id TEXT NOT NULL,
    card_id TEXT NOT NULL,
    row TEXT NOT NULL,
    PRIMARY KEY (user_id, card_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    row TEXT NOT NULL
  ) STRICT;
  CREATE INDEX outbox_by_user ON outbox (user_id, seq);
  `,
  `
  CREATE TABLE set_aside (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('draft', 'outbox')),
    key TEXT NOT NULL,
    row TEXT NOT NULL
  ) STRICT;
  `,
]
