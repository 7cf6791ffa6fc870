import { sql } from 'kysely'
import { z } from 'zod'
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
