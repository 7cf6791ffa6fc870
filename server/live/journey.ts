import type { JourneyStep } from '../contract/index.ts'
import type { PbxCall, PbxLeg } from '../telephony/pbx-state.ts'

/** A step by endpoint; who that is is found when it is read. */
export interface PbxStep {
  readonly kind: JourneyStep['kind']
  readonly atMs: number
  readonly endpoint: string | null
  readonly queue: string | null
}

/**
 * What a change of a call adds to its journey. Pure; `before` null: the call was not known. Steps that lie before the
 * server saw the call (it had just started) are told as far as the call itself remembers them.
 */
export function stepsOf(before: PbxCall | null, after: PbxCall, nowMs: number): PbxStep[] {
  const steps: PbxStep[] = []
  const add = (kind: PbxStep['kind'], atMs: number, of: { endpoint?: string | null; queue?: string | null } = {}) =>
    steps.push({ kind, atMs, endpoint: of.endpoint ?? null, queue: of.queue ?? null })
  if (before === null) add('began', after.startedAtMs)
  if (after.queue !== null && after.queue !== (before?.queue ?? null)) {
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

const isUp = ({ state }: PbxLeg): boolean => state === 'up' || state === 'held'
