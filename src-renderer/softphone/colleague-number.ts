import { type LiveOperator, plainName, serverOf } from '../../server/contract/index.ts'

type Colleague = Pick<LiveOperator, 'extension'>

/**
 * What a phone dials to reach a colleague; null: nothing does. To another Asterisk a call goes by the dialplan between the two, under
 * the same number; where somebody here has that number too, it would ring the wrong person.
 */
export function colleagueNumber({ extension }: Colleague, own: string | null, all: readonly Colleague[]): string | null {
  if (extension === null) return null
  const number = plainName(extension)
  if (own === null || serverOf(own) === serverOf(extension)) return number
  const taken = all.some(
    (each) => each.extension !== null && serverOf(each.extension) === serverOf(own) && plainName(each.extension) === number,
  )
  return taken ? null : number
}

/** Who has this number, for a phone of `own`'s Asterisk: somebody there before somebody elsewhere. */
export function colleagueAt<C extends Colleague>(number: string, own: string | null, all: readonly C[]): C | null {
  const having = all.filter(({ extension }) => extension !== null && plainName(extension) === number)
  return having.find(({ extension }) => serverOf(extension ?? '') === serverOf(own ?? '')) ?? having[0] ?? null
}
