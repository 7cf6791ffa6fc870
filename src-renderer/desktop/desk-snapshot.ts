import type { Language, LiveOperator } from '../../server/contract/index.ts'
import type { DeskCall, DeskState } from '../../src-preload/contract/index.ts'
import type { DeskState as CardDeskState } from '../card/desk-state.ts'
import { isTextOnlyInPage } from '../leaving/reason-to-stay.ts'
import { matchDevice } from '../softphone/media/device-choice.ts'
import type { AudioDevice, Line } from '../softphone/phone.ts'
import { shownLines } from '../softphone/shown-lines.ts'

/** The choice «as the system» in the tray's list of microphones. */
export const systemMicrophone = 'system'

export interface DeskInput {
  readonly language: Language
  readonly dark: boolean
  /** null: nobody is signed in. */
  readonly personName: string | null
  /** null: not an operator of the centre, or not known yet. */
  readonly operator: Pick<LiveOperator, 'status' | 'pauseReason'> | null
  readonly pauseReasons: DeskState['pauseReasons']
  readonly microphones: readonly AudioDevice[]
  readonly chosenMicrophone: AudioDevice | null
  readonly systemMicrophoneName: string
  readonly lines: readonly Line[]
  readonly describe: (line: Line) => { readonly title: string; readonly subtitle: string }
  readonly cards: CardDeskState
}

/** What the tray, the island and the notifications show, from everything the workplace knows. */
export function deskSnapshot(input: DeskInput): DeskState {
  const { language, dark, personName, operator } = input
  if (personName === null) return signedOut(language, dark)
  const chosen = matchDevice(input.chosenMicrophone, [...input.microphones])
  return {
    language,
    dark,
    person: {
      name: personName.slice(0, 200),
      status: operator?.status ?? 'offline',
      pauseReason: operator?.pauseReason?.slice(0, 40) ?? null,
    },
    pauseReasons: input.pauseReasons,
    microphones: [
      { id: systemMicrophone, label: input.systemMicrophoneName, chosen: chosen === null },
      ...input.microphones
        .filter(({ label }) => label !== '')
        .slice(0, 29)
        .map(({ id, label }) => ({ id, label: label.slice(0, 200), chosen: id === chosen?.id })),
    ],
    call: callOf(input),
    unsent: unsentCards(input.cards),
    unkept: isTextOnlyInPage(input.cards),
  }
}

export const signedOut = (language: Language, dark: boolean): DeskState => ({
  language,
  dark,
  person: null,
  pauseReasons: [],
  microphones: [],
  call: null,
  unsent: 0,
  unkept: false,
})

function callOf({ lines, describe }: DeskInput): DeskCall | null {
  const { main } = shownLines(lines)
  const phase = main && phaseOf(main)
  if (!main || !phase) return null
  const { title, subtitle } = describe(main)
  return {
    lineId: main.id.slice(0, 200),
    phase,
    title: title.slice(0, 200),
    subtitle: subtitle.slice(0, 200),
    sinceMs: main.answeredAtMs ?? main.startedAtMs,
    muted: main.muted,
  }
}

function phaseOf({ phase, direction }: Line): DeskCall['phase'] | null {
  switch (phase) {
    case 'ringingIn':
    case 'held':
      return phase
    case 'dialing':
    case 'ringingOut':
      return 'ringingOut'
    case 'connecting':
      // Answered by the person already: nothing is left to answer.
      return direction === 'inbound' ? 'talking' : 'ringingOut'
    case 'active':
      return 'talking'
    case 'ended':
      return null
  }
}

/** Cards with something on this computer that the server does not have. */
export function unsentCards({ entries, offered, setAside, waitingSaves }: CardDeskState): number {
  const cards = new Set<string>()
  let shownSaves = 0
  for (const [cardId, entry] of Object.entries(entries)) {
    if (entry.sync !== 'onServer' || entry.saving) cards.add(cardId)
    if (entry.saving) shownSaves += 1
  }
  for (const { cardId } of [...offered, ...setAside]) cards.add(cardId)
  // Saves of cards that are not open any more.
  return cards.size + Math.max(0, waitingSaves - shownSaves)
}
