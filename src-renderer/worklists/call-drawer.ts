import { create } from 'zustand'

/** A call by one of its cards, or by a unique id of its own. */
export type CallRef = { readonly cardId: string } | { readonly callKey: string }

/** Which call is shown over the present screen; null: none. */
export const useCallDrawer = create<{ readonly shown: CallRef | null }>(() => ({ shown: null }))

export const openCall = (cardId: string): void => useCallDrawer.setState({ shown: { cardId } })
/** Any call of a list: with its card where it has one. */
export const openCallOf = ({ callKey, cardId }: { readonly callKey: string; readonly cardId: string | null }): void =>
  useCallDrawer.setState({ shown: cardId === null ? { callKey } : { cardId } })
export const closeCall = (): void => useCallDrawer.setState({ shown: null })
