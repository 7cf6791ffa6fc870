import { randomUUID } from 'node:crypto'
import type { Card, CardChanges } from '../contract/index.ts'
import { anna, type CallsRig, callOf, legOf } from './fixture.ts'

/** For tests: a customer's call that Anna takes, and what she does with its card. */

export const cardId = 'main:1.1'
export const outside = legOf('1.0', 'trunk', { role: 'caller', state: 'up' })
export const ringing = callOf('1.0', [outside, legOf('1.1', '1001')])
export const talkingLeg = legOf('1.1', '1001', { state: 'up', answeredAtMs: 1_000 })
export const talking = callOf('1.0', [outside, talkingLeg], { state: 'talking' })

export function annasCall(current: () => CallsRig) {
  const ring = async () => {
    current().telephony.setCall(ringing)
    await current().settle()
  }
  const answer = async () => {
    await ring()
    current().telephony.setCall(talking)
    await current().settle()
  }
  const hangUp = async () => {
    await answer()
    current().telephony.endCall('1.0')
    await current().settle()
  }
  const advance = async (ms: number) => {
    current().clock.advance(ms)
    await current().settle()
  }
  const card = (id = cardId): Promise<Card> => current().calls.cards.read(anna, id)
  const write = async (changes: CardChanges) =>
    current().calls.cards.writeDraft(anna, cardId, { baseVersion: (await card()).version, changes })
  const save = async (changes: CardChanges, idempotencyKey = randomUUID()) =>
    current().calls.cards.save(anna, cardId, { baseVersion: (await card()).version, changes, idempotencyKey })
  const rows = () => current().store.db.selectFrom('cards').selectAll().execute()
  return { ring, answer, hangUp, advance, card, write, save, rows }
}
