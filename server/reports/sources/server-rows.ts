import { firstServer, nameAt } from '../../contract/index.ts'
import type { CdrRow, CelRow, QueueLogRow, RecordSource } from './source.ts'

/**
 * Rows of a second or further Asterisk, whose ids, endpoints and queues may be called as those of another: they are known here by
 * the names live telephony has for them (contract/server-mark.ts), so that a call's record and its card meet. Numbers that people
 * call stay as they are. Of the first one only names that end like a mark are others here.
 */
export function ofServer<Row extends object>(
  source: RecordSource<Row>,
  server: string,
  { at, isMarked }: ServerNames<Row>,
): RecordSource<Row> {
  const isAsItIs = (row: Row): boolean => server === firstServer && !isMarked(row)
  return {
    id: source.id,
    read: async (after, limit) => {
      const batch = await source.read(after, limit)
      return { ...batch, rows: batch.rows.map((row) => (isAsItIs(row) ? row : at(row, server))) }
    },
    stop: () => source.stop(),
  }
}

export interface ServerNames<Row> {
  /** The row by the names of this server. */
  readonly at: (row: Row, server: string) => Row
  /** Has one of them what a mark begins with? Each field by its own name: this is asked of every row there is. */
  readonly isMarked: (row: Row) => boolean
}

const hasTilde = (name: string | null): boolean => name?.includes('~') ?? false

const cdrAt = (row: CdrRow, server: string): CdrRow => ({
  ...row,
  uniqueId: idAt(server, row.uniqueId),
  linkedId: row.linkedId === null ? null : idAt(server, row.linkedId),
  channel: channelAt(server, row.channel),
  dstChannel: channelAt(server, row.dstChannel),
  lastData: row.lastApp === 'Queue' ? row.lastData.replace(/^[^,]+/, (queue) => nameAt(server, queue)) : row.lastData,
})

export const cdrNames: ServerNames<CdrRow> = {
  at: cdrAt,
  isMarked: (row) =>
    hasTilde(row.uniqueId) ||
    hasTilde(row.linkedId) ||
    hasTilde(row.channel) ||
    hasTilde(row.dstChannel) ||
    hasTilde(row.lastData),
}

const queueLogAt = (row: QueueLogRow, server: string): QueueLogRow => ({
  ...row,
  callId: idAt(server, row.callId),
  queue: idAt(server, row.queue),
  agent: agentAt(server, row.agent),
})

export const queueLogNames: ServerNames<QueueLogRow> = {
  at: queueLogAt,
  isMarked: (row) => hasTilde(row.callId) || hasTilde(row.queue) || hasTilde(row.agent),
}

const celAt = (row: CelRow, server: string): CelRow => ({
  ...row,
  uniqueId: idAt(server, row.uniqueId),
  // Of no call: whose link was away is told by nothing else.
  linkedId: row.eventType === 'AWAY' ? nameAt(server, '') : idAt(server, row.linkedId),
  channel: channelAt(server, row.channel),
  extra: extraAt(server, row.extra),
})

export const celNames: ServerNames<CelRow> = {
  at: celAt,
  isMarked: (row) => hasTilde(row.uniqueId) || hasTilde(row.linkedId) || hasTilde(row.channel) || hasTilde(row.extra),
}

const idAt = (server: string, id: string): string => (id === '' || id === 'NONE' ? id : nameAt(server, id))

/** `PJSIP/1001-00000012` → `PJSIP/1001~2-00000012`: the endpoint is the part between. A Local half has none. */
function channelAt(server: string, channel: string): string {
  const slash = channel.indexOf('/')
  if (slash < 0 || channel.startsWith('Local/')) return channel
  const dash = channel.lastIndexOf('-')
  return dash > slash ? `${nameAt(server, channel.slice(0, dash))}${channel.slice(dash)}` : nameAt(server, channel)
}

/** An interface's endpoint, a bare one, or a person's name: the same one may be at two servers. */
function agentAt(server: string, agent: string): string {
  if (agent === 'NONE' || agent === '') return agent
  const device = /^((?:[A-Za-z0-9]+\/|hint:)[^@/;]+)(.*)$/.exec(agent)
  if (device) return `${nameAt(server, device[1] ?? '')}${device[2] ?? ''}`
  return nameAt(server, agent)
}

/** Facts of a transfer or a pickup that name channels. */
function extraAt(server: string, extra: string): string {
  let facts: unknown
  try {
    facts = JSON.parse(extra)
  } catch {
    return extra
  }
  if (typeof facts !== 'object' || facts === null || Array.isArray(facts)) return extra
  const named = Object.entries(facts).map(([name, value]: [string, unknown]) => {
    if (typeof value !== 'string') return [name, value]
    if (name.endsWith('_uniqueid')) return [name, idAt(server, value)]
    return [
      name,
      name === 'channel2_name' || name.endsWith('_channel') || name.endsWith('_channel_name') ? channelAt(server, value) : value,
    ]
  })
  return JSON.stringify(Object.fromEntries(named))
}
