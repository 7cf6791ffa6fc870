import { create } from 'zustand'
import type { WallboardView } from '../../server/contract/wallboard-view.ts'

/**
 * `lost` from a broken connection until the next snapshot; `busy`: the server answers, and opens no more screens for now;
 * `refused`: the link opens nothing any more; `expired`: its time is over, until somebody gives it a new end.
 */
export type BoardConnection = 'connecting' | 'open' | 'lost' | 'busy' | 'refused' | 'expired'

export interface BoardState {
  readonly connection: BoardConnection
  /** What was last known; stays while the connection is lost, never while the link is refused or expired. */
  readonly view: WallboardView | null
  /** When the server was last heard of, its clock: so old the figures are while the connection is lost. */
  readonly heardAtMs: number | null
  /** Server's clock minus this screen's. */
  readonly clockOffsetMs: number
}

export const useBoard = create<BoardState>(() => ({ connection: 'connecting', view: null, heardAtMs: null, clockOffsetMs: 0 }))
