import { CallOutcome, type CallsRequest, Direction, dayCount } from '../../server/contract/index.ts'
import { daysOf, periodText, type ReportPeriod, readPeriod } from './report-view.ts'

/** What the list of calls shows, as the address has it. */
export interface CallsView {
  readonly period: ReportPeriod
  readonly queues: readonly string[]
  readonly operators: readonly string[]
  readonly direction: Direction | null
  readonly outcome: CallOutcome | null
  readonly search: string
}

const firstPeriod = 'today'
const list = (text: string | null): string[] => (text === null || text === '' ? [] : text.split(','))

/** What cannot be read is left out. */
export function readCallsView(search: string): CallsView {
  const query = new URLSearchParams(search)
  const direction = Direction.safeParse(query.get('direction'))
  const outcome = CallOutcome.safeParse(query.get('outcome'))
  return {
    period: readPeriod(query.get('period'), firstPeriod),
    queues: list(query.get('queues')),
    operators: list(query.get('operators')),
    direction: direction.success ? direction.data : null,
    outcome: outcome.success ? outcome.data : null,
    search: query.get('search') ?? '',
  }
}

export function callsPath({ period, queues, operators, direction, outcome, search }: CallsView): string {
  const query = new URLSearchParams()
  if (period !== firstPeriod) query.set('period', periodText(period))
  if (queues.length > 0) query.set('queues', queues.join(','))
  if (operators.length > 0) query.set('operators', operators.join(','))
  if (direction !== null) query.set('direction', direction)
  if (outcome !== null) query.set('outcome', outcome)
  if (search !== '') query.set('search', search)
  return query.size > 0 ? `/calls?${query}` : '/calls'
}

/** Shows everything of its period. */
export const isUnfiltered = ({ queues, operators, direction, outcome, search }: CallsView): boolean =>
  queues.length + operators.length === 0 && direction === null && outcome === null && search.trim() === ''

/** What the view asks for, and what its file has. `today`: the site's. */
export function callsRequest(view: CallsView, today: number): CallsRequest {
  const { queues, operators, direction, outcome } = view
  const search = view.search.trim()
  return {
    ...daysOf(view.period, today),
    filter: {
      ...(queues.length > 0 && { queues: [...queues] }),
      ...(operators.length > 0 && { operators: [...operators] }),
      ...(direction !== null && { direction }),
      ...(outcome !== null && { outcome }),
      ...(search !== '' && { search }),
    },
  }
}

/** A call is in the record some seconds after its end. */
const lookEveryMs = 15_000
/** What has to be looked for call by call is looked for by itself in no more days. */
const fewDays = 2

/** How often the list is asked for again; null: not by itself. `today`: the site's. */
export function looksAgainMs(request: CallsRequest, today: number): number | null {
  // Of days that are over only late rows of the PBX could still come.
  if (request.toDay < today) return null
  const { search, outcome, operators } = request.filter
  const isPicked = search !== undefined || outcome !== undefined || operators !== undefined
  return isPicked && dayCount(request) > fewDays ? null : lookEveryMs
}
