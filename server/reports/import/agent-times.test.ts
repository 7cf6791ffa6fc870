import { expect, it } from 'vitest'
import { operatorNames } from '../fold/rules.ts'
import { agentTimes, type NamedPerson } from './agent-times.ts'

const entered = (atMs: number, one: NamedPerson): NamedPerson => ({
  ...one,
  times: one.times.map((time) => ({ ...time, fromMs: atMs })),
})

const person = (name: string, extension: string, ...formerNames: NamedPerson['formerNames'][number][]): NamedPerson => ({
  ...{ name, formerNames, times: [{ extension, fromMs: 50, toMs: null }] },
})

it('who takes another name keeps what the PBX wrote under the old one, and what it goes on to write', () => {
  const operatorOf = operatorNames(agentTimes([person('Anna Orlova', '1001', { name: 'Anna', untilMs: 100 })]))
  expect([operatorOf('Anna', 10), operatorOf('Anna', 200), operatorOf('Anna Orlova', 200)]).toEqual(['1001', '1001', '1001'])
  expect(operatorOf('Boris', 10)).toBe('Boris')
})

it('a name that becomes somebody else’s is theirs from then on only', () => {
  const people = [person('Anna Orlova', '1001', { name: 'Anna', untilMs: 100 }), person('Anna', '1002')]
  for (const listed of [people, people.toReversed()]) {
    const operatorOf = operatorNames(agentTimes(listed))
    expect([operatorOf('Anna', 99), operatorOf('Anna', 100)]).toEqual(['1001', '1002'])
  }
  // Whoever had it after her has left it too.
  const passedOn = [people[0] ?? person('', ''), person('Anna Petrova', '1002', { name: 'Anna', untilMs: 300 })]
  expect(operatorNames(agentTimes(passedOn))('Anna', 99)).toBe('1001')
})

it('a name that was left is its person’s until somebody else is called so', () => {
  const [left, newcomer] = [person('Anna Orlova', '1001', { name: 'Anna', untilMs: 100 }), person('Anna', '1002')]
  const renamed = person('Anna', '1002', { name: 'Ana', untilMs: 400 })
  for (const next of [entered(400, newcomer), renamed]) {
    const operatorOf = operatorNames(agentTimes([next, left]))
    expect([99, 399, 400].map((ms) => operatorOf('Anna', ms))).toEqual(['1001', '1001', '1002'])
  }
  // Without an extension nobody is a queue's member.
  expect(operatorNames(agentTimes([left, { ...newcomer, times: [] }]))('Anna', 900)).toBe('1001')
})

it('a name passed on and taken back is of each in turn', () => {
  const back = person('Anna', '1001', { name: 'Anna', untilMs: 100 }, { name: 'Ana', untilMs: 300 })
  const between = entered(150, person('Boris', '1002', { name: 'Anna', untilMs: 200 }))
  const operatorOf = operatorNames(agentTimes([back, between]))
  expect([10, 149, 150, 299, 300].map((ms) => operatorOf('Anna', ms))).toEqual(['1001', '1001', '1002', '1002', '1001'])
})

it('who has the old name again has it whole', () => {
  const operatorOf = operatorNames(
    agentTimes([person('Anna', '1001', { name: 'Anna', untilMs: 100 }, { name: 'Ana', untilMs: 120 })]),
  )
  expect([operatorOf('Anna', 10), operatorOf('Anna', 110), operatorOf('Ana', 300)]).toEqual(['1001', '1001', '1001'])
})
