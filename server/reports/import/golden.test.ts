import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CdrRow, CelRow, QueueLogRow } from '../sources/index.ts'
import { imbalances, ledgerText, openLedger, spansText } from './fixture.ts'

interface Golden {
  about: string
  facts: { cdr: CdrRow[]; queueLog: QueueLogRow[]; cel: CelRow[] }
  expected: unknown
}

/** What a real Asterisk wrote about calls made on purpose, and what the ledger has to make of it. */
const folder = resolve(import.meta.dirname, '../../../tests/fixtures/ledger')
const fromMs = Date.UTC(2026, 10, 20, 9)

describe('calls recorded from a real Asterisk', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const golden = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Golden
    it(`${file.slice(0, -5)}: ${golden.about}`, async () => {
      const ledger = await openLedger()
      ledger.apply(golden.facts)
      const spans = spansText(ledger, fromMs)
      const made = { calls: ledgerText(ledger, fromMs), ...(spans.length > 0 ? { spans } : {}) }
      if (process.env['GOLDEN_WRITE'] && golden.expected === null)
        writeFileSync(join(folder, file), `${JSON.stringify({ ...golden, expected: made }, null, 1)}\n`)
      expect(made).toEqual(golden.expected)
      expect(imbalances(ledger)).toEqual([])
    })
  }
})
