import { z } from 'zod'
import { create } from 'zustand'

/**
 * How the product asks for attention, one policy for all of it. Sounds: the ringer and the waiting tone (softphone, with
 * their own volumes), the reminder and the alarm. Quiet pop-ups: nothing comes over other programs; the call bar and the lists still show it.
 */
const Attention = z.object({
  quietPopUps: z.boolean().catch(false),
  reminderSound: z.boolean().catch(true),
  /** Of the floor, for supervisors. */
  alarmSound: z.boolean().catch(true),
})
export type Attention = z.infer<typeof Attention>

const storageKey = 'callsync.attention'

function stored(): Attention {
  try {
    return Attention.parse(JSON.parse(localStorage.getItem(storageKey) ?? '{}'))
  } catch {
    return Attention.parse({})
  }
}

export const useAttention = create<Attention>(() => stored())

/** Remembered on this computer. */
export function setAttention(change: Partial<Attention>): void {
  useAttention.setState(change)
  try {
    localStorage.setItem(storageKey, JSON.stringify(useAttention.getState()))
  } catch {
    // Storage is closed to us (private mode): the choice lasts as long as the page.
  }
}
