import type { ExtensionTime, UserDirectory } from '../../accounts/user-directory.ts'
import { addDays, type Days } from '../../contract/index.ts'
import { siteDay } from '../../site-time.ts'
import { momentsOf } from './site-days.ts'

/** Somebody whose rows are asked for: by id where rows know people, by extension while it was theirs where they know those. */
export interface Person {
  /** Of a person, or the extension that was nobody's. */
  readonly id: string
  readonly times: readonly ExtensionTime[]
}

/** An extension while it was one person's, or nobody's: [fromMs, toMs). */
interface Tenure {
  /** The person's id, or the extension. */
  readonly holder: string
  readonly fromMs: number
  readonly toMs: number
}

interface Moments {
  readonly fromMs: number
  readonly toMs: number
}

const forEver = Number.MAX_SAFE_INTEGER

/**
 * Whose every extension was at any time: what a row of the record is whose. The first person who is known to have had an extension,
 * and had no other before, had it ever since: nothing was noted before people were entered.
 */
export class Tenures {
  readonly #byExtension = new Map<string, readonly Tenure[]>()

  constructor(people: readonly Person[]) {
    const all = people.flatMap(({ id, times }) => times.map((time, n) => ({ ...time, holder: id, first: n === 0 })))
    for (const [extension, times] of Map.groupBy(all, (time) => time.extension)) {
      const tenures: Tenure[] = []
      let untilMs = 0
      for (const [n, { holder, fromMs, toMs, first }] of times.sort((a, b) => a.fromMs - b.fromMs).entries()) {
        const from = n === 0 && first ? 0 : Math.max(fromMs, untilMs)
        const to = Math.min(toMs ?? forEver, times[n + 1]?.fromMs ?? forEver)
        if (to <= from) continue
        if (from > untilMs) tenures.push({ holder: extension, fromMs: untilMs, toMs: from })
        tenures.push({ holder, fromMs: from, toMs: to })
        untilMs = to
      }
      if (untilMs < forEver) tenures.push({ holder: extension, fromMs: untilMs, toMs: forEver })
      this.#byExtension.set(extension, tenures)
    }
  }

  /** Id of the person whose the extension was at this moment, the extension where it was nobody's. */
  holderAt(extension: string, atMs: number): string {
    const tenures = this.#byExtension.get(extension) ?? []
    return tenures.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)?.holder ?? extension
  }

  /** The same of all these moments; null: it changed hands within them. */
  holderIn(extension: string, moments: Moments): string | null {
    const [one, ...others] = this.#within(extension, moments)
    return others.length === 0 ? (one?.holder ?? extension) : null
  }

  /** Extensions that changed hands within these moments, and whose they were. */
  handedOverIn(moments: Moments): Person[] {
    return [...this.#byExtension.keys()]
      .map((extension) => ({ extension, tenures: this.#within(extension, moments) }))
      .filter(({ tenures }) => tenures.length > 1)
      .flatMap(({ extension, tenures }) =>
        tenures.map(({ holder, fromMs, toMs }) => ({ id: holder, times: [{ extension, fromMs, toMs }] })),
      )
  }

  /** Everything that was this person's, or of this extension while it was nobody's. */
  of(id: string): Person {
    const own = [...this.#byExtension].flatMap(([extension, tenures]) =>
      tenures.filter(({ holder }) => holder === id).map(({ fromMs, toMs }) => ({ extension, fromMs, toMs })),
    )
    const unknown = own.length === 0 && !this.#byExtension.has(id)
    return { id, times: unknown ? [{ extension: id, fromMs: 0, toMs: null }] : own }
  }

  #within(extension: string, { fromMs, toMs }: Moments): Tenure[] {
    return (this.#byExtension.get(extension) ?? []).filter((tenure) => tenure.fromMs < toMs && tenure.toMs > fromMs)
  }
}

/** No call lasts longer. */
export const longestCallMs = 86_400_000

/** Days of a time in which an extension was one person's: whole ones, or one that it was theirs a part of. */
export interface HeldDays {
  readonly person: Person
  readonly days: Days
  readonly moments: Moments
  readonly whole: boolean
}

/** The days of a tenure, those of its change apart: sums kept ready tell of the whole ones. */
export function heldDays(person: Person, { days, timeZone }: { days: Days; timeZone: string }): HeldDays[] {
  const asked = momentsOf(days, timeZone)
  return person.times.flatMap((time) => {
    const { fromMs, toMs } = time
    const from = Math.max(fromMs, asked.fromMs)
    const to = Math.min(toMs ?? asked.toMs, asked.toMs)
    if (to <= from) return []
    const first = siteDay(from, timeZone)
    const last = siteDay(to - 1, timeZone)
    const begins = momentsOf({ fromDay: first, toDay: first }, timeZone).fromMs === from
    const ends = momentsOf({ fromDay: last, toDay: last }, timeZone).toMs === to
    const parts = [...new Set([...(begins ? [] : [first]), ...(ends ? [] : [last])])].map((day): HeldDays => {
      const one = { fromDay: day, toDay: day }
      const moments = momentsOf(one, timeZone)
      // Open-ended, the search of an index would go on to the record's end; a talk of the day may begin after its midnight.
      const near = {
        fromMs: Math.max(fromMs, moments.fromMs),
        toMs: Math.min(toMs ?? forEver, moments.toMs + longestCallMs),
      }
      return { person: { ...person, times: [{ ...time, ...near }] }, days: one, moments, whole: false }
    })
    const whole = { fromDay: begins ? first : addDays(first, 1), toDay: ends ? last : addDays(last, -1) }
    if (whole.fromDay > whole.toDay) return parts
    return [{ person: { ...person, times: [time] }, days: whole, moments: momentsOf(whole, timeZone), whole: true }, ...parts]
  })
}

export const tenuresOf = (users: UserDirectory): Tenures =>
  new Tenures(users.all().map(({ id }) => ({ id, times: users.extensionTimes(id) })))

/** Who is meant by these extensions: whose they are now, with all that was theirs; null: everybody. */
export function pickedPeople(
  operators: readonly string[] | undefined,
  { users, tenures }: { users: UserDirectory; tenures: Tenures },
): readonly Person[] | null {
  const picked = operators?.map((extension) => users.byExtension(extension)?.id ?? extension)
  return picked ? [...new Set(picked)].map((each) => tenures.of(each)) : null
}
