import { constants, getPriority, setPriority } from 'node:os'

const { PRIORITY_BELOW_NORMAL } = constants.priority

/**
 * Lets everything else on this machine run before the calling thread: phones, Asterisk, the live side. False: it cannot be done
 * here.
 */
export function yieldToOthers(): boolean {
  // Linux alone gives each thread its own priority; elsewhere the whole server would yield.
  if (process.platform !== 'linux') return false
  try {
    if (getPriority() < PRIORITY_BELOW_NORMAL) setPriority(PRIORITY_BELOW_NORMAL)
    return true
  } catch {
    return false
  }
}
