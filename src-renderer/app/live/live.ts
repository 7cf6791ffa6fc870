import { useSyncExternalStore } from 'react'
import { create } from 'zustand'
import type { Card, LiveView, Message } from '../../../server/contract/index.ts'

/** `connecting` until the first snapshot; `lost` from a broken connection until the next snapshot. */
export type LiveConnection = 'connecting' | 'open' | 'lost'

export interface LiveState {
  readonly connection: LiveConnection
  /** The last known state of everything; stays while the connection is lost. */
  readonly view: LiveView | null
  /** Grows when the reader's work lists have changed on the server. */
  readonly worklistChanges: number
  /** The newest message that came while the page was open. */
  readonly message: Message | null
  /** Server's clock minus this computer's. */
  readonly clockOffsetMs: number
  /** The server speaks another version of the contract: this page has to be loaded again. */
  readonly outdated: boolean
  /** The version that server speaks; null while it is ours. */
  readonly serverContract: number | null
}

export const initialLiveState: LiveState = {
  connection: 'connecting',
  view: null,
  worklistChanges: 0,
  message: null,
  clockOffsetMs: 0,
  outdated: false,
  serverContract: null,
}

export const liveStore = create<LiveState>(() => initialLiveState)

/** Select small parts: a component renders again only when its part changed (unchanged entities keep their identity). */
export const useLive = <T>(selector: (state: LiveState) => T): T => liveStore(selector)

const cardListeners = new Set<(card: Card) => void>()

/** Every card message as it comes, the last one of a saved or missed card too, which is already gone from the view then. */
export function onLiveCard(listener: (card: Card) => void): () => void {
  cardListeners.add(listener)
  return () => {
    cardListeners.delete(listener)
  }
}

export function tellCard(card: Card): void {
  for (const listener of cardListeners) listener(card)
}

/** This computer's time, as set when the page opened and running on: somebody who sets the clock moves no timer of ours. */
export const steadyNow = (): number => performance.timeOrigin + performance.now()

/** Server time now in whole milliseconds, as the contract has it, for code outside React. */
export const serverNow = (): number => Math.round(steadyNow() + liveStore.getState().clockOffsetMs)

// One timer for every running clock on the page, so that they all step together.
const tickListeners = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | null = null
let tickedMs = steadyNow()

function schedule(): void {
  // On the second of the server's clock, so that two screens side by side agree.
  timer = setTimeout(
    () => {
      tickedMs = steadyNow()
      for (const listener of tickListeners) listener()
      schedule()
    },
    1000 - (serverNow() % 1000),
  )
}

function subscribeTicks(listener: () => void): () => void {
  tickListeners.add(listener)
  if (timer === null) {
    tickedMs = steadyNow()
    schedule()
  }
  return () => {
    tickListeners.delete(listener)
    if (tickListeners.size > 0 || timer === null) return
    clearTimeout(timer)
    timer = null
  }
}

const readTick = (): number => tickedMs

/** Server time in milliseconds; renders again each second. */
export const useNow = (): number => useSyncExternalStore(subscribeTicks, readTick) + useLive((state) => state.clockOffsetMs)
