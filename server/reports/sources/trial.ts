import { Worker } from 'node:worker_threads'
import type { Clock } from '../../clock.ts'
import type { RecordKind, RecordTrial } from '../../contract/index.ts'
import type { TrialDeps } from './look-at-source.ts'
import { type ParsedSettings, SourceSettings } from './settings.ts'

export interface TrialOrder extends TrialDeps {
  readonly kind: RecordKind
  readonly settings: ParsedSettings
}

/** A client gives up after ten seconds. */
const limitMs = 8_000

const tooSlow: RecordTrial = {
  checks: [{ step: 'reach', ok: false, trouble: 'slow', detail: '' }],
  columns: null,
  rows: null,
  newestMs: null,
  shiftMs: null,
  betterTimeZone: null,
  problems: [],
}

/** Looks at a source in a thread of its own, which ends with the answer or the limit. */
export async function tryRecordSource(
  kind: RecordKind,
  settings: SourceSettings,
  { clock, timeZones }: { readonly clock: Clock; readonly timeZones: readonly string[] },
): Promise<RecordTrial> {
  const order: TrialOrder = { kind, settings: SourceSettings.parse(settings), nowMs: clock.nowMs(), timeZones }
  const worker = new Worker(new URL('./trial-worker.ts', import.meta.url), { workerData: order })
  const trial = Promise.withResolvers<RecordTrial>()
  worker.on('message', trial.resolve)
  worker.on('error', trial.reject)
  const forget = clock.after(limitMs, () => trial.resolve(tooSlow))
  try {
    return await trial.promise
  } finally {
    forget()
    // Not waited for: a statement of SQLite ends before its thread does.
    void worker.terminate()
  }
}
