import type { MissedCause, TimelineEvent } from '../../server/contract/index.ts'

export interface StepWords {
  readonly outcomes: Readonly<Record<string, string>>
  readonly causes: Readonly<Record<MissedCause, string>>
  readonly place: (position: number) => string
  readonly key: (key: string) => string
  readonly waited: (length: string) => string
  readonly rang: (length: string) => string
  readonly talked: (length: string) => string
  readonly held: (length: string) => string
  readonly length: (ms: number) => string
}

/** What is known of a step besides what it is and whose. */
export function stepDetails(step: TimelineEvent, t: StepWords): string[] {
  const { kind, outcome, exitKey, position, cause, lengthMs, holdMs } = step
  const lasted = lengthMs !== null && lengthMs > 0 ? t.length(lengthMs) : null
  const said = [
    // A key says itself how the queue was left.
    exitKey === null || exitKey === '' ? outcome && (t.outcomes[outcome] ?? outcome) : t.key(exitKey),
    cause && t.causes[cause],
    position !== null && t.place(position),
    lasted !== null && lengthWords[kind] !== undefined && t[lengthWords[kind]](lasted),
    holdMs !== null && holdMs > 0 && t.held(t.length(holdMs)),
  ]
  return said.filter((text) => typeof text === 'string')
}

const lengthWords: Readonly<Partial<Record<TimelineEvent['kind'], 'waited' | 'rang' | 'talked'>>> = {
  leftQueue: 'waited',
  answered: 'waited',
  reached: 'waited',
  tookTransfer: 'waited',
  pickedUp: 'waited',
  notTaken: 'rang',
  left: 'talked',
  transferred: 'talked',
}
