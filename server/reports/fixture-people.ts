import { bucketsOf, type RecordRig } from './fixture.ts'

/** Every third answered call of Anna's and Boris's has a card. */
export async function addCards(rig: RecordRig): Promise<void> {
  const people: Record<string, string> = { '1001': 'anna', '1002': 'boris' }
  const calls = rig.record
    .prepare<[], { call_key: string; operator: string; queue: string | null; started_at_ms: number; direction: string }>(
      "select * from ledger_calls where answered_at_ms is not null and operator <> '1003' and direction <> 'internal' order by call_key",
    )
    .all()
  for (const [at, call] of calls.entries()) {
    if (at % 3 > 0) continue
    await addCard(rig, {
      callId: call.call_key,
      operatorId: people[call.operator] ?? '',
      direction: call.direction,
      queue: call.queue,
      atMs: call.started_at_ms,
      categoryId: at % 2 ? 'delivery' : 'payment',
      score: at % 5 ? 1 + (at % 5) : null,
    })
  }
}

interface FinishedCard {
  readonly callId: string
  readonly operatorId: string
  readonly atMs: number
  readonly direction?: string
  readonly queue?: string | null
  readonly categoryId?: string
  readonly score?: number | null
  readonly wrapUpMs?: number
  readonly answered?: boolean
  readonly state?: 'saved' | 'missed'
  readonly queuedAtMs?: number
  readonly talkMs?: number
  readonly ringCancelled?: boolean
}

/** A finished card, unless told otherwise of a talk of a minute. */
export async function addCard({ store }: Pick<RecordRig, 'store'>, card: FinishedCard): Promise<void> {
  const { callId, operatorId, atMs, direction = 'inbound', queue = '701', categoryId = 'delivery' } = card
  const {
    queuedAtMs = null,
    score = null,
    wrapUpMs = 20_000,
    answered = true,
    state = 'saved',
    talkMs = 60_000,
    ringCancelled = false,
  } = card
  await store.db
    .insertInto('cards')
    .values({
      id: `main:${callId}:${operatorId}`,
      call_id: callId,
      leg_id: '',
      operator_id: operatorId,
      operator_name: '',
      direction,
      state,
      number: '',
      phone_key: '',
      caller_name: '',
      queue_number: queue,
      queued_at_ms: queuedAtMs,
      ringing_at_ms: atMs,
      answered_at_ms: answered ? atMs : null,
      ended_at_ms: atMs + talkMs,
      wrap_up_ends_at_ms: null,
      extensions: 0,
      saved_at_ms: atMs + talkMs + 20_000,
      version: 1,
      category_id: categoryId,
      description: '',
      result_id: 'resolved',
      satisfaction: score,
      notes: '',
      call_back: 0,
      call_back_at_ms: null,
      field_stamps: '{}',
      customer_id: null,
      customer_source: 'number',
      extra: '{}',
      handover: null,
      wrap_up_ms: answered ? wrapUpMs : null,
      incomplete: 0,
      ring_cancelled: ringCancelled ? 1 : 0,
      search_text: '',
    })
    .execute()
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

interface RecordedCall {
  readonly key: string
  readonly atMs: number
  readonly phone?: string
  readonly direction?: 'inbound' | 'outbound'
  readonly answered?: boolean
  readonly queue?: string | null
  readonly operator?: string
  readonly cause?: string
}

/** A call of the record without visits, rings and talks. */
export function addCall({ add }: Pick<RecordRig, 'add'>, call: RecordedCall): void {
  const { key, atMs, phone = '9160000001', direction = 'inbound', answered = false } = call
  const { queue = '701', operator = '1001', cause = 'allBusy' } = call
  const missed = direction === 'inbound' && !answered
  add('ledger_calls', {
    ...{ call_key: key, direction, number: phone === '' ? '' : `+7${phone}`, phone_key: phone, queue },
    ...{ started_at_ms: atMs, queued_at_ms: null, answered_at_ms: answered ? atMs + 1_000 : null, ended_at_ms: atMs + 9_000 },
    ...{ operator, talk_ms: 0, hold_ms: null, wait_ms: 9_000, rings: 0, queue_visits: 0, recording: null },
    ...{ outcome: answered ? 'answered' : missed ? 'missed' : 'noAnswer', missed_cause: missed ? cause : null },
    ...bucketsOf(atMs),
  })
}
