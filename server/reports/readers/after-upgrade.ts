import { AppError } from '../../errors.ts'
import type { RecordReader } from './read-pool.ts'

export const recordUpgrading = (): AppError =>
  new AppError('recordUpgrading', 'the record of calls is being brought to this version', { retryAfterMs: 5_000 })

/** Answers recordUpgrading while the record is of an older version, which lacks what is asked for. */
export const afterUpgrade = (reader: RecordReader, isUpgrading: () => boolean): RecordReader => ({
  rows: (text) => (isUpgrading() ? Promise.reject(recordUpgrading()) : reader.rows(text)),
  stop: () => reader.stop(),
})
