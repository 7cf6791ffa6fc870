import type { JourneyStep } from '../contract/index.ts'
import type { PbxCall, PbxLeg } from '../telephony/pbx-state.ts'

/** A step by endpoint; who that is is found when it is read. */
export interface PbxStep {
  readonly kind: JourneyStep['kind']
  readonly atMs: number
  readonly endpoint: string | null
  readonly queue: string | null
  /** Of a transfer; see PbxChange. */
  readonly to: string | null
}

/**
 * What a change of a call adds to its journey. Pure; `before` null: the call was not known. Steps that lie before the
 * server saw the call (it had just started) are told as far as the call itself remembers them.
 */
export function stepsOf(before: PbxCall | null, after: PbxCall, nowMs: number): PbxStep[] {
  const steps: PbxStep[] = []
  const add = (kind: PbxStep['kind'], atMs: number, of: { endpoint?: string | null; queue?: string | null } = {}) =>
    steps.push({ kind, atMs, endpoint: of.endpoint ?? null, queue: of.queue ?? null, to: null })
  if (before === null) add('began', after.startedAtMs)
  if (after.queue !== null && (after.queue !== (before?.queue ?? null) || isBack(before, after))) {
    add('queued', before === null ? (after.queuedAtMs ?? nowMs) : nowMs, { queue: after.queue })
  }
  const legsBefore = new Map(before?.legs.map((leg) => [leg.uniqueid, leg]))
  // A phone that goes on by another channel has neither come nor gone.
  const replaced = new Set([...after.legs, ...(before?.legs ?? [])].flatMap(({ replaces }) => replaces ?? []))
  for (const leg of after.legs) {
    const was = legsBefore.get(leg.uniqueid)
    const { endpoint } = leg
    if (leg.replaces !== undefined) continue
    // Whoever began the call: the answer is the other side's step.
    if (leg.role === 'caller') continue
    if (!was && !isUp(leg)) add('rang', leg.startedAtMs, { endpoint })
    if (isUp(leg) && leg.answeredAtMs !== null && !(was && isUp(was) && was.answeredAtMs !== null))
      add('answered', before === null ? leg.answeredAtMs : nowMs, { endpoint })
  }
  for (const was of legsBefore.values()) {
    if (replaced.has(was.uniqueid) || after.legs.some(({ uniqueid }) => uniqueid === was.uniqueid)) continue
    if (was.role === 'caller' && after.direction === 'inbound') continue
    add(was.answeredAtMs === null ? 'notAnswered' : 'left', nowMs, { endpoint: was.endpoint })
  }
  if (after.state === 'held' && before?.state !== 'held') add('held', nowMs)
  if (after.state === 'talking' && before?.state === 'held') add('resumed', nowMs)
  if (after.conference !== null && (before?.conference ?? null) === null) add('conference', nowMs)
  if (after.awaits !== null && (before?.awaits ?? null) === null) add('kept', nowMs, { endpoint: after.awaits })
  return steps
}

/** In the line of the same queue again. Who was rung for in vain, or is kept for a phone, has not left it or is in none. */
const isBack = (before: PbxCall | null, { state, awaits }: PbxCall): boolean =>
  before !== null &&
  state === 'waiting' &&
  awaits === null &&
  (before.state !== 'waiting' || before.awaits !== null) &&
  before.state !== 'ringing'

/** Of a transfer with a word before, the colleague has answered already: that comes of it, and stands after it. */
export function withTransfer(steps: readonly PbxStep[], { by, to }: { by: string | null; to: string }, nowMs: number): PbxStep[] {
  const last = steps.at(-1)
  const answer = last?.kind === 'answered' && last.endpoint === to ? last : null
  const step: PbxStep = { kind: 'transferred', atMs: answer?.atMs ?? nowMs, endpoint: by, queue: null, to }
  return answer ? [...steps.slice(0, -1), step, answer] : [...steps, step]
}

/** Whoever gave the caller away has left by that. */
export const withSteps = (steps: readonly PbxStep[], more: readonly PbxStep[]): PbxStep[] => [
  ...steps,
  ...more.filter(
    ({ kind, endpoint }) => kind !== 'left' || steps.findLast((step) => step.endpoint === endpoint)?.kind !== 'transferred',
  ),
]

const isUp = ({ state }: PbxLeg): boolean => state === 'up' || state === 'held'
