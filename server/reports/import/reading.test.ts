import { expect, it } from 'vitest'
import type { FirstImport, ImportProgress } from './protocol.ts'
import { type Reader, type ReaderStart, Reading } from './reading.ts'

function rig(firstImport: FirstImport | null = null) {
  const log: string[] = []
  const told: ImportProgress[] = []
  const starts: ReaderStart[] = []
  let stops: PromiseWithResolvers<void>[] = []
  const reader =
    (where: string) =>
    (start: ReaderStart): Reader => ({
      start() {
        log.push(where)
        starts.push(start)
      },
      stop() {
        const gone = Promise.withResolvers<void>()
        stops.push(gone)
        log.push(`${where} stops`)
        return gone.promise
      },
    })
  const reading = new Reading({
    firstImport,
    states: () => [],
    beside: reader('beside'),
    here: reader('here'),
    onProgress: (progress) => told.push(progress),
  })
  return {
    log,
    told,
    reading,
    starts,
    tell: (rows: number, more: Partial<ImportProgress> = {}) =>
      starts.at(-1)?.onProgress({ rows, caughtUpAtMs: null, atRest: false, ...more }),
    /** The reader that was told to stop is gone. */
    gone: async () => {
      for (const { resolve } of stops) resolve()
      stops = []
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}
const firstImport: FirstImport = { starts: [], known: new Uint32Array(1) }

it('reads a first import in a thread of its own, and ends it when everything is read', async () => {
  const { reading, log, starts, told, tell, gone } = rig(firstImport)
  reading.start()
  expect(starts[0]?.firstImport).toBe(firstImport)
  tell(1_000_000)
  tell(2_000_000, { caughtUpAtMs: 7, atRest: true })
  // Told again while it stops.
  tell(2_000_000, { caughtUpAtMs: 8, atRest: true })
  expect(log).toEqual(['beside', 'beside stops'])
  await gone()
  expect(log).toEqual(['beside', 'beside stops', 'here'])
  expect(starts[1]?.firstImport).toBeNull()
  tell(5)
  expect(told.at(-1)).toEqual({ rows: 2_000_005, caughtUpAtMs: 8, atRest: false })
  tell(5, { caughtUpAtMs: 9, atRest: true })
  expect(told.at(-1)).toEqual({ rows: 2_000_005, caughtUpAtMs: 9, atRest: true })
})

it('begins in the writer’s thread, and leaves it for another only where there is much to read', async () => {
  const { reading, log, tell, gone } = rig()
  reading.start()
  tell(59_999)
  tell(59_999, { atRest: true })
  tell(119_998)
  expect(log).toEqual(['here'])
  tell(119_999)
  expect(log).toEqual(['here', 'here stops'])
  await gone()
  expect(log.at(-1)).toBe('beside')
})

it('does not begin again what was stopped meanwhile', async () => {
  const { reading, log, tell, gone } = rig(firstImport)
  reading.start()
  tell(1, { caughtUpAtMs: 1, atRest: true })
  let stopped = false
  const stopping = reading.stop().then(() => {
    stopped = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(stopped).toBe(false)
  await gone()
  await gone()
  await stopping
  expect(log).toEqual(['beside', 'beside stops', 'beside stops'])
})
