import { z } from 'zod'
import { CallOutcome, CallRow, Direction } from './cards.ts'
import { overseers } from './roles.ts'
import { defineRoute } from './route.ts'
import { SiteDay } from './site-days.ts'

/** All that are given have to hold; of several queues or operators one. */
export const CallsFilter = z.object({
  /** The first queue the call came into. */
  queues: z.array(z.string().max(80)).min(1).max(200).optional(),
  /** Extensions: who answered first, else who rang last, of an outgoing call who made it. */
  operators: z.array(z.string().max(80)).min(1).max(1_000).optional(),
  direction: Direction.optional(),
  outcome: CallOutcome.optional(),
  /** Part of a number, a customer's or operator's name, a queue's name, or what is written on the card. */
  search: z.string().trim().max(100).optional(),
})
export type CallsFilter = z.infer<typeof CallsFilter>

export const CallsRequest = z.object({
  fromDay: SiteDay,
  /** Inclusive. */
  toDay: SiteDay,
  filter: CallsFilter.default({}),
})
export type CallsRequest = z.infer<typeof CallsRequest>

/** Day and calls, the newest day first; only days that have any. */
const CountedDays = z.array(z.tuple([SiteDay, z.number().int().min(1)])).max(4_000)

export const callListRoutes = {
  findCalls: defineRoute({
    method: 'POST',
    path: '/api/reports/calls/find',
    access: overseers,
    summary: 'Calls of the PBX’s own record that began on these days of the site, newest first, a page at a time',
    body: CallsRequest.extend({
      offset: z.number().int().min(0).max(10_000_000).default(0),
      limit: z.number().int().min(1).max(500).default(100),
      /** Of a later page: what the page before answered, so that not all is counted again. */
      counted: CountedDays.nullish(),
    }),
    response: z.object({
      calls: z.array(CallRow),
      total: z.number().int(),
      /** How many of them each day has, where they had to be counted one by one; null: counted ready. */
      counted: CountedDays.nullable(),
      /** The newest moment the record knows; null: nothing was imported. */
      upToMs: z.number().int().nullable(),
    }),
  }),
}

/** What the list of calls that the server heard is narrowed by; null and '': by nothing. */
export interface HeardFilter {
  readonly search: string
  readonly queue: string | null
  readonly direction: Direction | null
  /** One of these. */
  readonly outcomes: readonly CallOutcome[] | null
}

type Searched = Pick<CallRow, 'number' | 'customerName' | 'operatorName' | 'queue' | 'description' | 'direction' | 'outcome'>

/**
 * Is it in the list? By what stands in its row: number, customer, operator, queue or description. Digits find a number however it is
 * written. The screen and its file ask the same.
 */
export function keepsCall({ search, queue, direction, outcomes }: HeardFilter): (call: Searched) => boolean {
  const words = search.trim().toLocaleLowerCase()
  const digits = words.replace(/[\s()+-]/g, '')
  const isNumber = /^\d{3,}$/.test(digits)
  return (call) => {
    if (queue !== null && call.queue?.number !== queue) return false
    if (direction !== null && call.direction !== direction) return false
    if (outcomes !== null && !outcomes.includes(call.outcome)) return false
    if (words === '') return true
    if (isNumber && call.number.replace(/\D/g, '').includes(digits)) return true
    return [call.number, call.customerName, call.operatorName, call.queue?.name, call.description].some((text) =>
      text?.toLocaleLowerCase().includes(words),
    )
  }
}
