import type { CdrRow, QueueLogRow } from '../../server/reports/sources/source.ts'

export interface HistoryOptions {
  readonly seed: number
  /** About how many; the same seed gives the same ones. */
  readonly calls: number
  readonly days: number
  readonly operators: number
  readonly queues: number
  /** The first day's midnight. */
  readonly fromMs?: number
}

export interface HistoryDay {
  readonly cdr: CdrRow[]
  readonly queueLog: QueueLogRow[]
}

/** Mulberry32: small, and the same on every machine. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Calls of an hour of the day, as shares of the busiest: two peaks and a lunch. */
const hourShares = [2, 1, 1, 1, 1, 2, 5, 15, 45, 85, 100, 95, 75, 70, 85, 90, 80, 60, 40, 25, 18, 12, 8, 4]
const hourSum = hourShares.reduce((sum, share) => sum + share, 0)
/** Monday to Sunday. */
const dayShares = [1.25, 1.1, 1.05, 1.05, 1.1, 0.6, 0.4]
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const second = (ms: number): number => Math.floor(ms / 1_000) * 1_000

/**
 * A lifelike past of a call centre, a day at a time and each day's rows in the order Asterisk writes them: inbound calls through
 * queues, rings in vain, abandonments, time-outs, key exits, transfers to colleagues and to queues, outgoing and internal calls,
 * shifts with pauses. Rows have the shapes recorded from a real Asterisk (tests/fixtures/ledger).
 */
export function* history(options: HistoryOptions): Generator<HistoryDay> {
  const next = random(options.seed)
  const fromMs = options.fromMs ?? Date.UTC(2023, 10, 20)
  for (let day = 0; day < options.days; day++) yield new Day(options, next, fromMs + day * dayMs).make()
}

class Day {
  readonly #options: HistoryOptions
  readonly #next: () => number
  readonly #fromMs: number
  readonly #cdr: CdrRow[] = []
  readonly #lines: QueueLogRow[] = []
  /** By operator: busy until. */
  readonly #busy: number[] = []
  #channel = 0
  #sequence = 0

  constructor(options: HistoryOptions, next: () => number, fromMs: number) {
    this.#options = options
    this.#next = next
    this.#fromMs = fromMs
  }

  make(): HistoryDay {
    const { calls, days, operators } = this.#options
    for (let operator = 0; operator < operators; operator++) this.#shift(operator)
    // By noon: a midnight of the site may be the day before in UTC.
    const weekday = (new Date(this.#fromMs + dayMs / 2).getUTCDay() + 6) % 7
    const shareOf = dayShares.reduce((sum, share) => sum + share, 0) / 7
    const count = Math.round((calls / days) * ((dayShares[weekday] ?? 1) / shareOf))
    const starts = Array.from({ length: count }, () => this.#moment()).sort((a, b) => a - b)
    for (const atMs of starts) this.#call(atMs)
    // Stable: lines of one second keep their order.
    this.#cdr.sort((a, b) => a.endMs - b.endMs)
    this.#lines.sort((a, b) => a.atMs - b.atMs)
    return { cdr: this.#cdr, queueLog: this.#lines }
  }

  #moment(): number {
    let left = this.#next() * hourSum
    let hour = 0
    while (hour < 23 && left >= (hourShares[hour] ?? 0)) left -= hourShares[hour++] ?? 0
    return this.#fromMs + hour * hourMs + Math.floor(this.#next() * hourMs)
  }

  /** About `mean`, rarely much more. */
  #about(mean: number): number {
    return Math.max(1_000, -Math.log(1 - this.#next() * 0.999) * mean)
  }

  #of(count: number): number {
    return Math.floor(this.#next() * count)
  }

  #extension = (operator: number): string => String(1_001 + operator)
  #queue = (queue: number): string => String(701 + queue)

  #line(atMs: number, callId: string, queue: string, agent: string, event: string, data: string[]): void {
    this.#lines.push({ atMs: second(atMs), callId, queue, agent, event, data })
  }

  #id(atMs: number): { id: string; n: string } {
    const n = this.#channel++
    return { id: `pbx-${Math.floor(atMs / 1_000)}.${n}`, n: n.toString(16).padStart(8, '0') }
  }

  #row(row: Partial<CdrRow> & Pick<CdrRow, 'uniqueId' | 'startMs' | 'endMs' | 'channel'>): void {
    const answerMs = row.answerMs == null ? null : second(row.answerMs)
    this.#cdr.push({
      linkedId: row.uniqueId,
      sequence: this.#sequence++,
      talkSec: answerMs === null ? 0 : Math.max(0, Math.round((row.endMs - answerMs) / 1_000)),
      dstChannel: '',
      src: '',
      dst: '',
      context: 'from-trunk',
      lastApp: 'Queue',
      lastData: '',
      disposition: 'NO ANSWER',
      userField: '',
      callerId: '',
      hangupCause: null,
      ...row,
      startMs: second(row.startMs),
      endMs: second(row.endMs),
      answerMs,
    })
  }

  /** Joins two queues in the morning, pauses for lunch and coffee, leaves in the evening. */
  #shift(operator: number): void {
    if (this.#next() < 0.2) return
    const agent = this.#extension(operator)
    const own = [operator % this.#options.queues, (operator * 7 + 3) % this.#options.queues]
    const queues = [...new Set(own)].map(this.#queue)
    const late = operator % 3 === 2
    const fromMs = this.#fromMs + (late ? 12 : 7) * hourMs + this.#of(30) * minuteMs
    const toMs = fromMs + 9 * hourMs + this.#of(20) * minuteMs
    for (const queue of queues)
      this.#line(fromMs, `pbx-${Math.floor(fromMs / 1_000)}.s`, queue, `PJSIP/${agent}`, 'ADDMEMBER', [''])
    for (const [reason, afterMs, lastsMs] of [
      ['coffee', 2 * hourMs, 12 * minuteMs],
      ['lunch', 4 * hourMs, 45 * minuteMs],
      ['meeting', 6 * hourMs, 20 * minuteMs],
    ] as const) {
      const at = fromMs + afterMs + this.#of(50) * minuteMs
      const until = at + lastsMs * (0.6 + this.#next() * 0.8)
      this.#line(at, '', 'NONE', agent, 'PAUSEALL', [reason])
      for (const queue of queues) this.#line(at, '', queue, agent, 'PAUSE', [reason])
      this.#line(until, '', 'NONE', agent, 'UNPAUSEALL', [''])
      for (const queue of queues) this.#line(until, '', queue, agent, 'UNPAUSE', [''])
    }
    for (const queue of queues)
      this.#line(toMs, `pbx-${Math.floor(toMs / 1_000)}.s`, queue, `PJSIP/${agent}`, 'REMOVEMEMBER', [''])
  }

  #call(atMs: number): void {
    const kind = this.#next()
    if (kind < 0.68) this.#inbound(atMs)
    else if (kind < 0.93) this.#outgoing(atMs)
    else this.#within(atMs)
  }

  #number(): string {
    // One in three calls again: customers of the same few thousand numbers.
    const of = this.#next() < 0.35 ? 5_000 : 3_000_000
    return `+7916${String(1_000_000 + this.#of(of)).padStart(7, '0')}`
  }

  /** Somebody free, of those who are asked at random; null: all asked are busy. */
  #operator(atMs: number, tries: number): number | null {
    for (let n = 0; n < tries; n++) {
      const operator = this.#of(this.#options.operators)
      if ((this.#busy[operator] ?? 0) < atMs) return operator
    }
    return null
  }

  #inbound(atMs: number): void {
    const { id, n } = this.#id(atMs)
    const caller = { id, channel: `PJSIP/trunk-${n}`, src: this.#number(), endMs: atMs }
    const enterMs = atMs + 1_000 + this.#of(8_000)
    const went = this.#visit(caller, this.#of(this.#options.queues), enterMs, 0)
    if (went === 'answered' || went === 'hungUp') return
    // The dialplan says good-bye.
    this.#row({
      ...this.#from(caller, atMs),
      startMs: caller.endMs,
      answerMs: caller.endMs,
      endMs: caller.endMs + 2_000,
      lastApp: 'Hangup',
      disposition: 'ANSWERED',
    })
  }

  #from(caller: { id: string; channel: string; src: string }, atMs: number) {
    return { uniqueId: caller.id, channel: caller.channel, src: caller.src, startMs: atMs, callerId: `"" <${caller.src}>` }
  }

  #visit(
    caller: { id: string; channel: string; src: string; endMs: number },
    queueIndex: number,
    enterMs: number,
    depth: number,
  ): 'answered' | 'hungUp' | 'left' {
    const queue = this.#queue(queueIndex)
    const patienceMs = this.#about(150_000)
    this.#line(enterMs, caller.id, queue, 'NONE', 'ENTERQUEUE', ['', caller.src, String(1 + this.#of(4))])
    const base = { ...this.#from(caller, enterMs), dst: queue, lastData: `${queue},tTk,,,120`, answerMs: enterMs }
    let atMs = enterMs + (this.#next() < 0.75 ? this.#of(2_000) : this.#about(40_000))
    const seconds = (ms: number) => String(Math.round((second(ms) - second(enterMs)) / 1_000))
    const leave = (event: string, ms: number, before: string[] = [], after: string[] = []): void => {
      this.#line(ms, caller.id, queue, 'NONE', event, [...before, '1', '1', seconds(ms), ...after])
      caller.endMs = ms
    }
    for (let tries = 0; ; tries++) {
      const operator = this.#operator(atMs, 12)
      const giveUpMs = enterMs + patienceMs
      if (operator === null || atMs >= giveUpMs || tries > 5) {
        const roll = this.#next()
        if (roll < 0.8) {
          const goneMs = Math.max(giveUpMs, atMs)
          leave('ABANDON', goneMs)
          this.#row({ ...base, endMs: goneMs, disposition: tries === 0 ? 'ANSWERED' : 'NO ANSWER' })
          return 'hungUp'
        }
        const ms = Math.max(atMs, enterMs + 1_000)
        if (roll < 0.93) leave('EXITWITHTIMEOUT', ms)
        else if (roll < 0.97) leave('EXITWITHKEY', ms, ['1'])
        else leave('EXITEMPTY', ms)
        return 'left'
      }
      const agent = this.#extension(operator)
      const device = `PJSIP/${agent}-${this.#id(atMs).n}`
      if (this.#next() < 0.12) {
        const missedMs = atMs + 15_000
        this.#line(missedMs, caller.id, queue, agent, 'RINGNOANSWER', ['15000'])
        this.#row({ ...base, startMs: atMs, answerMs: atMs, endMs: missedMs, dstChannel: device })
        atMs = missedMs + 2_000
        continue
      }
      const ringMs = 1_000 + this.#of(8_000)
      const connectMs = atMs + ringMs
      const talkMs = this.#about(160_000)
      const endMs = connectMs + talkMs
      this.#busy[operator] = endMs + 15_000
      this.#line(connectMs, caller.id, queue, agent, 'CONNECT', [
        seconds(connectMs),
        this.#id(connectMs).id,
        String(Math.round(ringMs / 1_000)),
      ])
      const hold = seconds(connectMs)
      const talk = String(Math.round(talkMs / 1_000))
      const row = { ...base, startMs: atMs, answerMs: atMs, endMs, dstChannel: device, disposition: 'ANSWERED' }
      const roll = this.#next()
      if (roll < 0.05) {
        this.#line(endMs, caller.id, queue, agent, 'BLINDTRANSFER', ['1002', 'operators', hold, talk, '1'])
        this.#row({ ...row, dst: '1002' })
        const colleague = this.#operator(endMs, 12) ?? 0
        const given = endMs + this.#about(90_000)
        this.#busy[colleague] = given
        const to = this.#extension(colleague)
        this.#row({
          ...row,
          dst: to,
          startMs: endMs,
          answerMs: endMs,
          endMs: given,
          dstChannel: `PJSIP/${to}-${this.#id(endMs).n}`,
          lastApp: 'Dial',
          lastData: `PJSIP/${to},30,tT`,
        })
        caller.endMs = given
        return 'answered'
      }
      this.#row(row)
      caller.endMs = endMs
      if (roll < 0.07 && depth === 0) {
        const other = (queueIndex + 1) % this.#options.queues
        this.#line(endMs, caller.id, queue, agent, 'BLINDTRANSFER', [this.#queue(other), 'operators', hold, talk, '1'])
        const went = this.#visit(caller, other, endMs, 1)
        return went === 'left' ? 'left' : 'answered'
      }
      this.#line(endMs, caller.id, queue, agent, this.#next() < 0.6 ? 'COMPLETECALLER' : 'COMPLETEAGENT', [hold, talk, '1'])
      return 'answered'
    }
  }

  #outgoing(atMs: number): void {
    const operator = this.#operator(atMs, 20)
    if (operator === null) return
    const { id, n } = this.#id(atMs)
    const agent = this.#extension(operator)
    const number = this.#number()
    const reached = this.#next() < 0.62
    const ringMs = 2_000 + this.#of(20_000)
    const endMs = atMs + ringMs + (reached ? this.#about(110_000) : 0)
    this.#busy[operator] = endMs
    this.#row({
      uniqueId: id,
      channel: `PJSIP/${agent}-${n}`,
      dstChannel: `PJSIP/trunk-${this.#id(atMs).n}`,
      src: agent,
      dst: `9${number}`,
      context: 'operators',
      startMs: atMs,
      answerMs: reached ? atMs + ringMs : null,
      endMs,
      lastApp: 'Dial',
      lastData: `PJSIP/${number}@trunk,60,tT`,
      disposition: reached ? 'ANSWERED' : this.#next() < 0.7 ? 'NO ANSWER' : 'BUSY',
    })
  }

  #within(atMs: number): void {
    const [from, to] = [this.#operator(atMs, 20), this.#operator(atMs, 20)]
    if (from === null || to === null || from === to) return
    const { id, n } = this.#id(atMs)
    const taken = this.#next() < 0.8
    const ringMs = 2_000 + this.#of(6_000)
    const endMs = atMs + ringMs + (taken ? this.#about(50_000) : 15_000)
    for (const operator of [from, to]) this.#busy[operator] = endMs
    const [a, b] = [this.#extension(from), this.#extension(to)]
    this.#row({
      uniqueId: id,
      channel: `PJSIP/${a}-${n}`,
      dstChannel: `PJSIP/${b}-${this.#id(atMs).n}`,
      src: a,
      dst: b,
      context: 'operators',
      startMs: atMs,
      answerMs: taken ? atMs + ringMs : null,
      endMs,
      lastApp: 'Dial',
      lastData: `PJSIP/${b},30,tT`,
      disposition: taken ? 'ANSWERED' : 'NO ANSWER',
    })
  }
}
