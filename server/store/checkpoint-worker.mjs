// @ts-check
// Plain JavaScript: in a thread the stripper of types alone takes 10 MB.
import { parentPort, workerData } from 'node:worker_threads'
import SqliteDatabase from 'better-sqlite3'

/** @type {import('better-sqlite3').Database | null} */
let file = null

function open() {
  const opened = new SqliteDatabase(workerData.path, { fileMustExist: true })
  opened.pragma('synchronous = NORMAL')
  return opened
}

parentPort?.on('message', (/** @type {'checkpoint' | 'stop'} */ order) => {
  if (order === 'stop') {
    file?.close()
    parentPort?.close()
    return
  }
  let failure = null
  try {
    file ??= open()
    // Waits for nobody, and nobody for it: what cannot be moved now is moved the next time.
    file.pragma('wal_checkpoint(PASSIVE)')
  } catch (error) {
    failure = String(error)
  }
  // A text is why it failed.
  parentPort?.postMessage(failure)
})
