// Loaded into the server beside its own code: on SIGUSR2 collects garbage and writes how much is left to BENCH_MEMORY_FILE.
import { renameSync, writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const file = process.env['BENCH_MEMORY_FILE']
if (isMainThread && file) {
  process.on('SIGUSR2', () => {
    for (let round = 0; round < 3; round++) globalThis.gc?.()
    const { heapUsed, rss } = process.memoryUsage()
    writeFileSync(`${file}.new`, JSON.stringify({ heapUsed, rss }))
    renameSync(`${file}.new`, file)
  })
}
