const reloads = 3
const withinMs = 60_000

export interface CrashLimit {
  /** Counts a crash; false when there were too many of this window just now. */
  mayReload(window: string): boolean
}

export function createCrashLimit(deps: { now: () => number }): CrashLimit {
  const crashedAtMs = new Map<string, number[]>()
  return {
    mayReload(window) {
      const now = deps.now()
      const recent = (crashedAtMs.get(window) ?? []).filter((at) => now - at < withinMs)
      crashedAtMs.set(window, [...recent, now])
      return recent.length < reloads
    },
  }
}
