import { cdrSource, celSource, queueLogSource } from '../sources/index.ts'
import type { LoopSource } from './import-loop.ts'
import type { ReadSource } from './protocol.ts'

/** A place as the import reads it. */
export function loopSource({ kind, settings, ofRemoved }: ReadSource, deps: { nowMs: () => number }): LoopSource {
  if (kind === 'cdr') return { kind, ofRemoved, source: cdrSource(settings, deps) }
  if (kind === 'cel') return { kind, ofRemoved, source: celSource(settings, deps) }
  return { kind, ofRemoved, source: queueLogSource(settings, deps) }
}
