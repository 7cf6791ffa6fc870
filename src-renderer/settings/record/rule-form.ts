import type { QueueRule } from '../../../server/contract/index.ts'

/** Whether a rule is in force, comes later, or was followed by another of its queue. */
export type RuleState = 'now' | 'later' | 'past'

/** What is known by its queue and the day it is valid from. */
type Dated = Pick<QueueRule, 'queue' | 'fromDay'>

const dayOf = ({ fromDay }: Dated): number => fromDay ?? 0

export function stateOfRule(rule: Dated, rules: readonly Dated[], today: number): RuleState {
  if (dayOf(rule) > today) return 'later'
  const followed = rules.some((other) => other.queue === rule.queue && dayOf(other) > dayOf(rule) && dayOf(other) <= today)
  return followed ? 'past' : 'now'
}

/** Queues by name, everybody's last; of a queue the newest first. */
export function inOrder<Rule extends Dated>(rules: readonly Rule[], nameOf: (queue: string) => string): Rule[] {
  const rank = (queue: string): number => Number(queue === '*')
  return rules.toSorted(
    (a, b) =>
      rank(a.queue) - rank(b.queue) ||
      nameOf(a.queue).localeCompare(nameOf(b.queue), 'ru', { numeric: true }) ||
      dayOf(b) - dayOf(a),
  )
}

/** A queue has one rule of a day: saving another would replace it. */
export const isTaken = (rules: readonly Dated[], { queue, fromDay }: Dated): boolean =>
  rules.some((other) => other.queue === queue && other.fromDay === fromDay)

/** Reports of days that are over would change. */
export const isPast = (fromDay: number | null, today: number): boolean => fromDay === null || fromDay < today

/** `2026-11-20` of a site's day. */
export const textOfDay = (day: number): string =>
  String(day).replace(/^(\d{4})(\d{2})(\d{2})$/, (_, year, month, date) => `${year}-${month}-${date}`)
export const dayOfText = (text: string): number => Number(text.replaceAll('-', ''))
