import { AppError } from '../../errors.ts'
import type { ReportReader } from './read-pool.ts'

export const recordUpgrading = (): AppError =>
  new AppError('recordUpgrading', 'the record of calls is being brought to this version', { retryAfterMs: 5_000 })

/** Answers recordUpgrading while the record is of an older version, which lacks what is asked for. */
export function afterUpgrade(reader: ReportReader, isUpgrading: () => boolean): ReportReader {
  const whenUpgraded = <T>(ask: () => Promise<T>): Promise<T> => (isUpgrading() ? Promise.reject(recordUpgrading()) : ask())
  return {
    rows: (text) => whenUpgraded(() => reader.rows(text)),
    together: (texts) => whenUpgraded(() => reader.together(texts)),
    snapshot: (work) => whenUpgraded(() => reader.snapshot(work)),
    stop: () => reader.stop(),
  }
}
