export { type Connection, ConnectionSettings } from './connection-settings.ts'
export type { QueueNames } from './queue-names.ts'
export { readSavedConnection } from './saved-connection.ts'
export { StoredQueueNames } from './stored-queue-names.ts'
