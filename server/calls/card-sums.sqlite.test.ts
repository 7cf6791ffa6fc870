import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { daySums } from './card-sums.ts'
import { openCallsRig } from './fixture.ts'

it('a card that is saved reads its operator’s own cards of the day, and nobody else’s', async () => {
  const rig = await openCallsRig()
  try {
    const day = { day: 20_261_120, fromMs: 0, toMs: 1 }
    const { rows } = await sql<{ detail: string }>`explain query plan ${daySums('anna', day)}`.execute(rig.store.db)
    expect(rows.map(({ detail }) => detail)).toEqual([
      'SEARCH cards USING INDEX cards_operator_time (operator_id=? AND ringing_at_ms>? AND ringing_at_ms<?)',
    ])
  } finally {
    await rig.close()
  }
})
