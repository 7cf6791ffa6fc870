/**
 * How fast a long list is written into a file, and in how much memory: a million calls of a generated history as the server writes
 * them, in a process of its own that does nothing else. `npm run bench -- export --calls=1000000`.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { atMost, type Figure, forReference } from './figure.ts'

const formats = ['xlsx', 'csv'] as const
const memoryLimitMb = 200

const Written = z.object({
  rows: z.number(),
  bytes: z.number(),
  seconds: z.number(),
  peakMb: z.number(),
  /** What the process takes before it begins. */
  idleMb: z.number(),
  /** How late the event loop was, 99 of 100 times at most. */
  turnMs: z.number(),
})

/** With the switches that the server has. */
const execArgv = ['--max-semi-space-size=4', '--liftoff-only']
const child = (args: readonly string[]) => fork(join(import.meta.dirname, 'support/export-child.ts'), [...args], { execArgv })

export async function* run(options: readonly string[] = []): AsyncGenerator<Figure> {
  const asked = options.find((option) => option.startsWith('--calls='))
  const calls = asked === undefined ? 1_000_000 : Number(asked.split('=')[1])
  const dataDir = mkdtempSync(join(tmpdir(), 'callsync-export-'))
  try {
    await once(child(['make', dataDir, String(calls)]), 'exit')
    for (const format of formats) {
      const written = Written.parse((await once(child(['write', dataDir, format]), 'message'))[0])
      const { rows, bytes, seconds } = written
      yield forReference(`${format}: rows of a list of calls`, rows, 'rows')
      yield forReference(`${format}: written`, rows / seconds, 'rows/s')
      yield forReference(`${format}: size`, bytes / 2 ** 20, 'MB')
      yield forReference(`${format}: memory before`, written.idleMb, 'MB')
      yield atMost(`${format}: peak memory of the process`, written.peakMb, 'MB', memoryLimitMb)
      yield atMost(`${format}: event loop meanwhile, p99`, written.turnMs, 'ms', 50)
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}
