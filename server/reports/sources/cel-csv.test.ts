import { expect, it } from 'vitest'
import { celCsv } from './file-formats.ts'

const format = celCsv({ timeZone: 'Europe/Moscow', offsetMs: 0, nowMs: () => Date.UTC(2026, 10, 21) })
const rowOf = (fields: readonly string[]) => {
  const record = format.decode(fields.map((field) => `"${field}"`).join(','))
  const raw = typeof record === 'string' ? null : format.name(record)
  return raw && format.toRow(raw, 'Master.csv:1').row
}
const told = { eventType: 'ANSWER', uniqueId: '1763629200.1', linkedId: '1763629200.0', channel: 'PJSIP/1001-1', extra: 'x' }

it('reads what this product’s cel_custom.conf writes, and what Asterisk’s sample does', () => {
  const at = '2026-11-20 12:00:00.000000'
  const ids = ['1763629200.1', '1763629200.0', 'PJSIP/peer-2']
  const own = ['ANSWER', at, 'Name', '1001', 'from-internal', '700', 'PJSIP/1001-1', 'Dial', 'data', ...ids, 'x']
  const callers = ['Name', '1001', '1001', '', '700']
  const sample = ['ANSWER', at, ...callers, '700', 'from-internal', 'PJSIP/1001-1', 'Dial', 'data', '3', '', ...ids, '', '', 'x']
  expect([own.length, sample.length]).toEqual([13, 20])
  for (const line of [own, sample]) expect(rowOf(line)).toMatchObject(told)
  expect(rowOf(sample.slice(1))).toBeNull()
})
