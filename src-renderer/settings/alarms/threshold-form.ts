import { type AlarmKind, type AlarmScope, AlarmThreshold, alarmKinds } from '../../../server/contract/index.ts'

/** A threshold as it is typed: seconds, per cent. */
export interface ThresholdDraft {
  readonly key: string
  readonly kind: AlarmKind
  /** `floor`, `eachQueue` or a queue's number after `queue:`. */
  readonly scope: string
  readonly warning: number | string
  readonly critical: number | string
  readonly after: number | string
}

const factor = { count: 1, ms: 1_000, share: 0.01 } as const

const typed = (kind: AlarmKind, limit: number | null): number | string =>
  limit === null ? '' : Math.round((limit / factor[alarmKinds[kind].unit]) * 1_000) / 1_000

export const draftOf = (threshold: AlarmThreshold, key: string): ThresholdDraft => ({
  key,
  kind: threshold.kind,
  scope: threshold.scope.of === 'queue' ? `queue:${threshold.scope.number}` : threshold.scope.of,
  warning: typed(threshold.kind, threshold.warning),
  critical: typed(threshold.kind, threshold.critical),
  after: threshold.afterMs / 1_000,
})

export interface StoredThresholds {
  readonly thresholds: readonly AlarmThreshold[]
  readonly version: number
}

export interface ThresholdForm {
  /** Of what it began with: saving over a newer one is a conflict. */
  readonly version: number
  readonly drafts: readonly ThresholdDraft[]
  /** Something in it is not saved. */
  readonly touched: boolean
}

export const formOf = ({ thresholds, version }: StoredThresholds): ThresholdForm => ({
  version,
  drafts: thresholds.map((threshold, at) => draftOf(threshold, String(at))),
  touched: false,
})

/** What is being typed stays: somebody else's change is told when it is saved. */
export const followStored = (form: ThresholdForm, stored: StoredThresholds): ThresholdForm =>
  form.touched || stored.version <= form.version ? form : formOf(stored)

export const changed = (form: ThresholdForm, drafts: readonly ThresholdDraft[]): ThresholdForm => ({
  ...form,
  drafts,
  touched: true,
})

/** `sent` was saved; what was typed since is not. */
export const saved = (form: ThresholdForm, sent: readonly ThresholdDraft[], { version }: StoredThresholds): ThresholdForm => ({
  ...form,
  version,
  touched: form.drafts !== sent,
})

export function withOneMore({ drafts }: ThresholdForm): ThresholdDraft[] {
  const key = String(Math.max(-1, ...drafts.map((draft) => Number(draft.key))) + 1)
  return [...drafts, { key, kind: 'waiting', scope: 'eachQueue', ...limitsOf.waiting, after: 0 }]
}

const limitOf = (kind: AlarmKind, value: number | string): number | null => {
  if (value === '') return null
  const { unit } = alarmKinds[kind]
  if (unit === 'share') return Number(value) / 100
  return unit === 'ms' ? Math.round(Number(value) * factor.ms) : Number(value)
}

const scopeOf = (scope: string): AlarmScope =>
  scope === 'floor' || scope === 'eachQueue' ? { of: scope } : { of: 'queue', number: scope.slice('queue:'.length) }

const parsed = ({ kind, scope, warning, critical, after }: ThresholdDraft) =>
  AlarmThreshold.safeParse({
    kind,
    scope: scopeOf(scope),
    warning: limitOf(kind, warning),
    critical: limitOf(kind, critical),
    afterMs: Math.round(Number(after) * 1_000),
  })

/** null: it cannot be one. */
export const thresholdOf = (draft: ThresholdDraft): AlarmThreshold | null => parsed(draft).data ?? null

/** What a limit of a kind may be, as it is typed. */
export function rangeOf(kind: AlarmKind): { readonly min: number; readonly max: number } {
  const { min, max } = alarmKinds[kind]
  return { min: Number(typed(kind, min)), max: Number(typed(kind, max)) }
}

/** Whether it is none for a limit that is out of its range. */
export const isOutOfRange = (draft: ThresholdDraft): boolean =>
  parsed(draft).error?.issues.some(({ message }) => message === 'out of range') ?? false

/** What a kind begins with: three callers are no three seconds. */
export const limitsOf = {
  waiting: { warning: 3, critical: '' },
  longestWait: { warning: 60, critical: 180 },
  freeOperators: { warning: 0, critical: '' },
  serviceLevel: { warning: 80, critical: '' },
  pause: { warning: 900, critical: '' },
  wrapUp: { warning: 180, critical: '' },
} as const satisfies Record<AlarmKind, Pick<ThresholdDraft, 'warning' | 'critical'>>

/** Of operators there is no each queue. */
export const ofOperators = (kind: AlarmKind): boolean => kind === 'pause' || kind === 'wrapUp'

export const isTwice = (draft: ThresholdDraft, all: readonly ThresholdDraft[]): boolean =>
  all.some((other) => other.key !== draft.key && other.kind === draft.kind && other.scope === draft.scope)
