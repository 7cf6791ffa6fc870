export { ConnectionSettings } from './connection-settings.ts'
export { RecordingRules } from './recording-rules.ts'
export { readSavedConnection } from './saved-connection.ts'
export { StoredQueueNames } from './stored-queue-names.ts'
