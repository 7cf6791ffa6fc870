export { PublishQueue, publishedTables } from './publish-queue.ts'
export { RecordPublisher } from './record-publisher.ts'
