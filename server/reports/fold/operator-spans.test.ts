import { expect, it } from 'vitest'
import { foldSpans, type MemberEvent, type MemberState } from './operator-spans.ts'

const dayMs = 24 * 3_600_000

/** `queue from–to state reason`, a line each; the second `-` is open. */
function spansOf(lines: readonly [atS: number, event: string, queue: string, data?: string][], from: MemberState = {}) {
  const events: MemberEvent[] = lines.map(([atS, event, queue, data = '']) => ({ atMs: atS * 1_000, event, queue, data }))
  const dayOf = (ms: number) => Math.floor(ms / dayMs)
  const last = events.at(-1)?.atMs ?? 0
  const { spans } = foldSpans(events, {
    ...{ fromMs: 0, from, untilMs: dayOf(last) * dayMs, dayOf },
    dayEndMs: (ms) => (dayOf(ms) + 1) * dayMs,
  })
  const seconds = (ms: number | null) => (ms === null ? '' : ms / 1_000)
  return spans.map(({ queue, from_ms, to_ms, state, reason }) =>
    `${queue || 'all'} ${seconds(from_ms)}–${seconds(to_ms)} ${state} ${reason}`.trim(),
  )
}

it('goes on over all queues at a line that is of none of them', () => {
  expect(
    spansOf([
      [10, 'ADDMEMBER', 'a'],
      [20, 'PAUSEALL', ''],
      [20, 'PAUSE', 'a', 'tea'],
      [30, 'UNPAUSEALL', ''],
      [40, 'UNPAUSE', 'a'],
    ]),
  ).toEqual([
    'all 10–20 available',
    'a 10–20 available',
    'all 20–40 paused tea',
    'a 20–40 paused tea',
    'all 40– available',
    'a 40– available',
  ])
})

it('is available over all queues where one of them has the operator, else paused for the reason of the first', () => {
  expect(
    spansOf([
      [10, 'ADDMEMBER', 'b'],
      [10, 'ADDMEMBER', 'a', 'paused'],
      [20, 'PAUSE', 'b', 'tea'],
      [30, 'PAUSE', 'a', 'lunch'],
      [40, 'REMOVEMEMBER', 'a'],
      [50, 'REMOVEMEMBER', 'b'],
    ]).filter((span) => span.startsWith('all')),
  ).toEqual(['all 10–20 available', 'all 20–30 paused tea', 'all 30–40 paused lunch', 'all 40–50 paused tea'])
})

it('puts the lines of one queue and second in the order that makes sense, whatever others stand beside them', () => {
  const paused: MemberState = { a: { state: 'paused', reason: 'tea' } }
  const lines = [
    [20, 'PAUSE', 'a', 'lunch'],
    [20, 'UNPAUSE', 'a'],
    [20, 'ADDMEMBER', 'b'],
  ] as const
  const inOrder = spansOf(
    lines.map((line) => [...line]),
    paused,
  )
  expect(inOrder).toContain('a 20– paused lunch')
  expect(
    spansOf(
      lines.toReversed().map((line) => [...line]),
      paused,
    ),
  ).toEqual(inOrder)
})

it('cuts what lasts at every midnight', () => {
  expect(
    spansOf([
      [10, 'ADDMEMBER', 'a'],
      [dayMs / 1_000 + 5, 'PAUSE', 'a', 'tea'],
    ]).filter((span) => span.startsWith('a ')),
  ).toEqual(['a 10–86400 available', 'a 86400–86405 available', 'a 86405– paused tea'])
})
