import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Card } from '../contract/index.ts'
import { playerOf } from '../telephony/live/recorded-call.ts'
import { anna, boris, type CallsRig, openCallsRig } from './fixture.ts'

/** Anna and Boris talk already when somebody outside comes in, so the PBX keeps the Linkedid of their talk when she connects the two. */

let rig: CallsRig
beforeEach(async () => {
  rig = await openCallsRig()
})
afterEach(() => rig.close())

const cardsOf = ({ id }: { id: string }): Card[] => rig.calls.cards.openCards().filter((card) => card.operatorId === id)
const settle = async (ms = 0) => {
  await rig.settle()
  rig.clock.advance(ms)
  await rig.settle()
}

describe.each([
  ['attended-transfer-asked-first', 'inbound', '+79161234567', 'Пётр Иванов'],
  ['attended-transfer-called-for', 'outbound', '+79165550002', ''],
])('%s', (name, direction, number, callerName) => {
  /** Up to the moment before Anna connects them. */
  const talk = async () => {
    const play = playerOf(name, rig.telephony)
    play(1)
    await settle(1_000)
    const [within] = cardsOf(boris)
    expect(cardsOf(boris)).toMatchObject([{ direction: 'internal', number: '1001', state: 'talking' }])
    const own = cardsOf(anna).find((card) => card.direction !== 'internal')
    expect(own).toMatchObject({ direction, number, state: 'talking' })
    if (!own || !within) throw new Error('no card')
    return { play, own, within }
  }

  it('gives the colleague’s card the customer, and what was written about the call', async () => {
    const { play, own, within } = await talk()
    await rig.calls.customerWrites.create(anna, 'romashka', {
      name: 'Ромашка',
      phones: [number],
      address: '',
      notes: '',
      tag: null,
    })
    await rig.calls.cards.writeDraft(anna, own.id, { baseVersion: own.version, changes: { description: 'the first' } })
    play(2)
    await settle()
    expect(cardsOf(boris)).toMatchObject([
      { id: within.id, callId: within.callId, direction, number, callerName, state: 'talking' },
    ])
    expect(cardsOf(boris)[0]).toMatchObject({ fields: { description: 'the first' }, customer: { id: 'romashka' } })
    expect(cardsOf(boris)[0]?.transferredFrom).toMatchObject({ operatorName: anna.name })
    // She writes on, in wrap-up.
    const { version } = await rig.calls.cards.read(anna, own.id)
    await rig.calls.cards.writeDraft(anna, own.id, { baseVersion: version, changes: { description: 'the second' } })
    await settle()
    expect(cardsOf(boris)).toMatchObject([{ fields: { description: 'the second' } }])
  })

  it('leaves the one who connected them one card of that customer', async () => {
    const { play, own } = await talk()
    play(2)
    await settle(1_000)
    expect(cardsOf(anna)).toMatchObject([{ id: own.id, direction, number, state: 'wrapUp' }])
    const rows = await rig.store.db.selectFrom('cards').select(['direction', 'number', 'state']).execute()
    expect(rows.filter((row) => row.direction === 'internal').map(({ state }) => state)).toEqual(['saved'])
  })

  it('ends with the colleague’s own wrap-up, and goes on to the next as any other', async () => {
    const { play } = await talk()
    play()
    await settle(1_000)
    expect(cardsOf(boris)).toMatchObject([{ direction, number, state: 'wrapUp' }])
  })
})
