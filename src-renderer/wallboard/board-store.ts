import { create } from 'zustand'
import type { WallboardView } from '../../server/contract/wallboard-view.ts'

/** `lost` from a broken connection until the next snapshot; `refused`: the link opens nothing any more. */
export type BoardConnection = 'connecting' | 'open' | 'lost' | 'refused'

export interface BoardState {
  readonly connection: BoardConnection
  /** What was last known; stays while the connection is lost, never while the link is refused. */
  readonly view: WallboardView | null
  /** When the server was last heard of, its clock: so old the figures are while the connection is lost. */
  readonly heardAtMs: number | null
  /** Server's clock minus this screen's. */
  readonly clockOffsetMs: number
}

export const useBoard = create<BoardState>(() => ({ connection: 'connecting', view: null, heardAtMs: null, clockOffsetMs: 0 }))
