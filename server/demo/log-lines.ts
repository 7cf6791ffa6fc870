import type { CdrRow, QueueLogRow } from '../reports/index.ts'

const time = (ms: number | null): string => (ms === null ? '' : new Date(ms).toISOString().slice(0, 19).replace('T', ' '))
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** As cdr_csv writes it with loguniqueid, loguserfield and newcdrcolumns, in UTC. */
export function cdrLine(row: CdrRow): string {
  const text = [row.src, row.dst, row.context, row.callerId, row.channel, row.dstChannel, row.lastApp, row.lastData]
  const times = [row.startMs, row.answerMs, row.endMs].map((ms) => quoted(time(ms)))
  const seconds = [Math.round((row.endMs - row.startMs) / 1_000), row.talkSec]
  const ids = [row.disposition, 'DOCUMENTATION', row.uniqueId, row.userField, '', row.linkedId ?? ''].map(quoted)
  return `${['""', ...text.map(quoted), ...times, ...seconds, ...ids, row.sequence ?? ''].join(',')}\n`
}

export const queueLine = (row: QueueLogRow): string =>
  `${[row.atMs / 1_000, row.callId || 'NONE', row.queue, row.agent, row.event, ...row.data].join('|')}\n`
