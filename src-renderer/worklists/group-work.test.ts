import { expect, it } from 'vitest'
import { groupWork, mayGiveBack } from './group-work.ts'
import type { WorkItem } from './queries.ts'

const sales = { number: '701', name: 'Sales' }
const callBack = (id: string, more: { holder?: string; queue?: typeof sales; dueAtMs?: number } = {}): WorkItem => ({
  kind: 'callBack',
  entry: {
    id,
    number: '1',
    customer: null,
    holder: more.holder === undefined ? null : { id: more.holder, name: more.holder },
    takenAtMs: null,
    attempts: 0,
    lastAttemptAtMs: null,
    doneAtMs: null,
    doneHow: null,
    doneBy: null,
    doneCardId: null,
    source: 'hand',
    cardId: null,
    reason: '',
    queue: more.queue ?? null,
    createdBy: { id: 'x', name: 'x' },
    createdAtMs: 5,
    dueAtMs: more.dueAtMs ?? null,
    remindBeforeMs: null,
    version: 1,
  },
})

it('puts the own ones first, most due first, then the shared lists, then what others hold', () => {
  const items = [
    callBack('other', { holder: 'boris' }),
    callBack('free', { queue: sales }),
    callBack('late', { holder: 'me', dueAtMs: 9 }),
    callBack('taken', { holder: 'me', queue: sales, dueAtMs: 1 }),
    callBack('asap', { holder: 'me' }),
    callBack('his', { holder: 'boris', queue: sales, dueAtMs: 7 }),
  ]
  const groups = groupWork(items, 'me').map(({ kind, items }) => [kind, ...items.map(({ entry }) => entry.id)])
  expect(groups).toEqual([
    ['mine', 'taken', 'asap', 'late'],
    ['shared', 'free', 'his'],
    ['others', 'other'],
  ])
})

it('gives back what is held and has a list to go to', () => {
  expect(mayGiveBack(callBack('shared', { holder: 'me', queue: sales }))).toBe(true)
  expect(mayGiveBack(callBack('personal', { holder: 'me' }))).toBe(false)
  expect(mayGiveBack(callBack('free', { queue: sales }))).toBe(false)
})
