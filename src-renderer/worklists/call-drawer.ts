import { create } from 'zustand'

/** Which call is shown over the present screen; null: none. */
export const useCallDrawer = create<{ readonly cardId: string | null }>(() => ({ cardId: null }))

export const openCall = (cardId: string): void => useCallDrawer.setState({ cardId })
export const closeCall = (): void => useCallDrawer.setState({ cardId: null })
