import { parentPort, workerData } from 'node:worker_threads'
import SqliteDatabase from 'better-sqlite3'

const { path }: { path: string } = workerData
const file = new SqliteDatabase(path, { fileMustExist: true })
file.pragma('synchronous = NORMAL')

parentPort?.on('message', (order: 'checkpoint' | 'stop') => {
  if (order === 'stop') {
    file.close()
    parentPort?.close()
    return
  }
  try {
    // Waits for nobody, and nobody for it: what cannot be moved now is moved the next time.
    file.pragma('wal_checkpoint(PASSIVE)')
  } finally {
    parentPort?.postMessage('done')
  }
})
