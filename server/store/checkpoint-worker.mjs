// @ts-check
// Plain JavaScript: in a thread the stripper of types alone takes 10 MB.
import { parentPort, workerData } from 'node:worker_threads'
import SqliteDatabase from 'better-sqlite3'

const file = new SqliteDatabase(workerData.path, { fileMustExist: true })
file.pragma('synchronous = NORMAL')

parentPort?.on('message', (/** @type {'checkpoint' | 'stop'} */ order) => {
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
