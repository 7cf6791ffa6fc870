import { expect, it } from 'vitest'
import { builtInRule, type QueueRule } from '../../../server/contract/index.ts'
import { dayOfText, inOrder, isPast, isTaken, stateOfRule, textOfDay } from './rule-form.ts'

const rule = (queue: string, fromDay: number | null): QueueRule => ({ queue, fromDay, ...builtInRule })

it('of each queue the last rule that has begun is in force', () => {
  const rules = [rule('*', null), rule('701', 20_261_101), rule('701', 20_261_120), rule('701', 20_261_201)]
  expect(rules.map((each) => stateOfRule(each, rules, 20_261_120))).toEqual(['now', 'past', 'now', 'later'])
  expect(rules.map((each) => stateOfRule(each, rules, 20_261_119))).toEqual(['now', 'now', 'later', 'later'])
})

it('queues come by name, the newest rule first, everybody’s last', () => {
  const rules = [rule('*', null), rule('702', null), rule('701', 20_261_101), rule('701', 20_261_120)]
  const names: Record<string, string> = { '701': 'Продажи', '702': 'Доставка' }
  expect(inOrder(rules, (queue) => names[queue] ?? queue).map(({ queue, fromDay }) => `${queue} ${fromDay}`)).toEqual([
    '702 null',
    '701 20261120',
    '701 20261101',
    '* null',
  ])
})

it('a day of a queue is taken by its own rule only', () => {
  const rules = [rule('*', null), rule('701', 20_261_120)]
  const taken = (queue: string, fromDay: number | null) => isTaken(rules, { queue, fromDay })
  expect([taken('701', 20_261_120), taken('*', null)]).toEqual([true, true])
  expect([taken('701', 20_261_121), taken('702', 20_261_120), taken('701', null)]).toEqual([false, false, false])
})

it('days that are over are past, today is not', () => {
  expect([isPast(null, 20_261_120), isPast(20_261_119, 20_261_120), isPast(20_261_120, 20_261_120)]).toEqual([true, true, false])
  expect([textOfDay(20_260_105), dayOfText('2026-01-05')]).toEqual(['2026-01-05', 20_260_105])
})
