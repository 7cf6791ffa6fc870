import { expect } from '../people.ts'
import { type Gap, type Heard, isHeard, longestGap, type Sound } from './tones.ts'

/** Somebody in a call, and what they should hear all the time. */
export interface Listener {
  readonly who: string
  readonly ear: { heard(): readonly Heard[] | Promise<readonly Heard[]> }
  readonly sound: Sound
}

/** Who has not heard what they should after this moment. */
export async function deafOf(listeners: readonly Listener[], fromMs: number): Promise<string[]> {
  const hear = await Promise.all(listeners.map(async ({ ear, sound }) => isHeard(await ear.heard(), sound, fromMs)))
  return listeners.filter((_, index) => !hear[index]).map(({ who }) => who)
}

/** Resolves when each has heard what they should after this moment. */
export async function allHear(listeners: readonly Listener[], fromMs: number, limitMs: number): Promise<void> {
  await expect
    .poll(() => deafOf(listeners, fromMs), { timeout: limitMs, intervals: [50], message: 'who does not hear what they should' })
    .toEqual([])
}

/** The longest silence of one. */
export const silenceOf = async ({ ear, sound }: Listener, span: { fromMs: number; untilMs: number }): Promise<Gap> =>
  longestGap(await ear.heard(), sound, span)
