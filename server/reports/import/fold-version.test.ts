import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { goldens } from '../../../tests/support/ledger-golden/recorded.ts'
import { foldVersion } from '../fold/fold-version.ts'
import { openLedger, siteRules } from './fixture.ts'

// Red after a change of the fold or of the recorded calls. Of the fold: raise foldVersion, so that records made before are folded
// again. Either way, put here what it comes to now.
it('is raised with each change that makes another ledger of the recorded calls', async () => {
  const digest = createHash('sha256')
  for (const { name, facts, timeZone } of (await goldens()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const ledger = await openLedger(siteRules(timeZone))
    ledger.apply(facts)
    digest.update(JSON.stringify([name, ledger.everything()]))
    ledger.db.close()
  }
  expect({ version: foldVersion, digest: digest.digest('hex').slice(0, 16) }).toEqual({ version: 4, digest: '97dfaf4bf329722b' })
})
