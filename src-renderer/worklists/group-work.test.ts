import { expect, it } from 'vitest'
import { takeLapsesMs } from '../../server/contract/index.ts'
import { callBack } from './fixture.ts'
import { groupWork, isFree, mayGiveBack } from './group-work.ts'

const sales = { number: '701', name: 'Sales' }

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

it('is free in nobody’s hands and in one’s own; what another took and left lying is so too, but for what is personal', () => {
  const at = { userId: 'me', nowMs: takeLapsesMs + 1 }
  const taken = { holder: 'boris', queue: sales }
  expect(isFree(callBack('free', { queue: sales }), at)).toBe(true)
  expect(isFree(callBack('mine', { holder: 'me' }), at)).toBe(true)
  expect(isFree(callBack('taken', { ...taken, takenAtMs: 1 }), at)).toBe(false)
  expect(isFree(callBack('forgotten', { ...taken, takenAtMs: 0 }), at)).toBe(true)
  expect(isFree(callBack('personal', { holder: 'boris', takenAtMs: 0 }), at)).toBe(false)
})
