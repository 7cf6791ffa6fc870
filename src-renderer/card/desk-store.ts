import { create } from 'zustand'
import { CardDesk, type CardDeskDeps } from './card-sync.ts'
import type { DeskState } from './desk-state.ts'

interface DeskHolder {
  readonly desk: CardDesk | null
  readonly state: DeskState
}

const nothing: DeskState = { loaded: false, entries: {}, offered: [], setAside: [], waitingSaves: 0 }
const deskStore = create<DeskHolder>(() => ({ desk: null, state: nothing }))

/** The desk before: its last keystroke has to lie on the disk before the next one reads. */
let closing: Promise<unknown> = Promise.resolve()

/** Opens the desk of the person who signed in; the disposer closes it. What lies on the disk stays. */
export function openDesk(deps: CardDeskDeps): { desk: CardDesk; close: () => void } {
  const desk = new CardDesk(deps)
  const stopListening = desk.subscribe(() => deskStore.setState({ state: desk.state }))
  deskStore.setState({ desk, state: desk.state })
  void closing.then(() => desk.start())
  return {
    desk,
    close: () => {
      stopListening()
      closing = desk.close().catch(() => undefined)
      if (deskStore.getState().desk === desk) deskStore.setState({ desk: null, state: nothing })
    },
  }
}

/** Null before the sign-in is complete. */
export const useDesk = (): CardDesk | null => deskStore((holder) => holder.desk)
export const useDeskState = <T>(selector: (state: DeskState) => T): T => deskStore((holder) => selector(holder.state))
