import { type Alarm, firstServer, serverOf } from '../contract/index.ts'
import type { Floor } from './readings.ts'

/** What an alarm is of. */
export type Subject = Pick<Alarm, 'kind' | 'queue' | 'operator'>

/** The floor as far as it is heard. */
export interface Heard {
  readonly floor: Floor
  /** Of what is not known nothing begins and nothing ends. */
  knows(subject: Subject): boolean
}

/**
 * One Asterisk server that is away takes its queues and operators out of what is judged, and nothing of the others'; what is of
 * all queues is judged by those that are heard. A service level is known when no calls are lacking.
 */
export function heardOf(
  floor: Floor,
  link: { readonly isUp: (server: string) => boolean; readonly lacksRecent: (server: string) => boolean },
): Heard {
  const ofOperator = ({ extension }: { extension: string | null }) => (extension === null ? null : serverOf(extension))
  const extensions = floor.operators.flatMap((operator) => ofOperator(operator) ?? [])
  const servers = new Set([firstServer, ...floor.queues.map(({ number }) => serverOf(number)), ...extensions])
  const up = new Set([...servers].filter(link.isUp))
  const isHeard = (server: string | null) => server === null || up.has(server)
  const operators = new Map(floor.operators.map((operator) => [operator.id, operator]))
  return {
    floor: {
      ...floor,
      operators: floor.operators.filter((operator) => isHeard(ofOperator(operator))),
      queues: floor.queues.filter(({ number }) => up.has(serverOf(number))),
    },
    knows({ kind, queue, operator }) {
      if (kind === 'serviceLevel') {
        const asked = queue ? [serverOf(queue.number)] : [...up]
        return asked.length > 0 && asked.every((server) => link.isUp(server) && !link.lacksRecent(server))
      }
      if (queue) return link.isUp(serverOf(queue.number))
      if (!operator) return up.size > 0
      const listed = operators.get(operator.id)
      // Who is no operator any more has nothing to be judged.
      return !listed || isHeard(ofOperator(listed))
    },
  }
}
