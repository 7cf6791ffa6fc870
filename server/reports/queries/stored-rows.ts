import { sql } from 'kysely'
import { z } from 'zod'
import { BehindRow } from '../../contract/index.ts'
import { demoRecordIds } from '../record/demo-record-ids.ts'
import { sqlText } from './sql-text.ts'

/** A report of ten years is a mistake, and a day that is none too. */
export const longestDays = 3_700

/** What the record is read up to. The demo's past is whole, and says nothing of now. */
export const upToText = sqlText(
  sql`select min(up_to_ms) as "upToMs" from import_state where kind <> 'cel' and source_id not like ${`${demoRecordIds}%`}`,
)
export const UpTo = z.array(z.object({ upToMs: z.coerce.number().nullable() }))

/** Answers to `daysQuestion` and `countedDaysQuestion`. */
export const DayRows = z.array(z.object({ day: z.coerce.number(), counted: z.coerce.number() }))

/** A row of a list behind a figure. */
const StoredRow = z.object({
  call_key: z.string(),
  n: z.union([z.string(), z.number()]),
  at_ms: z.coerce.number(),
  direction: BehindRow.shape.direction,
  number: z.string(),
  customer_name: z.string().nullable(),
  queue: z.string().nullable(),
  operator: z.string().nullable(),
  outcome: z.string().nullable(),
  cause: BehindRow.shape.cause,
  position: z.number().nullable(),
  wait_ms: z.number().nullable(),
  talk_ms: z.number().nullable(),
  score: z.number().nullable(),
  tries: z.number().nullable(),
  reached_at_ms: z.number().nullable(),
  card_id: z.string().nullable(),
})
export type StoredRow = z.output<typeof StoredRow>
export const StoredRows = z.array(StoredRow)
