import type { Clock } from '../../clock.ts'

const tickMs = 1_000

/**
 * Rejects when `work` takes longer than `ms`. Told second by second: one in which this thread could not listen, because it was
 * writing, counts once, however long it was.
 */
export async function patiently<T>(work: Promise<T>, ms: number, clock: Clock): Promise<T> {
  const late = Promise.withResolvers<never>()
  let forget = () => {}
  const wait = (leftMs: number): void => {
    forget = clock.after(tickMs, () => {
      if (leftMs <= tickMs) late.reject(new Error(`no answer for ${ms / 1_000} s`))
      else wait(leftMs - tickMs)
    })
  }
  wait(ms)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    forget()
  }
}
