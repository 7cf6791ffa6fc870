import type { DeskEntry } from '../card/desk-state.ts'
import type { Line } from '../softphone/phone.ts'

type Lines = readonly Pick<Line, 'phase'>[]
type Desk = { readonly entries: Readonly<Record<string, Pick<DeskEntry, 'keep' | 'sync'>>> }

/** Somebody is on a line, or is being called. A call that only rings here goes on to a colleague. */
export const isInCall = (lines: Lines): boolean => lines.some(({ phase }) => phase !== 'ended' && phase !== 'ringingIn')

/** Typed text that neither the server nor this computer's disk has: it dies with the page. */
export const isTextOnlyInPage = (desk: Desk): boolean =>
  Object.values(desk.entries).some(({ keep, sync }) => keep === 'notKept' && sync !== 'onServer')

/** What a person should know before signing out; null when nothing stands against it. */
export function reasonToStay(lines: Lines, desk: Desk): 'call' | 'unkept' | 'unsent' | null {
  if (isInCall(lines)) return 'call'
  if (isTextOnlyInPage(desk)) return 'unkept'
  return Object.values(desk.entries).some(({ sync }) => sync === 'here' || sync === 'refused') ? 'unsent' : null
}
