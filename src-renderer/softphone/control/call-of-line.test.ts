import { expect, it } from 'vitest'
import { call, card } from '../../app/live/fixtures.ts'
import { callOfLine, conferenceOf, legOfLine } from './call-of-line.ts'

const line = { callId: null, legId: null, cardId: null, number: '+79161234567', phase: 'active' } as const
const dialled = card({ id: 'x', callId: 'c7', legId: '7.1', state: 'talking', number: '+79161234567' })

it('knows the leg from the PBX, else from the card of the number that was dialled', () => {
  expect(legOfLine({ ...line, legId: '9.9' }, [dialled])).toBe('9.9')
  expect(legOfLine(line, [dialled])).toBe('7.1')
  expect(legOfLine({ ...line, number: '1002' }, [dialled])).toBeNull()
})

it('finds the live call of a line', () => {
  const calls = [call({ id: 'c1' }), call({ id: 'c7' })]
  expect(callOfLine(line, [dialled], calls)?.id).toBe('c7')
  expect(callOfLine({ ...line, callId: 'c1' }, [], calls)?.id).toBe('c1')
  expect(callOfLine(line, [], calls)).toBeNull()
})

it('finds the call that a transfer has joined the line with, by its card', () => {
  const [asked, customers] = [call({ id: 'c1' }), call({ id: 'c7' })]
  const transferred = { ...line, callId: 'c1', legId: '7.1', number: '1001' }
  expect(callOfLine(transferred, [dialled], [asked, customers])).toBe(customers)
  expect(callOfLine({ ...transferred, legId: null, cardId: 'x' }, [dialled], [asked, customers])).toBe(customers)
})

it('knows a conference only where the person takes part', () => {
  const anna = { id: 'p1', kind: 'operator', operatorId: 'anna', number: '1001', name: 'Анна', muted: false } as const
  const conference = call({ id: 'c1', conferenceId: 'k1', participants: [anna] })
  expect(conferenceOf('anna', [call(), conference])).toBe(conference)
  expect(conferenceOf('boris', [conference])).toBeNull()
  expect(conferenceOf('anna', [{ ...conference, conferenceId: null }])).toBeNull()
})
