import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../clock.ts'
import type { Batch, QueueLogRow, RecordSource } from '../sources/index.ts'
import { ImportLoop, type LoopSource } from './import-loop.ts'
import type { ImportStep } from './import-step.ts'
import { batch, row } from './loop-fixture.ts'
import type { ImportProgress } from './protocol.ts'

const loops: ImportLoop[] = []
afterEach(async () => {
  for (const loop of loops.splice(0)) await loop.stop()
})

const away = batch({ problems: [{ kind: 'unreachable', where: 'q', text: 'no route', raw: '' }] })

function rig(
  answers: (() => Batch<QueueLogRow>)[],
  fails: (step: ImportStep) => boolean = () => false,
  others: readonly LoopSource[] = [],
  prepare = (step: ImportStep): ImportStep => step,
  between = (): boolean => false,
) {
  const failures: unknown[] = []
  const told: ImportProgress[] = []
  const clock = new ManualClock(0)
  const asked: { after: string | null; atMs: number }[] = []
  const steps: ImportStep[] = []
  const source: RecordSource<QueueLogRow> = {
    id: 'q',
    async read(after) {
      asked.push({ after, atMs: clock.nowMs() })
      return (answers.shift() ?? (() => batch({ cursor: after ?? '' })))()
    },
    stop: async () => undefined,
  }
  let progress = Promise.withResolvers<void>()
  const loop = new ImportLoop({
    sources: [{ kind: 'queueLog', source }, ...others],
    states: [],
    clock,
    prepare,
    between,
    write: (step) => {
      if (fails(step)) throw new Error('disk full')
      steps.push(step)
    },
    onFailure: (error) => void failures.push(error),
    onProgress: (now) => {
      told.push(now)
      progress.resolve()
      progress = Promise.withResolvers()
    },
  })
  loops.push(loop)
  return {
    clock,
    asked,
    steps,
    failures,
    told,
    loop,
    /** Until the round under way is written. */
    round: async (start: () => void) => {
      const { promise } = progress
      start()
      await promise
    },
  }
}

describe('the import', () => {
  it('asks a source that is away later and later, and again at once when it is back', async () => {
    const { clock, asked, steps, loop, round } = rig([
      () => away,
      () => away,
      () => away,
      () => batch({ rows: [row], upToMs: 5_000 }),
    ])
    await round(() => loop.start())
    for (const ms of [1_000, 2_000, 4_000]) await round(() => clock.advance(ms))
    expect(asked.map(({ atMs }) => atMs)).toEqual([0, 1_000, 3_000, 7_000])
    expect(steps[2]?.states[0]).toMatchObject({ error: 'no route', error_since_ms: 0, read_at_ms: null, rows_read: 0 })
    expect(steps[3]?.states[0]).toMatchObject({ error: null, error_since_ms: null, rows_read: 1, up_to_ms: 5_000, caught_up: 1 })
    await round(() => clock.advance(2_000))
    expect(asked.at(-1)?.atMs).toBe(9_000)
  })

  it('takes a source that throws for one that is away', async () => {
    const { steps, loop, round } = rig([
      () => {
        throw new Error('broken')
      },
    ])
    await round(() => loop.start())
    expect(steps[0]?.states[0]).toMatchObject({ error: 'broken', cursor: null })
  })

  it('goes on after a step that could not be written, reads it again, and tells', async () => {
    let full = true
    const lines = () => batch({ rows: [row], cursor: 'next', upToMs: 5_000 })
    const { clock, asked, steps, failures, loop, round } = rig([lines, lines], ({ queueLog }) => queueLog.length > 0 && full)
    await round(() => loop.start())
    expect(failures).toHaveLength(1)
    expect(steps[0]).toMatchObject({
      queueLog: [],
      states: [{ error: 'disk full', error_since_ms: 0, cursor: null, rows_read: 0 }],
    })
    full = false
    await round(() => clock.advance(1_000))
    expect(asked.map(({ after }) => after)).toEqual([null, null])
    expect(steps[1]).toMatchObject({ queueLog: [row], states: [{ error: null, cursor: 'next', rows_read: 1 }] })
  })

  it('tells too when a step could not be prepared', async () => {
    const { steps, failures, loop, round } = rig([() => batch({ rows: [row], cursor: 'next' })], undefined, [], () => {
      throw new Error('odd row')
    })
    await round(() => loop.start())
    expect(failures).toEqual([new Error('odd row')])
    expect(steps).toMatchObject([{ queueLog: [], states: [{ error: 'odd row', cursor: null }] }])
  })

  it('keeps what was written when the work between the steps fails, and tries that again later and later', async () => {
    const tried: number[] = []
    let broken = true
    const next = (cursor: string) => () => batch({ rows: [row], cursor, upToMs: 5_000 })
    const between = () => {
      tried.push(clock.nowMs())
      if (broken) throw new Error('odd call')
      return false
    }
    const { clock, asked, steps, failures, told, loop, round } = rig(
      [next('one'), next('two'), next('three')],
      undefined,
      [],
      undefined,
      between,
    )
    await round(() => loop.start())
    await round(() => clock.advance(2_000))
    expect(failures).toEqual([new Error('odd call'), new Error('odd call')])
    expect(asked.map(({ after }) => after)).toEqual([null, 'one'])
    expect(steps.map(({ states }) => [states[0]?.cursor, states[0]?.error, states[0]?.caught_up])).toEqual([
      ['one', null, 1],
      ['two', null, 1],
    ])
    expect(told.at(-1)).toMatchObject({ rows: 2, caughtUpAtMs: 2_000, atRest: true })
    broken = false
    for (const ms of [2_000, 2_000, 2_000]) await round(() => clock.advance(ms))
    // After 1 s, then 2 s; nothing to wait for any more.
    expect(tried).toEqual([0, 2_000, 4_000, 6_000, 8_000])
  })

  it('goes on even when the trouble cannot be written either', async () => {
    let broken = true
    const lines = () => batch({ rows: [row], cursor: 'next', upToMs: 5_000 })
    const { clock, steps, failures, loop, round } = rig([lines, lines, lines], () => broken)
    await round(() => loop.start())
    await round(() => clock.advance(1_000))
    broken = false
    await round(() => clock.advance(2_000))
    expect(failures).toHaveLength(2)
    expect(steps.map(({ queueLog }) => queueLog)).toEqual([[row]])
  })

  it('takes a source that lacks columns for one that is away, and does not count it again at every poll', async () => {
    const lacking = (cursor: string) =>
      batch({ problems: [{ kind: 'columns', where: 'cdr', text: 'lacks uniqueid', raw: '' }], cursor })
    const { clock, asked, steps, loop, round } = rig([() => lacking(''), () => lacking(''), () => lacking('next')])
    await round(() => loop.start())
    await round(() => clock.advance(1_000))
    await round(() => clock.advance(2_000))
    expect(asked.map(({ atMs }) => atMs)).toEqual([0, 1_000, 3_000])
    expect(steps[1]).toMatchObject({
      problems: [],
      states: [{ error: 'lacks uniqueid', error_since_ms: 0, caught_up: 0, problems: 0 }],
    })
    // A bad row that was read over is a problem of that row.
    expect(steps[2]).toMatchObject({ problems: [{ kind: 'columns' }], states: [{ error: null, problems: 1, caught_up: 1 }] })
  })

  it('counts bad rows, keeps them to be shown, and goes on', async () => {
    const problem = { kind: 'cut', where: 'f:7', text: 'half a line', raw: 'x' } as const
    const { steps, loop, round } = rig([() => batch({ rows: [row], problems: [problem], cursor: 'next' })])
    await round(() => loop.start())
    expect(steps[0]?.problems).toEqual([
      { source_id: 'q', place: 'f:7', kind: 'cut', text: 'half a line', raw: 'x', seen_at_ms: 0 },
    ])
    expect(steps[0]?.states[0]).toMatchObject({ problems: 1, rows_read: 1, cursor: 'next', error: null })
  })

  it('reads on from the cursor it was given last', async () => {
    const { asked, clock, loop, round } = rig([
      () => batch({ cursor: 'one', more: true, rows: [row] }),
      () => batch({ cursor: 'two' }),
    ])
    await round(() => loop.start())
    await round(() => clock.advance(2_000))
    expect(asked.map(({ after }) => after)).toEqual([null, 'one', 'two'])
  })
})

describe('a step that takes its time to be written', () => {
  /** Writes end when the test says so. */
  function slowly(answers: (() => Batch<QueueLogRow>)[]) {
    const asked: (string | null)[] = []
    const writes: { step: ImportStep; end: PromiseWithResolvers<void> }[] = []
    const failures: unknown[] = []
    const changed: (() => void)[] = []
    let nowMs = 0
    const note = () => {
      for (const wake of changed.splice(0)) wake()
    }
    const loop = new ImportLoop({
      sources: [
        {
          kind: 'queueLog',
          source: {
            id: 'q',
            async read(after) {
              asked.push(after)
              note()
              return (answers.shift() ?? (() => batch({ cursor: after ?? '' })))()
            },
            stop: async () => undefined,
          },
        },
      ],
      states: [],
      clock: {
        nowMs: () => nowMs,
        after(ms, callback) {
          nowMs += ms
          setImmediate(callback)
          return () => undefined
        },
      },
      stepRows: 1,
      write: (step) => {
        const end = Promise.withResolvers<void>()
        writes.push({ step, end })
        note()
        return end.promise
      },
      onFailure: (error) => void failures.push(error),
      onProgress: () => undefined,
    })
    loops.push(loop)
    const until = async (holds: () => boolean): Promise<void> => {
      while (!holds()) await new Promise<void>((resolve) => changed.push(resolve))
    }
    return { loop, asked, writes, failures, until }
  }
  const lines = (cursor: string, more: boolean) => () =>
    batch({ rows: [{ ...row, callId: cursor }], cursor, more, upToMs: 5_000 })

  it('does not keep the next from being read, and is written before it', async () => {
    const { loop, asked, writes, until } = slowly([lines('one', true), lines('two', false)])
    loop.start()
    await until(() => asked.length === 2)
    expect(writes).toHaveLength(1)
    writes[0]?.end.resolve()
    await until(() => writes.length === 2)
    expect(writes.map(({ step }) => step.states[0]?.cursor)).toEqual(['one', 'two'])
    writes[1]?.end.resolve()
  })

  it('and fails, is read again with all that was read after it', async () => {
    const { loop, asked, writes, failures, until } = slowly([lines('one', true), lines('two', true), lines('one', false)])
    loop.start()
    await until(() => asked.length === 2)
    writes[0]?.end.reject(new Error('disk full'))
    await until(() => writes.length === 2)
    expect(failures).toHaveLength(1)
    expect(writes[1]?.step).toMatchObject({ queueLog: [], states: [{ cursor: null, error: 'disk full' }] })
    writes[1]?.end.resolve()
    await until(() => writes.length === 3)
    expect(asked[2]).toBeNull()
    expect(writes[2]?.step).toMatchObject({ queueLog: [{ callId: 'one' }], states: [{ cursor: 'one' }] })
    writes[2]?.end.resolve()
  })
})

/** Has nothing new, ever. */
const empty = (kind: 'cdr'): LoopSource => ({
  kind,
  source: { id: kind, read: async (after) => ({ ...batch({ cursor: after ?? '' }), rows: [] }), stop: async () => undefined },
})

describe('the record has everything', () => {
  it('not while a source is away, however little the others have', async () => {
    const { clock, told, loop, round } = rig([() => batch({}), () => away, () => away], undefined, [empty('cdr')])
    await round(() => loop.start())
    expect(told.at(-1)).toMatchObject({ caughtUpAtMs: 0, atRest: true })
    for (const ms of [2_000, 1_000]) await round(() => clock.advance(ms))
    expect(told.at(-1)?.caughtUpAtMs).toBe(0)
    // It is back.
    for (const ms of [1_000, 1_000, 1_000]) await round(() => clock.advance(ms))
    expect(told.at(-1)?.caughtUpAtMs).toBeGreaterThan(3_000)
  })

  it('not before each source was read to its end', async () => {
    const { told, loop, round } = rig([() => away], undefined, [empty('cdr')])
    await round(() => loop.start())
    // Yet the first import need not wait for it.
    expect(told).toMatchObject([{ caughtUpAtMs: null, atRest: true }])
  })

  it('not when what was read could not be written', async () => {
    let full = true
    const lines = () => batch({ rows: [row], cursor: 'next', upToMs: 5_000 })
    const { clock, told, loop, round } = rig([lines, lines], ({ queueLog }) => queueLog.length > 0 && full)
    await round(() => loop.start())
    expect(told.at(-1)).toMatchObject({ caughtUpAtMs: null, atRest: false })
    full = false
    await round(() => clock.advance(1_000))
    expect(told.at(-1)).toMatchObject({ caughtUpAtMs: 1_000, atRest: true })
  })

  it('though the source of a removed server cannot be read', async () => {
    const gone = (ofRemoved: boolean): LoopSource => ({
      kind: 'cdr',
      ofRemoved,
      source: { id: 'gone', read: async () => ({ ...away, rows: [] }), stop: async () => undefined },
    })
    for (const [ofRemoved, upToMs] of [
      [true, 0],
      [false, null],
    ] as const) {
      const { told, loop, round } = rig([() => batch({})], undefined, [gone(ofRemoved)])
      await round(() => loop.start())
      expect(told.at(-1)?.caughtUpAtMs).toBe(upToMs)
    }
  })

  it('though channel events cannot be read', async () => {
    const cel: LoopSource = {
      kind: 'cel',
      source: { id: 'cel', read: async () => ({ ...away, rows: [] }), stop: async () => undefined },
    }
    const { told, loop, round } = rig([() => batch({})], undefined, [cel])
    await round(() => loop.start())
    expect(told.at(-1)?.caughtUpAtMs).toBe(0)
  })
})
