import { settle } from '../../platform/manual-clock.ts'
import type { SavedCall } from '../recovery/call-memory.ts'
import type { PhoneStand } from './phone-stand.ts'

/** Packets arrive as long as `arrives`; a new connection counts from nothing. */
export function listen({ link }: PhoneStand): { arrives: boolean } {
  const sound = { arrives: true }
  let packets = 0
  let counted = 0
  link.onHealth = () => {
    if (counted !== link.moves) packets = 0
    counted = link.moves
    if (sound.arrives) packets += 5
    return { packetsReceived: packets, connection: 'connected' }
  }
  return sound
}

/** A call that is up and heard for a while, as call `10.1` of the PBX. */
export async function heardFor(stand: PhoneStand, id = 'in-1'): Promise<{ arrives: boolean }> {
  stand.phone.start()
  await settle()
  stand.link.incoming({ callId: id, linkedId: '10.1', legId: '10.2' })
  await stand.phone.answer(id)
  const sound = listen(stand)
  await stand.clock.advance(6_000)
  stand.link.asked.length = 0
  return sound
}

export const dialog = (callId: string) => ({ callId, localTag: 'l', remoteTag: 'r' })

/** As an earlier page left it. */
export const savedCall = (change: Partial<SavedCall> = {}): SavedCall => ({
  lineId: 'in-1',
  dialog: dialog('saved'),
  direction: 'inbound',
  number: '+79161234567',
  name: 'Ivan',
  callId: '10.1',
  legId: '10.2',
  cardId: null,
  joined: false,
  held: false,
  muted: false,
  startedAtMs: 1_000,
  answeredAtMs: 2_000,
  ...change,
})
