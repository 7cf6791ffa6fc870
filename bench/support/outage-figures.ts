import { atMost, type Figure, forReference, percentile } from '../figure.ts'
import type { Round, Sample } from './outage-bench.ts'
import type { Row } from './outage-rows.ts'

/** Lines of one row: each one's silence, calls lost, and the same of the stock phone where it is. */
export function figuresOf({ name, outage, goal = {}, stock: hasStock = false }: Row, rounds: readonly Round[]): Figure[] {
  const what = outage.measured === 'wholeGap' ? 'longest silence' : 'silence after it'
  const product = rounds.flatMap((round) => round.product)
  const stock = rounds.flatMap((round) => round.stock)
  const line = (text: string, values: readonly number[], p: number, limit: number | undefined) =>
    limit === undefined ? forReference(text, percentile(values, p), 'ms') : atMost(text, percentile(values, p), 'ms', limit)
  const lost = (samples: readonly Sample[]) => samples.filter((one) => one.lost !== null).length
  const silencesOf = (samples: readonly Sample[], who: string) => samples.flatMap(({ silences }) => silences.get(who) ?? [])
  const whoever = [...new Set(product.flatMap(({ silences }) => [...silences.keys()]))]
  const stockName = `${name}: stock SIP.js SessionManager`
  return [
    ...whoever.flatMap((who) => {
      const values = silencesOf(product, who)
      const { p50, p95 } = who.startsWith('operator') ? {} : goal
      return [
        line(`${name}: ${what} for the ${who}, p50 of ${values.length}`, values, 50, p50),
        line(`${name}: the same for the ${who}, p95`, values, 95, p95),
        forReference(`${name}: the same for the ${who}, longest`, percentile(values, 100), 'ms'),
      ]
    }),
    atMost(`${name}: calls lost`, lost(product), `of ${product.length}`, 0),
    ...(hasStock
      ? [
          forReference(`${stockName}, customer’s silence so far, p50`, percentile(silencesOf(stock, 'customer'), 50), 'ms'),
          forReference(`${stockName}, calls lost`, lost(stock), `of ${stock.length}`),
        ]
      : []),
  ]
}

/** How soon something was there again. */
export const timesOf = (name: string, valuesMs: readonly number[], goalMs: number): Figure[] => [
  forReference(`${name}, p50 of ${valuesMs.length}`, percentile(valuesMs, 50), 'ms'),
  atMost(`${name}, p95`, percentile(valuesMs, 95), 'ms', goalMs),
]
