import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { byHand } from '../../../tests/fixtures/ledger/by-hand/index.ts'
import { compared } from '../../../tests/support/ledger-golden/figures.ts'
import { type Golden, goldens } from '../../../tests/support/ledger-golden/recorded.ts'
import { reported } from '../../../tests/support/ledger-golden/reported.ts'
import { ledgerScenarios } from '../../../tests/support/ledger-scenarios/index.ts'
import { imbalances, ledgerText, openLedger, siteRules, spansText } from './fixture.ts'

const recorded = await goldens()

async function ledgerOf({ facts, timeZone }: Golden) {
  const ledger = await openLedger(siteRules(timeZone))
  ledger.apply(facts)
  return ledger
}

describe('calls recorded from a real Asterisk', () => {
  it('are those that are played, and each is worked out by hand', () => {
    const names = Object.keys(ledgerScenarios).sort()
    expect(recorded.map(({ name }) => name).sort()).toEqual(names)
    expect(Object.keys(byHand).sort()).toEqual(names)
  })

  describe.each(recorded)('$name: $about', (golden) => {
    it('comes to the figures worked out by hand', async () => {
      const hand = byHand[golden.name]
      if (!hand) throw new Error('not worked out')
      const ledger = await ledgerOf(golden)
      const figures = await compared(hand, ledger.reader)
      expect(figures.ledger, hand.why).toEqual(figures.byHand)
      expect(figures.times.filter((time) => Math.abs(time.ledgerSec - time.byHandSec) > time.stretches)).toEqual([])
      expect(imbalances(ledger)).toEqual([])
      const reports = await reported(hand, ledger.reader, golden)
      expect(reports.said, hand.why).toEqual(reports.byHand)
    })

    it('has the rows that were looked through', async () => {
      const ledger = await ledgerOf(golden)
      const spans = spansText(ledger, golden.fromMs)
      const made = { calls: ledgerText(ledger, golden.fromMs), ...(spans.length > 0 ? { spans } : {}) }
      if (process.env['GOLDEN_WRITE'] && golden.expected === null) write(golden.name, made)
      expect(made).toEqual(golden.expected)
    })
  })
})

function write(name: string, expected: unknown): void {
  const path = resolve(import.meta.dirname, `../../../tests/fixtures/ledger/${name}.json`)
  const fixture: object = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, `${JSON.stringify({ ...fixture, expected }, null, 1)}\n`)
}
