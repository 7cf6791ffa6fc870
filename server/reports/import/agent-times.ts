import type { ExtensionTime, FormerName } from '../../accounts/user-directory.ts'
import type { AgentTime } from '../fold/rules.ts'

export interface NamedPerson {
  readonly name: string
  /** The PBX wrote those, and may write them still. */
  readonly formerNames: readonly FormerName[]
  readonly times: readonly ExtensionTime[]
}

/** One who has a name still. */
const forEver = Number.MAX_SAFE_INTEGER

/** A name that somebody had from then to then. */
interface Holding {
  readonly name: string
  readonly sinceMs: number
  readonly untilMs: number
}

/**
 * Which extension a member of which name had, and when. A name that was left is its person's on, until somebody has it again: who is
 * called so before it is left has it from then.
 */
export function agentTimes(people: readonly NamedPerson[]): AgentTime[] {
  const holdings = people.map(holdingsOf)
  const byName = Map.groupBy(holdings.flat(), ({ name }) => name)
  const endOf = ({ name, untilMs }: Holding) =>
    Math.max(untilMs, Math.min(forEver, ...(byName.get(name) ?? []).flatMap((one) => (one.untilMs > untilMs ? one.sinceMs : []))))
  return people.flatMap(({ times }, at) => {
    // Before people were entered nothing was noted: what somebody had first, they had ever since.
    const held = times.map((time, n) => ({ ...time, fromMs: n === 0 ? 0 : time.fromMs }))
    return (holdings[at] ?? []).flatMap((holding) => {
      const { name, untilMs } = holding
      const beginMs = Math.max(0, ...(byName.get(name) ?? []).flatMap((one) => (one.untilMs < untilMs ? endOf(one) : [])))
      const endMs = endOf(holding)
      return held.flatMap(({ extension, fromMs, toMs }): AgentTime[] => {
        const [from, to] = [Math.max(fromMs, beginMs), Math.min(toMs ?? forEver, endMs)]
        return from < to ? [[name, extension, from, to === forEver ? null : to]] : []
      })
    })
  })
}

/** One name after another, the first since they had an extension: without one nobody is a queue's member. */
function holdingsOf({ name, formerNames, times: [first] }: NamedPerson): Holding[] {
  if (!first) return []
  const names = [...formerNames.toSorted((a, b) => a.untilMs - b.untilMs), { name, untilMs: forEver }]
  return names.map((one, n) => ({ ...one, sinceMs: names[n - 1]?.untilMs ?? first.fromMs }))
}
