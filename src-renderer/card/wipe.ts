import type { DraftStore } from '../platform/platform.ts'

/** Removes everything one person left on this computer. Stop their desk before, or it writes again what it holds. */
export const wipeLocal = (store: DraftStore, userId: string): Promise<void> => store.wipe({ userId })
