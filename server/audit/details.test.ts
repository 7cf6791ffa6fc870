import { expect, it } from 'vitest'
import { detailsOf, mostDetails } from './details.ts'

const nameOf = (text: string) => ({ anna: 'Anna', '701': 'Sales' })[text] ?? null

it('tells what was written value by value, with people and queues by name', () => {
  const written = { operatorId: 'anna', to: { queues: ['701', '702'], active: true }, reason: null, limits: [{ warning: 3 }, {}] }
  expect(detailsOf(written, nameOf)).toEqual({
    details: [
      { name: 'operatorId', value: 'Anna' },
      { name: 'to.queues', value: 'Sales, 702' },
      { name: 'to.active', value: true },
      { name: 'reason', value: null },
      { name: 'limits.1.warning', value: 3 },
    ],
    omitted: 0,
  })
})

it('tells no more than can be read, and says how much more there is', () => {
  const written = Object.fromEntries(Array.from({ length: mostDetails + 7 }, (_, at) => [`k${at}`, 'x'.repeat(1_000)]))
  const { details, omitted } = detailsOf(written, nameOf)
  expect(details).toHaveLength(mostDetails)
  expect(omitted).toBe(7)
  expect(String(details[0]?.value).length).toBeLessThan(310)
})

it('of nothing there is nothing to tell', () => {
  for (const written of [{}, undefined]) expect(detailsOf(written, nameOf)).toEqual({ details: [], omitted: 0 })
})
