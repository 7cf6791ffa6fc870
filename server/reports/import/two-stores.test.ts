import { expect, it } from 'vitest'
import { goldens } from '../../../tests/support/ledger-golden/recorded.ts'
import { openLedger, siteRules } from './fixture.ts'

const recorded = await goldens()
const counted = ['ledger_calls', 'ledger_legs', 'ledger_rings', 'queue_visits', 'operator_days'] as const

it.each(recorded)(
  '$name is the same where a second store has the same rows without their number',
  async ({ facts, timeZone }) => {
    const unnumbered = facts.cdr.map((row) => ({ ...row, sequence: null }))
    const ledgers = await Promise.all([0, 1, 2].map(() => openLedger(siteRules(timeZone))))
    const [one, two, other] = ledgers
    one?.apply(facts)
    two?.apply({ ...facts, cdr: [...facts.cdr, ...unnumbered] })
    // The other way round, and one after the other.
    other?.apply({ ...facts, cdr: unnumbered })
    other?.apply({ cdr: facts.cdr })
    for (const table of counted) {
      const rows = ledgers.map(({ db }) => db.prepare(`select * from ${table}`).all())
      expect(rows[1]).toEqual(rows[0])
      expect(rows[2]).toEqual(rows[0])
    }
    for (const { db } of ledgers) db.close()
  },
)
