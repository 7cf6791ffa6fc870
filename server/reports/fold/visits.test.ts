import { describe, expect, it } from 'vitest'
import type { QueueLogRow } from '../sources/index.ts'
import { visitsOfCall } from './visits.ts'

const at = Date.UTC(2026, 10, 20, 9)
const line = (second: number, event: string, data: string[] = [], more: Partial<QueueLogRow> = {}): QueueLogRow => ({
  atMs: at + second * 1_000,
  callId: 'pbx-1.1',
  queue: '701',
  agent: event === 'ENTERQUEUE' ? 'NONE' : '1001',
  event,
  data,
  ...more,
})
const brief = (lines: QueueLogRow[]) =>
  visitsOfCall(lines).map(({ queue, enteredMs, leftMs, outcome, rings }) => ({
    queue,
    from: (enteredMs - at) / 1_000,
    to: leftMs === null ? null : (leftMs - at) / 1_000,
    outcome,
    rings: rings.length,
  }))

describe('a visit to a queue', () => {
  it('comes out the same whatever the order of lines of one second', () => {
    const lines = [
      line(0, 'ENTERQUEUE'),
      line(4, 'RINGNOANSWER', ['4000']),
      line(4, 'EXITWITHTIMEOUT', ['1', '1', '4']),
      line(4, 'ENTERQUEUE', [], { queue: '702' }),
      line(4, 'CONNECT', ['0', 'x', '0'], { queue: '702' }),
      line(4, 'COMPLETEAGENT', ['0', '0', '1'], { queue: '702' }),
    ]
    const expected = [
      { queue: '701', from: 0, to: 4, outcome: 'timeout', rings: 1 },
      { queue: '702', from: 4, to: 4, outcome: 'answered', rings: 1 },
    ]
    const first = lines.slice(0, 1)
    for (let turn = 0; turn < 5; turn++) {
      const rest = [...lines.slice(1 + turn), ...lines.slice(1, 1 + turn)]
      expect(brief([...first, ...rest])).toEqual(expected)
    }
  })

  it('has its beginning from the wait in the end line, where ENTERQUEUE is not there', () => {
    expect(brief([line(20, 'ABANDON', ['1', '1', '15'])])).toEqual([
      { queue: '701', from: 5, to: 20, outcome: 'abandoned', rings: 0 },
    ])
    expect(brief([line(20, 'CONNECT', ['15', 'x', '3'])])).toEqual([
      { queue: '701', from: 5, to: 20, outcome: 'answered', rings: 1 },
    ])
    expect(brief([line(60, 'COMPLETECALLER', ['15', '40', '1'])])).toMatchObject([{ from: 5, to: 20, outcome: 'answered' }])
  })

  it('goes on after an operator dumped the caller', () => {
    const lines = [line(0, 'ENTERQUEUE'), line(3, 'AGENTDUMP'), line(9, 'ABANDON', ['1', '1', '9'])]
    expect(brief(lines)).toEqual([{ queue: '701', from: 0, to: 9, outcome: 'abandoned', rings: 1 }])
  })

  it('is answered, its talk open, until a line or the CDR ends it', () => {
    const [visit] = visitsOfCall([line(0, 'ENTERQUEUE'), line(5, 'CONNECT', ['5', 'x', '2'])])
    expect(visit).toMatchObject({ outcome: 'answered', talkEndMs: null, transferred: false })
  })

  it('is given on, and complete, by a transfer: COMPLETE is not written then', () => {
    const lines = [
      line(0, 'ENTERQUEUE'),
      line(5, 'CONNECT', ['5', 'x', '2']),
      line(9, 'BLINDTRANSFER', ['1002', 'c', '5', '4', '1']),
    ]
    expect(visitsOfCall(lines)).toMatchObject([{ outcome: 'answered', talkEndMs: at + 9_000, transferred: true }])
  })

  it('is lost when the next one begins without its end', () => {
    expect(brief([line(0, 'ENTERQUEUE'), line(50, 'ENTERQUEUE')])).toMatchObject([{ outcome: 'lost' }, { outcome: 'waiting' }])
  })

  it('is incompatible, without an answer, when channels have no codec in common', () => {
    expect(brief([line(0, 'ENTERQUEUE'), line(2, 'SYSCOMPAT')])).toMatchObject([{ outcome: 'incompatible', to: 2 }])
  })

  it('makes nothing of a ring line alone', () => {
    expect(brief([line(3, 'RINGNOANSWER', ['3000'])])).toEqual([])
  })
})
