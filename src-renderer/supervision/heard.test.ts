import { describe, expect, it } from 'vitest'
import type { Listener } from '../../server/contract/index.ts'
import { call, view } from '../app/live/fixtures.ts'
import { heardBy, listenersTo } from './heard.ts'

const listener = (change: Partial<Listener> = {}): Listener => ({
  id: 's1',
  userId: 'galina',
  name: 'Галина',
  operatorId: 'anna',
  mode: 'listen',
  private: false,
  sinceMs: 1,
  ...change,
})

describe('who hears whom', () => {
  const barging = listener({ id: 's2', userId: 'oleg', mode: 'barge', sinceMs: 2 })
  const live = view({
    calls: [
      call({ id: 'c1', listeners: [listener(), barging] }),
      call({ id: 'c2', listeners: [listener({ id: 's3', userId: null, operatorId: 'boris' })] }),
    ],
  })

  it('is told to the supervisor by the own call', () => {
    expect(heardBy(live, 'oleg')).toMatchObject({ call: { id: 'c1' }, listener: { id: 's2' } })
    expect(heardBy(live, 'anna')).toBeNull()
  })

  it('is told to the operator, whoever can be heard first', () => {
    expect(listenersTo(live, 'anna').map(({ id }) => id)).toEqual(['s2', 's1'])
    expect(listenersTo(live, 'vera')).toEqual([])
  })
})
