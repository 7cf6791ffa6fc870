import { expect, it } from 'vitest'
import { openLedger } from './fixture.ts'
import { operatorStatements } from './operator-record.ts'

it('searches an operator’s spans by time, and does not walk through the years of them at every pause', async () => {
  const { db } = await openLedger()
  const { dropSpans, openBefore, events, knows } = operatorStatements(db)
  const plan = ({ source }: { source: string }) =>
    db
      .prepare<unknown[], { detail: string }>(`explain query plan ${source}`)
      .all(...Array(source.split('?').length - 1).fill(null))
      .map(({ detail }) => detail)
      .join('\n')
  expect(plan(dropSpans)).toContain('(operator=? AND from_ms>?)')
  expect(plan(openBefore)).toContain('operator_spans_open')
  expect(plan(openBefore)).not.toContain('TEMP B-TREE')
  expect(plan(events)).toContain('(operator=? AND at_ms>?)')
  expect(plan(knows)).toContain('operator_events_queue (queue=?)')
})
