export { type Migration, migrate, schemaVersion } from './migration.ts'
export type { Database } from './schema.ts'
export { type Db, databaseFile, hasCode, Store, type Tx } from './store.ts'
