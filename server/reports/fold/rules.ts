import { builtInRule as builtIn, type LevelFormula, plainName, serverOf } from '../../contract/index.ts'
import type { Buckets } from './buckets.ts'
import type { WorkTimeBook } from './work-time.ts'

/** What a visit to a queue is judged by. */
export interface QueueRule {
  readonly queue: string
  readonly validFromMs: number
  readonly targetMs: number
  readonly shortMs: number
  readonly formula: LevelFormula
}

/** Of queues nobody has set anything for, since ever. */
export const builtInRule: QueueRule = { queue: '*', validFromMs: 0, ...builtIn }

/** What the fold has to know besides the facts. The same facts and rules give the same rows. */
export interface FoldRules {
  readonly buckets: (ms: number) => Buckets
  /** The rule of a queue at a moment. */
  readonly rule: (queue: string, atMs: number) => QueueRule
  /** When queues are open. */
  readonly workTime: WorkTimeBook
  /** The first start of the PBX after this moment; null: it runs since. */
  readonly pbxStartAfter: (ms: number) => number | null
  /** Extension of a member as queue_log names it (a name, an interface) at that moment; as given when it is unknown. */
  readonly operatorOf: (agent: string, atMs: number) => string
  /** A phone of the house: its endpoint, or the number somebody calls from. */
  readonly isExtension: (endpoint: string) => boolean
  /** A number that leads to a queue: who may not join it leaves nothing but a call to that number. */
  readonly isQueue: (number: string) => boolean
  /** A number as it is kept and compared. */
  readonly phone: (number: string) => { readonly number: string; readonly key: string }
}

/** Rules are dated: a visit is judged by the last one that was valid, its queue's own before everybody's (`*`). */
export function ruleBook(rules: readonly QueueRule[]): FoldRules['rule'] {
  const byQueue = new Map<string, QueueRule[]>()
  for (const rule of [...rules].sort((a, b) => b.validFromMs - a.validFromMs)) {
    byQueue.set(rule.queue, [...(byQueue.get(rule.queue) ?? []), rule])
  }
  return (queue, atMs) => {
    const valid = (of: string) => byQueue.get(of)?.find(({ validFromMs }) => validFromMs <= atMs)
    return valid(queue) ?? valid('*') ?? builtInRule
  }
}

/** Since when visits are judged otherwise by the one set of rules than by the other; null: they are not. */
export function rulesDifferSince(before: readonly QueueRule[], after: readonly QueueRule[]): number | null {
  const text = (rule: QueueRule): string =>
    JSON.stringify([rule.queue, rule.validFromMs, rule.targetMs, rule.shortMs, rule.formula])
  const only = (of: readonly QueueRule[], not: readonly QueueRule[]): QueueRule[] => {
    const known = new Set(not.map(text))
    return of.filter((rule) => !known.has(text(rule)))
  }
  const changed = [...only(before, after), ...only(after, before)]
  return changed.length === 0 ? null : Math.min(...changed.map(({ validFromMs }) => validFromMs))
}

/** Of any Asterisk: see contract/server-mark.ts. */
const shortNumber = /^\d{2,5}(~\d+)?$/
/** Which extension a member of this name had, and when: [fromMs, toMs); null: has. */
export type AgentTime = readonly [name: string, extension: string, fromMs?: number, toMs?: number | null]

/**
 * `PJSIP/1001`, `Local/1001@from-queue/n`, `hint:1001@agents` → `1001`; names of people are looked up as of that moment, first among
 * those of the Asterisk that says them. One of another is meant where there is but one of that name.
 */
export function operatorNames(people: Iterable<AgentTime>): FoldRules['operatorOf'] {
  const byName = Map.groupBy(people, ([name]) => name)
  return (agent, atMs) => {
    const all = (byName.get(plainName(agent)) ?? [])
      .filter(([, , fromMs = 0, toMs = null]) => fromMs <= atMs && (toMs === null || atMs < toMs))
      .map(([, extension]) => extension)
    const known = all.findLast((extension) => serverOf(extension) === serverOf(agent)) ?? (all.length === 1 ? all[0] : undefined)
    if (known !== undefined) return known
    const found = /^(?:[A-Za-z0-9]+\/|hint:)([^@/;]+)/.exec(agent)
    return found?.[1] ?? agent
  }
}

/** Extensions are short numbers, and whatever else the site has named as its people's. */
export const extensionTest =
  (extensions: ReadonlySet<string>): FoldRules['isExtension'] =>
  (endpoint) =>
    shortNumber.test(endpoint) || extensions.has(endpoint)
