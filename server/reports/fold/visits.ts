import type { VisitOutcome } from '../record/schema.ts'
import type { QueueLogRow } from '../sources/source.ts'

/** One ringing of a member, as queue_log tells it. `agent` is the member's name there. */
export interface VisitRing {
  readonly agent: string
  readonly atMs: number
  readonly endMs: number
  readonly outcome: 'answered' | 'noAnswer' | 'rejected' | 'cancelled'
}

/** One caller's stay in one queue, from ENTERQUEUE to its one outcome. */
export interface Visit {
  /** Unique id of the caller's channel. Visits of one call may share it. */
  readonly callId: string
  readonly queue: string
  readonly enteredMs: number
  /** The answer, or leaving the queue; null: not told (yet). */
  readonly leftMs: number | null
  readonly outcome: VisitOutcome
  /** The member who answered. */
  readonly agent: string | null
  /** End of the talk; null: not told (yet), or nobody answered. */
  readonly talkEndMs: number | null
  /** The talk was given on. */
  readonly transferred: boolean
  readonly positionIn: number | null
  readonly positionOut: number | null
  readonly exitKey: string | null
  readonly rings: readonly VisitRing[]
}

const exits: Readonly<Record<string, VisitOutcome>> = {
  EXITWITHTIMEOUT: 'timeout',
  EXITEMPTY: 'leftEmpty',
  EXITWITHKEY: 'keyExit',
  WITHDRAW: 'withdrawn',
  SYSCOMPAT: 'incompatible',
  ABANDON: 'abandoned',
}
const talkEnds = new Set(['COMPLETEAGENT', 'COMPLETECALLER', 'BLINDTRANSFER', 'ATTENDEDTRANSFER', 'TRANSFER'])
const ringLines = new Set(['RINGNOANSWER', 'RINGCANCELED', 'AGENTDUMP'])

const numberOf = (text: string | undefined): number | null => {
  const value = Number(text)
  return text === undefined || text === '' || !Number.isFinite(value) ? null : value
}
/** Nobody waits, talks or rings longer; a line the dialplan wrote itself may have anything in these places, a phone number too. */
const longestMs = 7 * 24 * 3_600_000
const durationMs = (text: string | undefined, unitMs: number): number => {
  const ms = (numberOf(text) ?? 0) * unitMs
  return ms >= 0 && ms <= longestMs ? ms : 0
}
const secondsMs = (text: string | undefined): number => durationMs(text, 1_000)

const begin = (line: QueueLogRow, enteredMs: number): Visit => ({
  callId: line.callId,
  queue: line.queue,
  enteredMs,
  leftMs: null,
  outcome: 'waiting',
  agent: null,
  talkEndMs: null,
  transferred: false,
  positionIn: line.event === 'ENTERQUEUE' ? numberOf(line.data[2]) : null,
  positionOut: null,
  exitKey: null,
  rings: [],
})

/** When the caller of an end line had joined: its wait is among its data. */
function joinedMs(line: QueueLogRow): number {
  if (line.event === 'CONNECT') return line.atMs - secondsMs(line.data[0])
  if (line.event === 'EXITWITHKEY') return line.atMs - secondsMs(line.data[3])
  if (exits[line.event] !== undefined) return line.atMs - secondsMs(line.data[2])
  // COMPLETE…: hold and talk
  return line.atMs - secondsMs(line.data[0]) - secondsMs(line.data[1])
}

function ringOf(line: QueueLogRow, enteredMs: number): VisitRing {
  const ms = line.event === 'CONNECT' ? secondsMs(line.data[2]) : durationMs(line.data[0], 1)
  const outcome = ({ CONNECT: 'answered', RINGNOANSWER: 'noAnswer', AGENTDUMP: 'rejected' } as const)[line.event] ?? 'cancelled'
  return { agent: line.agent, atMs: Math.max(enteredMs, line.atMs - ms), endMs: line.atMs, outcome }
}

type Step = { readonly open: Visit | null; readonly closed?: Visit }

/**
 * One line of queue_log in the life of a visit:
 *
 *     (none) ──ENTERQUEUE──▶ waiting ──CONNECT──▶ talking ──COMPLETE…, …TRANSFER──▶ closed: answered
 *                            │  ▲ RINGNOANSWER, RINGCANCELED, AGENTDUMP: a ring more, the caller waits on
 *                            │
 *                            └─ABANDON │ EXITWITHTIMEOUT │ EXITEMPTY │ EXITWITHKEY │ WITHDRAW │ SYSCOMPAT─▶ closed
 *
 * A line of another queue, or a second ENTERQUEUE, closes a visit whose own end was not written: `lost` while waiting. A line
 * whose ENTERQUEUE is not there (a log that begins in the middle) opens its visit with the wait it carries.
 */
function step(open: Visit | null, line: QueueLogRow): Step {
  if (line.event === 'ENTERQUEUE') {
    const next = begin(line, line.atMs)
    return open ? { open: next, closed: cutOff(open) } : { open: next }
  }
  if (!open || open.queue !== line.queue) {
    // A ring line alone tells of no visit's time.
    if (ringLines.has(line.event)) return { open }
    const late = step(begin(line, joinedMs(line)), line)
    if (!open) return late
    // The open visit goes on: this line is of one that ended before.
    return late.closed ? { open, closed: late.closed } : { open: late.open, closed: cutOff(open) }
  }
  if (open.outcome === 'waiting') {
    if (ringLines.has(line.event)) return { open: { ...open, rings: [...open.rings, ringOf(line, open.enteredMs)] } }
    const outcome = exits[line.event]
    if (outcome !== undefined) {
      const key = line.event === 'EXITWITHKEY'
      const positionOut = line.event === 'SYSCOMPAT' ? null : numberOf(line.data[key ? 1 : 0])
      const exitKey = key ? (line.data[0] ?? null) : null
      return { open: null, closed: { ...open, leftMs: Math.max(open.enteredMs, line.atMs), outcome, positionOut, exitKey } }
    }
    const leftMs =
      line.event === 'CONNECT'
        ? line.atMs
        : // CONNECT is missing, its times are in the end line
          line.atMs - secondsMs(line.data[1])
    const answered: Visit = {
      ...open,
      leftMs: Math.max(open.enteredMs, leftMs),
      outcome: 'answered',
      agent: line.agent,
      rings: [...open.rings, ringOf({ ...line, event: 'CONNECT', atMs: leftMs }, open.enteredMs)],
    }
    return line.event === 'CONNECT' ? { open: answered } : step(answered, line)
  }
  if (!talkEnds.has(line.event)) return { open }
  const transferred = line.event.endsWith('TRANSFER')
  return { open: null, closed: { ...open, talkEndMs: Math.max(open.leftMs ?? 0, line.atMs), transferred } }
}

const cutOff = (visit: Visit): Visit => (visit.outcome === 'waiting' ? { ...visit, outcome: 'lost' } : visit)

/** Which of the lines of one second comes next: the log's own order is not kept, and a second holds many steps. */
function rank(open: Visit | null, line: QueueLogRow): number {
  const own = open !== null && open.queue === line.queue
  if (line.event === 'ENTERQUEUE') return open ? 6 : 0
  if (!own) return open ? 7 : 5
  if (open.outcome === 'waiting') {
    if (ringLines.has(line.event)) return 1
    if (line.event === 'CONNECT') return 2
    return talkEnds.has(line.event) ? 4 : 3
  }
  return talkEnds.has(line.event) ? 1 : 8
}

/** The visits of one channel. `lines` are in the order of time, of one moment in any order. */
function visitsOf(lines: readonly QueueLogRow[]): Visit[] {
  const visits: Visit[] = []
  let open: Visit | null = null
  const rest = [...lines]
  while (rest.length > 0) {
    let next = 0
    for (let n = 1; n < rest.length && rest[n]?.atMs === rest[0]?.atMs; n++) {
      const [line, best] = [rest[n], rest[next]]
      if (line && best && rank(open, line) < rank(open, best)) next = n
    }
    const [line] = rest.splice(next, 1)
    if (!line) break
    const after: Step = step(open, line)
    if (after.closed) visits.push(after.closed)
    open = after.open
  }
  if (open) visits.push(open)
  return visits
}

/** All visits of a call in the order of their beginnings. */
export function visitsOfCall(lines: readonly QueueLogRow[]): Visit[] {
  const [first] = lines
  if (!first) return []
  // Nearly always one caller waits.
  if (lines.every(({ callId }) => callId === first.callId)) return visitsOf(lines).sort(byBeginning)
  const byChannel = new Map<string, QueueLogRow[]>()
  for (const line of lines) {
    const known = byChannel.get(line.callId)
    if (known) known.push(line)
    else byChannel.set(line.callId, [line])
  }
  return [...byChannel.values()].flatMap(visitsOf).sort(byBeginning)
}

const byBeginning = (a: Visit, b: Visit): number =>
  a.enteredMs - b.enteredMs || (a.leftMs ?? Number.MAX_SAFE_INTEGER) - (b.leftMs ?? Number.MAX_SAFE_INTEGER)
