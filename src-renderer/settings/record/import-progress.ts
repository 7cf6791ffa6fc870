import type { ImportSource } from '../../../server/contract/index.ts'

/**
 * How a source is doing. `reading`: years may lie before it; `share`: how much of the time since the first call is behind it,
 * null: unknown.
 */
export type SourceState =
  | { readonly is: 'away'; readonly sinceMs: number | null }
  | { readonly is: 'waiting' }
  | { readonly is: 'reading'; readonly share: number | null }
  | { readonly is: 'caughtUp' }

export function stateOf(source: ImportSource, firstMs: number | null, nowMs: number): SourceState {
  if (source.error !== null) return { is: 'away', sinceMs: source.errorSinceMs }
  if (source.readAtMs === null) return { is: 'waiting' }
  if (source.caughtUp) return { is: 'caughtUp' }
  const { upToMs } = source
  if (upToMs === null || firstMs === null || nowMs <= firstMs) return { is: 'reading', share: null }
  return { is: 'reading', share: Math.min(1, Math.max(0, (upToMs - firstMs) / (nowMs - firstMs))) }
}
