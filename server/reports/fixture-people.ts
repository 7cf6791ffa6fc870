import type { RecordRig } from './fixture.ts'

/** Every third answered call of Anna's and Boris's has a card. */
export async function addCards({ record, store }: RecordRig): Promise<void> {
  const people: Record<string, string> = { '1001': 'anna', '1002': 'boris' }
  const calls = record
    .prepare<[], { call_key: string; operator: string; queue: string | null; started_at_ms: number; direction: string }>(
      "select * from ledger_calls where answered_at_ms is not null and operator <> '1003' and direction <> 'internal' order by call_key",
    )
    .all()
  for (const [at, call] of calls.entries()) {
    if (at % 3 > 0) continue
    await store.db
      .insertInto('cards')
      .values({
        id: `main:${call.call_key}`,
        call_id: call.call_key,
        leg_id: '',
        operator_id: people[call.operator] ?? '',
        operator_name: '',
        direction: call.direction,
        state: 'saved',
        number: '',
        phone_key: '',
        caller_name: '',
        queue_number: call.queue,
        queued_at_ms: null,
        ringing_at_ms: call.started_at_ms,
        answered_at_ms: call.started_at_ms,
        ended_at_ms: call.started_at_ms + 60_000,
        wrap_up_ends_at_ms: null,
        extensions: 0,
        saved_at_ms: call.started_at_ms + 80_000,
        version: 1,
        category_id: at % 2 ? 'delivery' : 'payment',
        description: '',
        result_id: 'resolved',
        satisfaction: at % 5 ? 1 + (at % 5) : null,
        notes: '',
        call_back: 0,
        call_back_at_ms: null,
        field_stamps: '{}',
        customer_id: null,
        customer_source: 'number',
        extra: '{}',
        handover: null,
        wrap_up_ms: 20_000,
        incomplete: 0,
        search_text: '',
      })
      .execute()
  }
}

/** Anna: eight hours on one day, one of them paused, and a minute of wrap-up; in one queue the same. Boris is there still. */
export function addSpans({ add }: RecordRig): void {
  const from = Date.UTC(2026, 10, 16, 6)
  const hour = 3_600_000
  for (const queue of ['', '701']) {
    const span = (state: string, fromMs: number, toMs: number, reason = '') =>
      add('operator_spans', { operator: '1001', queue, from_ms: fromMs, to_ms: toMs, state, reason, day: 20_261_116 })
    span('available', from, from + 5 * hour)
    span('paused', from + 5 * hour, from + 6 * hour, 'lunch')
    span('available', from + 6 * hour, from + 8 * hour - 60_000)
    span('paused', from + 8 * hour - 60_000, from + 8 * hour, 'wrapup')
    add('operator_spans', {
      operator: '1002',
      queue,
      from_ms: from + 7 * hour,
      to_ms: null,
      state: 'available',
      reason: '',
      day: 20_261_116,
    })
  }
}
