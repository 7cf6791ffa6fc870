import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { byHand } from '../../../tests/fixtures/ledger/by-hand/index.ts'
import { compared } from '../../../tests/support/ledger-golden/figures.ts'
import { goldens } from '../../../tests/support/ledger-golden/recorded.ts'
import { reported } from '../../../tests/support/ledger-golden/reported.ts'
import { ManualClock } from '../../clock.ts'
import { testDatabase } from '../../store/fixture.ts'
import { openLedger, siteRules } from '../import/fixture.ts'
import { PostgresReader } from '../readers/postgres-reader.ts'
import { PublishQueue, RecordPublisher } from './index.ts'

const recorded = await goldens()

let folder: string
let databaseUrl: string
let reader: PostgresReader
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-golden-'))
  databaseUrl = (await testDatabase(folder)).databaseUrl ?? ''
  reader = new PostgresReader({ databaseUrl })
})
afterAll(async () => {
  await reader.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('calls recorded from a real Asterisk, where PostgreSQL has them', () => {
  it.each(recorded)('$name: $about', async (golden) => {
    const hand = byHand[golden.name]
    if (!hand) throw new Error('not worked out')
    const ledger = await openLedger(siteRules(golden.timeZone))
    const troubles: string[] = []
    // Each record is another one, and takes the place of the one before.
    const publisher = new RecordPublisher({
      queue: new PublishQueue(ledger.db),
      databaseUrl,
      clock: new ManualClock(),
      onTrouble: (message) => troubles.push(message),
    })
    try {
      ledger.apply(golden.facts)
      await publisher.flush()
      const figures = await compared(hand, reader)
      expect(figures.ledger, hand.why).toEqual(figures.byHand)
      expect(figures.times.filter((time) => Math.abs(time.ledgerSec - time.byHandSec) > time.stretches)).toEqual([])
      const reports = await reported(hand, reader, golden)
      expect(reports.said, hand.why).toEqual(reports.byHand)
      expect(troubles).toEqual([])
    } finally {
      await publisher.stop()
      ledger.db.close()
    }
  })
})
