import { useSyncExternalStore } from 'react'
import { useBoard } from './board-store.ts'

/** This screen's time, running on whoever sets its clock. */
export const steadyNow = (): number => Math.round(performance.timeOrigin + performance.now())

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | undefined
let tickedMs = steadyNow()

function tick(): void {
  tickedMs = steadyNow()
  for (const listener of listeners) listener()
  // On the second of the server's clock: screens side by side agree.
  const intoSecond = (((tickedMs + useBoard.getState().clockOffsetMs) % 1000) + 1000) % 1000
  timer = setTimeout(tick, 1000 - intoSecond)
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) tick()
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearTimeout(timer)
  }
}

const read = (): number => tickedMs

/** Server time in milliseconds; renders again each second. */
export const useServerNow = (): number => useSyncExternalStore(subscribe, read) + useBoard((state) => state.clockOffsetMs)
