import { describe, expect, it } from 'vitest'
import type { QueueLogRow } from '../sources/index.ts'
import { ImportLoop } from './import-loop.ts'
import type { ImportStep } from './import-step.ts'
import { batch, row } from './loop-fixture.ts'

describe('a source of which no line can be read', () => {
  const batches = 200
  const linesABatch = 5_000
  it('keeps neither the others from being written nor its lines in memory', async () => {
    const done = Promise.withResolvers<void>()
    const problem = { kind: 'cut', where: 'f', text: 'cut', raw: 'x' } as const
    const bad = new Array(linesABatch).fill(problem)
    const steps: { readBad: number; rows: number; problems: number }[] = []
    let [readBad, readGood] = [0, 0]
    const loop = new ImportLoop({
      sources: [
        {
          kind: 'cel',
          source: {
            id: 'bad',
            read: async () => ({ ...batch({ problems: bad, cursor: String(++readBad), more: readBad < batches }), rows: [] }),
            stop: async () => undefined,
          },
        },
        {
          kind: 'queueLog',
          source: {
            id: 'good',
            read: async () => batch({ rows: [row], cursor: String(++readGood), more: readGood < 20, upToMs: row.atMs }),
            stop: async () => undefined,
          },
        },
      ],
      states: [],
      clock: {
        nowMs: () => 0,
        after(_, callback) {
          queueMicrotask(callback)
          return () => undefined
        },
      },
      write: ({ queueLog, problems }) => void steps.push({ readBad, rows: queueLog.length, problems: problems.length }),
      onFailure: done.reject,
      onProgress: ({ atRest }) => {
        if (!atRest) return
        void loop.stop()
        done.resolve()
      },
    })
    loop.start()
    await done.promise
    expect(steps[0]).toMatchObject({ rows: 1 })
    expect(steps[0]?.readBad).toBeLessThan(20)
    expect(steps[1]).toMatchObject({ rows: 1 })
    expect(Math.max(...steps.map(({ problems }) => problems))).toBeLessThan(20_000)
    expect(readBad).toBe(batches)
  })
})

describe('two sources', () => {
  const line = (atMs: number, callId: string): QueueLogRow => ({ ...row, atMs, callId })
  /** One row a batch, `stepRows` in a step. */
  function sideBySide(
    times: Readonly<Record<string, readonly number[]>>,
    stepRows: number,
    more: Partial<ConstructorParameters<typeof ImportLoop>[0]> = {},
  ) {
    const steps: ImportStep[] = []
    const read: string[] = []
    const caughtUp = Promise.withResolvers<void>()
    const loop = new ImportLoop({
      sources: Object.entries(times).map(([id, all]) => ({
        kind: 'queueLog',
        source: {
          id,
          async read(after) {
            const from = Number(after ?? 0)
            const atMs = all[from]
            read.push(`${id}${from}`)
            if (atMs === undefined) return batch({ cursor: String(from) })
            const hasMore = from + 1 < all.length
            return batch({ rows: [line(atMs, `${id}${from}`)], cursor: String(from + 1), more: hasMore, upToMs: atMs })
          },
          stop: async () => undefined,
        },
      })),
      states: [],
      clock: {
        nowMs: () => 0,
        after(_, callback) {
          queueMicrotask(callback)
          return () => undefined
        },
      },
      stepRows,
      write: (step) => void steps.push(step),
      onFailure: caughtUp.reject,
      onProgress: ({ caughtUpAtMs }) => {
        if (caughtUpAtMs === null) return
        void loop.stop()
        caughtUp.resolve()
      },
      ...more,
    })
    loop.start()
    const told = () => steps.map(({ queueLog }) => queueLog.map(({ callId }) => callId).join(' '))
    return caughtUp.promise.then(() => ({ steps, read, told: told() }))
  }

  it('go along one time: the faster one waits, and its rows are held', async () => {
    const { told, read } = await sideBySide({ a: [10, 20, 30, 40], b: [11, 12, 13, 100] }, 4)
    expect(read).toEqual(['a0', 'b0', 'a1', 'b1', 'b2', 'b3', 'a2', 'a3'])
    expect(told).toEqual(['a0 b0 b1', 'a1 a2 b2 b3', 'a3'])
  })

  it('are taken up to a midnight where one has passed, so that a day is of one step', async () => {
    const dayStartMs = (ms: number) => ms - (ms % 100)
    const times = { a: [10, 60, 110, 160, 210, 260], b: [20, 70, 120, 170, 220, 270] }
    const { told, steps } = await sideBySide(times, 6, { dayStartMs })
    expect(told).toEqual(['a0 a1 b0 b1', 'a2 a3 b2 b3', 'a4 a5 b4 b5'])
    // What lasts over midnight is cut there by the day's own step.
    expect(steps.map(({ upToMs }) => upToMs).slice(0, 2)).toEqual([100, 200])
  })

  it('go on within a day that is longer than a step', async () => {
    const dayStartMs = (ms: number) => ms - (ms % 100)
    const long = await sideBySide({ a: [110, 120, 130, 140, 150, 210, 220] }, 2, { dayStartMs })
    expect(long.told).toEqual(['a0 a1 a2', 'a3 a4', 'a5 a6'])
  })

  it('do not keep what is new today waiting for the years of another', async () => {
    const { told } = await sideBySide({ old: [1, 2, 3, 4, 5, 6, 7, 8], live: [9_000] }, 2)
    expect(told[0]).toContain('live0')
    expect(told.length).toBeGreaterThan(2)
  })

  it('leave the cursor of a batch that is held in part where it was', async () => {
    const { steps } = await sideBySide({ a: [10, 50, 70], b: [20, 30, 60] }, 3)
    const cursorOf = (id: string) => steps.map(({ states }) => states.find(({ source_id }) => source_id === id)?.cursor)
    expect(cursorOf('a')[0]).toBe('1')
    expect(cursorOf('b').findLast((cursor) => cursor !== undefined)).toBe('3')
    expect(steps.flatMap(({ queueLog }) => queueLog)).toHaveLength(6)
  })

  it('are not held up by one odd time', async () => {
    const { told } = await sideBySide({ a: [10, 9_999_999, 30, 40], b: [11, 25, 35, 45] }, 3)
    expect(told.flatMap((rows) => rows.split(' ')).filter(Boolean)).toHaveLength(8)
  })
})
