import type { Buckets } from './buckets.ts'

/** What a visit to a queue is judged by. */
export interface QueueRule {
  readonly queue: string
  readonly validFromMs: number
  readonly targetMs: number
  readonly shortMs: number
}

/** What the fold has to know besides the facts. The same facts and rules give the same rows. */
export interface FoldRules {
  readonly buckets: (ms: number) => Buckets
  /** The rule of a queue at a moment. */
  readonly rule: (queue: string, atMs: number) => QueueRule
  /** The first start of the PBX after this moment; null: it runs since. */
  readonly pbxStartAfter: (ms: number) => number | null
  /** Extension of a member as queue_log names it (a name, an interface); as given when it is unknown. */
  readonly operatorOf: (agent: string) => string
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
    return valid(queue) ?? valid('*') ?? { queue: '*', validFromMs: 0, targetMs: 30_000, shortMs: 5_000 }
  }
}

const shortNumber = /^\d{2,5}$/
/** `PJSIP/1001`, `Local/1001@from-queue/n`, `hint:1001@agents` → `1001`; names of people are looked up. */
export function operatorNames(agents: ReadonlyMap<string, string>): FoldRules['operatorOf'] {
  return (agent) => {
    const known = agents.get(agent)
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
