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

/**
 * Which extension a member of which name had, and when. A former name is its person's for good, but where it has become somebody
 * else's: until then.
 */
export function agentTimes(people: readonly NamedPerson[]): AgentTime[] {
  const named = people.map(namesOf)
  return people.flatMap(({ times }, at) => {
    // Before people were entered nothing was noted: what somebody had first, they had ever since.
    const held = times.map((time, n) => ({ ...time, fromMs: n === 0 ? 0 : time.fromMs }))
    return [...(named[at] ?? [])].flatMap(([name, untilMs]) => {
      const others = named.flatMap((names, n) => (n === at ? [] : (names.get(name) ?? [])))
      const sinceMs = Math.max(0, ...others.filter((ms) => ms < untilMs))
      const lastMs = others.some((ms) => ms > untilMs) ? untilMs : forEver
      return held.flatMap(({ extension, fromMs, toMs }): AgentTime[] => {
        const [from, to] = [Math.max(fromMs, sinceMs), Math.min(toMs ?? forEver, lastMs)]
        return from < to ? [[name, extension, from, to === forEver ? null : to]] : []
      })
    })
  })
}

/** Until when each was theirs. */
const namesOf = ({ name, formerNames }: NamedPerson): Map<string, number> =>
  new Map([
    [name, forEver],
    ...formerNames.filter((former) => former.name !== name).map((former) => [former.name, former.untilMs] as const),
  ])
