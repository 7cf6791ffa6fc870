export { ConnectionSettings } from './connection-settings.ts'
export { readSavedConnection } from './saved-connection.ts'
export { StoredQueueNames } from './stored-queue-names.ts'
