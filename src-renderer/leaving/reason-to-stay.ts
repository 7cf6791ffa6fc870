import type { DeskEntry, DeskState } from '../card/desk-state.ts'
import type { CustomerDraftsState } from '../customer/customer-drafts.ts'
import type { Line } from '../softphone/phone.ts'

type Lines = readonly Pick<Line, 'phase'>[]
type Entries = { readonly entries: Readonly<Record<string, Pick<DeskEntry, 'keep' | 'sync'>>> }
type Desk = Entries & Pick<DeskState, 'offered' | 'setAside' | 'waitingSaves'>

/** Somebody is on a line, or is being called. A call that only rings here goes on to a colleague. */
export const isInCall = (lines: Lines): boolean => lines.some(({ phase }) => phase !== 'ended' && phase !== 'ringingIn')

/** Typed text that neither the server nor this computer's disk has: it dies with the page. */
export const isTextOnlyInPage = (desk: Entries): boolean =>
  Object.values(desk.entries).some(({ keep, sync }) => keep === 'notKept' && sync !== 'onServer')

export type ReasonToStay = 'call' | 'unkept' | 'unsent'

/** Everything a person should know before signing out; empty when nothing stands against it. */
export function reasonsToStay(lines: Lines, desk: Desk, customers: CustomerDraftsState): readonly ReasonToStay[] {
  const reasons: ReasonToStay[] = []
  if (isInCall(lines)) reasons.push('call')
  if (isTextOnlyInPage(desk) || customers.unkept.length > 0) reasons.push('unkept')
  // A draft on its way is sent before the session ends; a save waits for its answer.
  const waits = Object.values(desk.entries).some(
    ({ keep, sync }) => keep !== 'notKept' && (sync === 'here' || sync === 'refused'),
  )
  const customersKept = Object.keys(customers.byCard).length - customers.unkept.length
  if (waits || customersKept + desk.offered.length + desk.setAside.length + desk.waitingSaves > 0) reasons.push('unsent')
  return reasons
}
