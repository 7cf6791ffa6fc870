import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CdrRow, QueueLogRow } from '../reports/index.ts'
import type { DemoCall } from './demo-history.ts'
import { demoPeople, demoQueues } from './demo-people.ts'
import { cdrLine, queueLine } from './log-lines.ts'

const minuteMs = 60_000
const second = (ms: number): number => Math.floor(ms / 1_000) * 1_000
const seconds = (fromMs: number, toMs: number): string => String(Math.round((second(toMs) - second(fromMs)) / 1_000))
/** An operator's phone rings for so long before the next one does. */
const ringMs = 10_000

/** The demo's past as its PBX would have logged it, into this folder: reports read it as they read any Asterisk's. */
export async function writeDemoRecord(folder: string, calls: readonly DemoCall[], nowMs: number): Promise<void> {
  const cdr = calls.map(cdrRow).sort((a, b) => a.endMs - b.endMs)
  const queueLog = [...calls.flatMap(queueRows), ...shifts(calls, nowMs)].sort((a, b) => a.atMs - b.atMs)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(join(folder, 'Master.csv'), cdr.map(cdrLine).join(''), { mode: 0o600 })
  await writeFile(join(folder, 'queue_log'), queueLog.map(queueLine).join(''), { mode: 0o600 })
}

const extensionOf = (person: { readonly extension: string | null } | null): string => person?.extension ?? ''

function cdrRow(call: DemoCall, index: number): CdrRow {
  const { id, direction, queue, startedAtMs, answeredAtMs, endedAtMs, operator, customer } = call
  const number = customer.phones[0] ?? ''
  const extension = extensionOf(operator)
  const [phone, trunk] = [`PJSIP/${extension}-${hex(2 * index)}`, `PJSIP/trunk-${hex(2 * index + 1)}`]
  // A queue answers the caller's channel before anybody of the house does.
  const upMs = queue === null ? answeredAtMs : startedAtMs
  return {
    uniqueId: id,
    linkedId: id,
    sequence: index,
    startMs: second(startedAtMs),
    answerMs: upMs === null ? null : second(upMs),
    endMs: second(endedAtMs),
    talkSec: upMs === null ? 0 : Number(seconds(upMs, endedAtMs)),
    disposition: answeredAtMs === null ? 'NO ANSWER' : 'ANSWERED',
    userField: '',
    hangupCause: null,
    ...(direction === 'outbound'
      ? { channel: phone, dstChannel: trunk, src: extension, dst: number, context: 'operators', callerId: '' }
      : {
          ...{ channel: trunk, dstChannel: operator === null ? '' : phone, src: number, dst: queue ?? extension },
          ...{ context: 'from-trunk', callerId: `"" <${number}>` },
        }),
    ...(queue === null
      ? { lastApp: 'Dial', lastData: `PJSIP/${number}@trunk,60,tT` }
      : { lastApp: 'Queue', lastData: `${queue},tTk,,,120` }),
  }
}

function queueRows({ id, queue, startedAtMs, answeredAtMs, endedAtMs, operator, rangAt, customer }: DemoCall): QueueLogRow[] {
  if (queue === null) return []
  const line = (atMs: number, agent: string, event: string, data: string[]): QueueLogRow => ({
    ...{ atMs: second(atMs), callId: id, queue, agent, event, data },
  })
  const entered = line(startedAtMs, 'NONE', 'ENTERQUEUE', ['', customer.phones[0] ?? '', '1'])
  if (answeredAtMs === null) {
    const rang = rangAt.filter((_, index) => startedAtMs + (index + 1) * ringMs < endedAtMs)
    const vain = rang.map((person, index) =>
      line(startedAtMs + (index + 1) * ringMs, extensionOf(person), 'RINGNOANSWER', [String(ringMs)]),
    )
    return [entered, ...vain, line(endedAtMs, 'NONE', 'ABANDON', ['1', '1', seconds(startedAtMs, endedAtMs)])]
  }
  const waited = seconds(startedAtMs, answeredAtMs)
  const rung = String(Math.min(Number(waited), 5))
  const agent = extensionOf(operator)
  return [
    entered,
    line(answeredAtMs, agent, 'CONNECT', [waited, `${id}.1`, rung]),
    line(endedAtMs, agent, 'COMPLETECALLER', [waited, seconds(answeredAtMs, endedAtMs), '1']),
  ]
}

/** Each day that is over the operators join both queues, have lunch one after the other, and leave. */
function shifts(calls: readonly DemoCall[], nowMs: number): QueueLogRow[] {
  const today = new Date(nowMs).setHours(0, 0, 0, 0)
  const days = new Set(calls.map(({ startedAtMs }) => new Date(startedAtMs).setHours(0, 0, 0, 0)).filter((day) => day < today))
  const operators = demoPeople.filter(({ role }) => role === 'operator')
  return [...days].flatMap((dayMs) =>
    operators.flatMap(({ extension }, n) => {
      const at = (hour: number, minute: number) => new Date(dayMs).setHours(hour, minute)
      const each = (atMs: number, agent: string, event: string, data: string): QueueLogRow[] =>
        demoQueues.map(({ number }) => ({ atMs, callId: `demo-${atMs / 1_000}.s`, queue: number, agent, event, data: [data] }))
      const lunchMs = at(12 + n, 0)
      return [
        ...each(at(8, 50 + n), `PJSIP/${extension}`, 'ADDMEMBER', ''),
        ...each(lunchMs, extension, 'PAUSE', 'lunch'),
        ...each(lunchMs + 40 * minuteMs, extension, 'UNPAUSE', ''),
        ...each(at(19, 20 + n), `PJSIP/${extension}`, 'REMOVEMEMBER', ''),
      ]
    }),
  )
}

const hex = (number: number): string => number.toString(16).padStart(8, '0')
