import { type Mark, type RecordedCall, readRecordedCall, type Stop } from './recorded-calls.ts'

/** The Genesys shape of 300 operators: so many of 100 calls are held, transferred, conferences, listened to; the rest are plain. */
const shares: readonly { readonly share: number; readonly recordings: readonly string[] }[] = [
  { share: 30, recordings: ['hold'] },
  { share: 30, recordings: ['blind-transfer', 'attended-transfer', 'queue-transfer'] },
  { share: 10, recordings: ['conference-outside', 'conference-colleague'] },
  { share: 5, recordings: ['spy-call-ends'] },
  { share: 25, recordings: ['queue-answered', 'queue-customer-hangs-up'] },
]
const callsPerSecond = 2.2
const groupSize = 60
/** Shorter gaps are Asterisk's own, longer ones people's. */
const peoplesGapMs = 200
const ringMs = { least: 2_000, most: 8_000 }
const talkMs = { least: 40_000, most: 80_000 }

/** `mulberry32`: the same calls each time. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface FloorEvent {
  readonly atMs: number
  readonly text: string
  /** `rings 3001`, `customer-17 held`. */
  readonly marks: readonly string[]
}

interface FloorCall {
  readonly recording: RecordedCall
  readonly number: number
  readonly phones: ReadonlyMap<string, string>
  readonly queues: readonly [string, string]
  /** Drawn lengths of the pauses people make, by event. */
  readonly stretch: number
  next: number
  atMs: number
}

export interface Member {
  readonly phone: string
  readonly queues: readonly [string, string]
  status: string
  pauseReason: string | null
}

const tokens =
  /(?<=: )customer(?:-2)?(?=\r)|record-(?=\d)|callsync-spy-\d+\.\d+|[0-9a-f]{8}-(?=[0-9a-f]{4}-[0-9a-f]{4}-)|(?<![\d.+])100[1-4](?!\d)|(?<!\d)70[12](?!\d)|(?<!\d)4711(?!\d)|\+79161234567/g

function renamed(text: string, call: FloorCall): string {
  return text.replace(tokens, (token) => {
    if (token.startsWith('customer')) return `customer-c${call.number}${token.slice('customer'.length)}`
    if (token === 'record-') return `record-c${call.number}-`
    if (token.startsWith('callsync-spy-')) return `${token.slice(0, token.indexOf('.'))}.${call.number}`
    if (token.endsWith('-')) return `${call.number.toString(16).padStart(8, '0')}-`
    if (token.startsWith('100')) return call.phones.get(token) ?? token
    if (token.startsWith('70')) return call.queues[token === '701' ? 0 : 1]
    return token === '4711' ? String(1_000 + (call.number % 9_000)) : `+7916${String(call.number % 10_000_000).padStart(7, '0')}`
  })
}

const markText = (mark: Mark, call: FloorCall): string =>
  mark.kind === 'rings' ? `rings ${call.phones.get(mark.phone)}` : `customer-c${call.number} ${mark.state}`

/** A busy centre's calls in the order of their events, from recorded ones; each has ids, phones, queues and times of its own. */
export class BusyFloor {
  readonly members = new Map<string, Member>()
  readonly supervisors: readonly string[]
  readonly queues: readonly string[]
  readonly #random: () => number
  readonly #restMs: number
  readonly #recordings = new Map<string, RecordedCall>()
  readonly #active = new Set<FloorCall>()
  readonly #free = new Map<string, number>()
  #nextCallAtMs = 0
  /** Calls so far. */
  calls = 0
  /** Calls that had to come later, for nobody was free. */
  putOff = 0

  constructor(options: { operators: number; supervisors: number; seed: number; restMs: number }) {
    this.#random = seeded(options.seed)
    this.#restMs = options.restMs
    const groups = Math.ceil(options.operators / groupSize)
    this.queues = Array.from({ length: groups }, (_, group) => [`7${group + 1}1`, `7${group + 1}2`]).flat()
    for (let index = 0; index < options.operators; index++) {
      const phone = String(3001 + index)
      const group = 1 + Math.floor(index / groupSize)
      this.members.set(phone, { phone, queues: [`7${group}1`, `7${group}2`], status: '1', pauseReason: null })
      this.#free.set(phone, 0)
    }
    this.supervisors = Array.from({ length: options.supervisors }, (_, index) => String(4001 + index))
    for (const { recordings } of shares) for (const name of recordings) this.#recordings.set(name, readRecordedCall(name))
  }

  /** Somebody who takes no calls. */
  spare(phone: string): void {
    this.#free.delete(phone)
  }

  next(): FloorEvent {
    for (;;) {
      const first = this.#first()
      if (first === null || first.atMs >= this.#nextCallAtMs) this.#begin()
      else return this.#tell(first)
    }
  }

  /**
   * Brings each call on to a moment at which Asterisk was asked for everything: the events until then, and from then on
   * `stops` is what it has.
   */
  *halt(): Generator<FloorEvent> {
    for (const call of this.#active) {
      while (this.#active.has(call) && !call.recording.stops.some(({ after }) => after === call.next)) yield this.#tell(call)
    }
  }

  /** What Asterisk has of the calls, once halted. */
  stops(): Omit<Stop, 'after'> {
    const of = (pick: (stop: Stop) => readonly string[]) =>
      [...this.#active].flatMap((call) => {
        const stop = call.recording.stops.find(({ after }) => after === call.next)
        return stop ? pick(stop).map((text) => renamed(text, call)) : []
      })
    return {
      channels: of(({ channels }) => channels),
      bridges: of(({ bridges }) => bridges),
      waiting: of(({ waiting }) => waiting),
    }
  }

  get going(): number {
    return this.#active.size
  }

  #first(): FloorCall | null {
    let first: FloorCall | null = null
    for (const call of this.#active) if (first === null || call.atMs < first.atMs) first = call
    return first
  }

  #tell(call: FloorCall): FloorEvent {
    const { recording, atMs } = call
    const event = recording.events[call.next]
    if (!event) throw new Error('a call went on after its end')
    call.next += 1
    const following = recording.events[call.next]
    if (following) call.atMs += this.#pauseBefore(following, call.stretch)
    else {
      this.#active.delete(call)
      for (const phone of call.phones.values()) if (this.#free.has(phone)) this.#free.set(phone, atMs + this.#restMs)
    }
    const member = event.member && this.members.get(call.phones.get(event.member.phone) ?? '')
    if (event.member && member) member.status = event.member.status
    const text = renamed(event.text, call)
    return {
      atMs,
      text: member?.pauseReason
        ? text.replace('paused: 0\r\npausedreason: ', `paused: 1\r\npausedreason: ${member.pauseReason}`)
        : text,
      marks: event.marks.map((mark) => markText(mark, call)),
    }
  }

  #pauseBefore({ gapMs, answers }: { gapMs: number; answers: boolean }, stretch: number): number {
    if (answers) return this.#between(ringMs)
    return gapMs >= peoplesGapMs ? gapMs * stretch : gapMs
  }

  #begin(): void {
    const atMs = this.#nextCallAtMs
    const recording = this.#draw()
    const group = this.#group(recording.phones.length, atMs)
    if (group === null) {
      this.putOff += 1
      this.#nextCallAtMs += 200
      return
    }
    this.#nextCallAtMs += (-Math.log(1 - this.#random()) * 1_000) / callsPerSecond
    this.calls += 1
    const phones = new Map(recording.phones.map((phone, index) => [phone, group.phones[index] ?? '']))
    for (const phone of phones.values()) this.#free.set(phone, Number.POSITIVE_INFINITY)
    if (recording.monitored) phones.set('1004', this.supervisors[this.calls % this.supervisors.length] ?? '')
    const pausesMs = recording.events.reduce(
      (sum, { gapMs, answers }) => sum + (gapMs >= peoplesGapMs && !answers ? gapMs : 0),
      0,
    )
    const stretch = this.#between(talkMs) / Math.max(pausesMs, 1)
    this.#active.add({ recording, number: this.calls, phones, queues: group.queues, stretch, next: 0, atMs })
  }

  #draw(): RecordedCall {
    let at = this.#random() * 100
    const kind = shares.find(({ share }) => {
      at -= share
      return at < 0
    })
    const names = kind?.recordings ?? []
    const recording = this.#recordings.get(names[Math.floor(this.#random() * names.length)] ?? 'queue-answered')
    if (!recording) throw new Error('not recorded')
    return recording
  }

  /** Colleagues of one group who are free, those first who have been so the longest. */
  #group(count: number, atMs: number): { phones: readonly string[]; queues: readonly [string, string] } | null {
    const groups = this.queues.length / 2
    const from = Math.floor(this.#random() * groups)
    for (let step = 0; step < groups; step++) {
      const number = 1 + ((from + step) % groups)
      const free = [...this.#free].filter(([phone, freeAtMs]) => {
        const member = this.members.get(phone)
        return freeAtMs <= atMs && member?.pauseReason === null && member.queues[0] === `7${number}1`
      })
      if (free.length < count) continue
      const phones = free.sort(([, a], [, b]) => a - b).map(([phone]) => phone)
      return { phones: phones.slice(0, count), queues: [`7${number}1`, `7${number}2`] }
    }
    return null
  }

  #between({ least, most }: { least: number; most: number }): number {
    return least + this.#random() * (most - least)
  }
}
