import { expect, it } from 'vitest'
import type { Session } from '../../server/contract/index.ts'
import { afterNews, type Gate, SessionNews } from './session-news.ts'

const session = (id: string): Session => ({
  user: { id, name: id, email: `${id}@example.com`, role: 'operator', extension: null, active: true },
  demo: false,
  serverVersion: '1',
  phoneRegion: 'RU',
})
const as = (id: string, expired = false): Gate => ({ step: 'signedIn', session: session(id), expired })
const others = ['checking', 'unreachable', 'signedOut'] as const
const gates: Gate[] = [as('anna'), as('anna', true), ...others.map((step) => ({ step }))]

it.each(gates)('a sign-out elsewhere takes the person out of $step', (gate) => {
  expect(afterNews(gate, { kind: 'signedOut' })).toEqual({ step: 'signedOut' })
})

it.each([false, true])(
  'another person’s sign-in takes this one’s data away before the server answers (expired: %s)',
  (expired) => {
    expect(afterNews(as('anna', expired), { kind: 'signedIn', userId: 'boris' })).toEqual({ step: 'checking' })
  },
)

it.each([false, true])('the same person’s sign-in leaves the screens as they are (expired: %s)', (expired) => {
  const gate = as('anna', expired)
  expect(afterNews(gate, { kind: 'signedIn', userId: 'anna' })).toBe(gate)
})

it.each(others)('a window that is %s asks the server who has signed in', (step) => {
  expect(afterNews({ step }, { kind: 'signedIn', userId: 'anna' })).toEqual({ step: 'checking' })
})

it.each(['changed', null, { kind: 'signedIn' }, { kind: 'gossip' }])('%j is no news', (said) => {
  expect(SessionNews.safeParse(said).success).toBe(false)
})
