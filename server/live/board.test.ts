import { beforeEach, describe, expect, it } from 'vitest'
import { anna, boris, callOf, galina, legOf, person, queueOf } from '../calls/fixture.ts'
import type { Alarm, LiveChange, User } from '../contract/index.ts'
import { cardOf, open, type Rig, withMember } from './fixture.ts'

let rig: Rig
beforeEach(() => {
  rig = open()
  for (const name of ['1001', '1002', '1004']) rig.telephony.setEndpoint({ name, online: true, sinceMs: 100 })
})
const status = (user: User = anna, reader: User = galina) =>
  rig.board.viewFor(reader).operators.find((operator) => operator.id === user.id)
const changesFor = (user: User): LiveChange[] => {
  const seen: LiveChange[] = []
  rig.board.subscribe(user, (changes) => seen.push(...changes))
  return seen
}
describe('an operator’s status', () => {
  it('follows the precedence onCall > ringing > wrapUp > paused > available > offline', () => {
    const queue = queueOf('701', ['1001'])
    expect(status()).toMatchObject({ status: 'available', sinceMs: rig.clock.nowMs(), callId: null })
    rig.telephony.setEndpoint({ name: '1001', online: false, sinceMs: 200 })
    expect(status()?.status).toBe('offline')
    rig.telephony.setEndpoint({ name: '1001', online: true, sinceMs: 300 })
    rig.telephony.setQueue(withMember(queue, '1001', 'lunch'))
    expect(status()).toMatchObject({ status: 'paused', pauseReason: 'lunch', queues: ['701'] })
    rig.cards.set(cardOf('c', 'anna', 'wrapUp'))
    expect(status()).toMatchObject({ status: 'wrapUp', pauseReason: null })
    rig.telephony.setCall(callOf('1.0', [legOf('1.1', '1001')]))
    expect(status()).toMatchObject({ status: 'ringing', callId: '1.0' })
    rig.telephony.setCall(callOf('1.0', [legOf('1.1', '1001', { state: 'held', answeredAtMs: 1 })]))
    expect(status()).toMatchObject({ status: 'onCall', callId: '1.0' })
    rig.telephony.endCall('1.0')
    expect(status()?.status).toBe('wrapUp')
    rig.cards.set(cardOf('c', 'anna', 'saved'))
    expect(status()?.status).toBe('paused')
  })

  it('is wrap-up until Asterisk has lifted wrap-up’s own pause, and paused only when paused everywhere', () => {
    const queue = queueOf('701', ['1001'])
    rig.telephony.setQueue(withMember(queue, '1001', 'wrapup'))
    expect(status()?.status).toBe('wrapUp')
    rig.telephony.setQueue(withMember(queue, '1001', null))
    expect(status()?.status).toBe('available')
    rig.telephony.setQueue(withMember(queueOf('702', ['1001']), '1001', 'lunch'))
    expect(status()?.status).toBe('available')
  })

  it('keeps its beginning while it stays, and takes a new one when it changes', () => {
    rig.telephony.setCall(callOf('1.0', [legOf('1.1', '1001', { state: 'up', answeredAtMs: 1 })]))
    const began = status()?.sinceMs
    rig.clock.advance(10_000)
    rig.telephony.setCall(callOf('2.0', [legOf('2.1', '1001', { state: 'up', answeredAtMs: 1 })]))
    rig.telephony.endCall('1.0')
    expect(status()).toMatchObject({ status: 'onCall', sinceMs: began, callId: '2.0' })
    rig.telephony.endCall('2.0')
    expect(status()).toMatchObject({ status: 'available', sinceMs: rig.clock.nowMs() })
  })

  it('names the call that is talked in, not the one on hold, whichever came first', () => {
    const held = legOf('1.1', '1001', { state: 'held', answeredAtMs: 9 })
    const up = legOf('2.1', '1001', { state: 'up', answeredAtMs: 5 })
    rig.telephony.setCall(callOf('1.0', [held]))
    rig.telephony.setCall(callOf('2.0', [up]))
    expect(status()?.callId).toBe('2.0')
    rig.telephony.setCall(callOf('2.0', [{ ...up, state: 'held' }]))
    expect(status()?.callId).toBe('1.0')
  })

  it('stays on the call while a talking card waits for its new leg', () => {
    rig.cards.set(cardOf('c', 'anna', 'talking'))
    expect(status()?.status).toBe('onCall')
  })

  it('is on a call while the own phone hears a colleague’s, which is no call of one’s own', () => {
    rig.telephony.setQueue(queueOf('701', ['1004']))
    const talk = { state: 'talking', answeredAtMs: 1 } as const
    const legs = [legOf('1.1', '1001', { state: 'up', answeredAtMs: 1 })]
    const spy = { uniqueid: 'callsync-spy-1.1', endpoint: '1004', on: '1.1', mode: 'listen', sinceMs: 7 } as const
    rig.telephony.setCall(callOf('1.0', legs, talk))
    expect(status(galina)?.status).toBe('available')
    rig.telephony.setCall(callOf('1.0', legs, { ...talk, spies: [spy] }))
    expect(status(galina)).toMatchObject({ status: 'onCall', callId: null })
    expect(rig.board.viewFor(galina).queues[0]).toMatchObject({ free: 0 })
    rig.telephony.setCall(callOf('1.0', legs, talk))
    expect(status(galina)?.status).toBe('available')
  })

  it('frees members for the queue: neither talking, in wrap-up, paused nor away', () => {
    rig.telephony.setQueue(queueOf('701', ['1001', '1002', '1003']))
    const queue = () => rig.board.viewFor(galina).queues[0]
    expect(queue()).toMatchObject({ number: '701', name: 'Sales', online: 2, free: 2 })
    rig.cards.set(cardOf('c', 'anna', 'wrapUp'))
    expect(queue()).toMatchObject({ online: 2, free: 1 })
    rig.telephony.setCall(callOf('1.0', [legOf('1.1', '1002', { state: 'up', answeredAtMs: 1 })]))
    expect(queue()).toMatchObject({ online: 2, free: 0 })
  })
})

describe('the floor', () => {
  const alarm: Alarm = {
    ...{ id: 'a', kind: 'waiting', level: 'warning', queue: { number: '701', name: 'Sales' }, operator: null },
    ...{ limit: 3, worst: 4, beganAtMs: 1, criticalAtMs: null, endedAtMs: null, acknowledged: null },
  }
  const root = person('root', null, 'administrator')

  it('is for supervisors and administrators, in the view and in changes', () => {
    const seen = [galina, root].map((reader) => changesFor(reader))
    rig.floor.set({ alarms: [alarm] })
    const today = { ...rig.floor.state().today, day: 20_261_121 }
    rig.floor.set({ today })
    for (const changes of seen)
      expect(changes).toEqual([
        { kind: 'alarms', alarms: [alarm] },
        { kind: 'today', today },
      ])
    for (const reader of [galina, root]) expect(rig.board.viewFor(reader).floor).toEqual({ today, alarms: [alarm] })
  })

  it('never reaches an operator', () => {
    const seen = changesFor(anna)
    rig.floor.set({ alarms: [alarm] })
    rig.floor.set({ today: { ...rig.floor.state().today, day: 20_261_121 } })
    expect(seen).toEqual([])
    expect(rig.board.viewFor(anna).floor).toBeNull()
    // Nor does its queue's trouble by any other way.
    expect(JSON.stringify(rig.board.viewFor(anna))).not.toContain('warning')
  })

  it('is looked at by overseers only, each once however many windows', () => {
    const stop = rig.board.subscribe(galina, () => undefined)
    rig.board.subscribe(galina, () => undefined)
    rig.board.subscribe(anna, () => undefined)
    rig.board.subscribe(person('wallboard', null, 'administrator'), () => undefined)
    expect(rig.board.watching().map(({ id }) => id)).toEqual(['galina'])
    stop()
    expect(rig.board.watching().map(({ id }) => id)).toEqual(['galina'])
  })

  it('is judged by what overseers see: everybody who is listed, and the queues', () => {
    rig.telephony.setQueue(queueOf('701', ['1001']))
    const { operators, queues } = rig.board.everybody()
    for (const reader of [root, galina]) {
      const view = rig.board.viewFor(reader)
      expect(operators).toEqual(view.operators.filter(({ listed }) => listed))
      expect(queues).toEqual(view.queues)
    }
    expect(operators.map(({ id }) => id)).toEqual(['anna', 'boris'])
  })
})

describe('what a reader may see', () => {
  const waiting = { callId: '3.0', number: '+79160000303', sinceMs: 5 }
  beforeEach(() => {
    rig.telephony.setQueue({ ...queueOf('701', ['1001', '1002']), waiting: [waiting] })
    rig.telephony.setCall(callOf('1.0', [legOf('1.1', '1002', { state: 'up', answeredAtMs: 1 })]))
    rig.telephony.setCall(callOf('3.0', []))
    rig.cards.set(cardOf('c', 'boris', 'talking'))
  })

  it('is an operator’s own calls and cards, colleagues without their call, queues without numbers', () => {
    const view = rig.board.viewFor(anna)
    expect(view.calls).toEqual([])
    expect(view.cards).toEqual([])
    expect(view.operators).toMatchObject([{ id: 'anna' }, { id: 'boris', status: 'onCall', callId: null }])
    expect(view.queues[0]?.waiting).toEqual([{ ...waiting, number: '' }])
    expect(rig.board.viewFor(boris)).toMatchObject({ calls: [{ id: '1.0' }], cards: [{ id: 'c' }] })
    expect(JSON.stringify(view)).not.toMatch(/7916/)
  })

  it('is everything for a supervisor and an administrator, except others’ cards', () => {
    for (const reader of [galina, person('root', null, 'administrator')]) {
      const view = rig.board.viewFor(reader)
      expect(view.calls.map(({ id }) => id)).toEqual(['1.0', '3.0'])
      expect(view.operators.find(({ id }) => id === 'boris')).toMatchObject({ callId: '1.0' })
      expect(view.queues[0]?.waiting).toEqual([waiting])
      expect(view.cards).toEqual([])
    }
  })

  it('holds for changes too: none of a colleague’s call reaches an operator', () => {
    const seen = changesFor(anna)
    rig.telephony.setCall(callOf('1.0', [legOf('1.1', '1002', { state: 'held', answeredAtMs: 1 })], { state: 'held' }))
    rig.cards.set(cardOf('c', 'boris', 'talking', { version: 2 }))
    expect(seen).toEqual([])
  })

  it('takes a call away from an operator who leaves it, and tells supervisors it goes on', () => {
    const operator = changesFor(boris)
    const supervisor = changesFor(galina)
    rig.telephony.setCall(callOf('1.0', [legOf('1.2', '1001', { state: 'up', answeredAtMs: 2 })]))
    expect(operator).toContainEqual({ kind: 'callGone', id: '1.0' })
    expect(supervisor.find((change) => change.kind === 'call')).toMatchObject({ call: { operatorIds: ['anna'] } })
  })

  it('shows who is in a conference to its members, with the calls it joined, and to no other operator', () => {
    const side = { callerName: 'Пётр', muted: false }
    const participants = [
      { uniqueid: '1.1', endpoint: '1002', number: '', callerName: '', muted: false },
      { uniqueid: '5.1', endpoint: null, number: '+79160000101', ...side },
    ]
    const joined = { conference: '4711', participants }
    rig.telephony.setCall(callOf('1.0', [legOf('1.1', '1002', { state: 'up', answeredAtMs: 1 })], joined))
    // The operator's leg of this one ended when it was joined.
    rig.telephony.setCall(callOf('5.0', [], { ...joined, queue: null }))
    const seen = rig.board.viewFor(boris).calls
    expect(seen.map(({ id, conferenceId }) => `${id} ${conferenceId}`)).toEqual(['1.0 4711', '5.0 4711'])
    expect(seen[1]?.participants).toEqual([
      { id: '1.1', kind: 'operator', operatorId: 'boris', number: '1002', name: 'Boris', muted: false },
      { id: '5.1', kind: 'outside', operatorId: null, number: '+79160000101', name: expect.any(String), muted: false },
    ])
    expect(rig.board.viewFor(anna).calls.some(({ conferenceId }) => conferenceId !== null)).toBe(false)
  })

  it('keeps a call with the operator it waits for, and with nobody else', () => {
    rig.telephony.setCall(callOf('1.0', [], { awaits: '1002', state: 'waiting' }))
    expect(rig.board.viewFor(boris).calls.map(({ id }) => id)).toContain('1.0')
    expect(rig.board.viewFor(anna).calls.map(({ id }) => id)).not.toContain('1.0')
  })

  it('tells an operator who hears the call, but for those who do so privately, and a supervisor all of them', () => {
    const up = legOf('1.1', '1002', { state: 'up', answeredAtMs: 1 })
    const spy = { endpoint: '1004', on: '1.1', sinceMs: 5 } as const
    rig.telephony.setCall(callOf('1.0', [up], { spies: [{ ...spy, uniqueid: 's1', mode: 'whisper' }] }))
    const whispers = {
      id: 's1',
      userId: 'galina',
      name: 'Galina',
      operatorId: 'boris',
      mode: 'whisper',
      private: false,
      sinceMs: 5,
    }
    const heardBy = (user: User) => rig.board.viewFor(user).calls.find(({ id }) => id === '1.0')?.listeners
    expect(heardBy(boris)).toEqual([whispers])
    const seen = changesFor(boris)
    rig.telephony.setCall(callOf('1.0', [up], { spies: [{ ...spy, uniqueid: 's1', mode: 'private' }] }))
    expect(seen).toMatchObject([{ kind: 'call', call: { listeners: [] } }])
    expect(heardBy(boris)).toEqual([])
    expect(heardBy(galina)).toEqual([{ ...whispers, mode: 'listen', private: true }])
    // Of one who begins to listen privately nothing at all is told.
    rig.telephony.setCall(callOf('1.0', [up], { spies: [] }))
    rig.telephony.setCall(callOf('1.0', [up], { spies: [{ ...spy, uniqueid: 's2', mode: 'private' }] }))
    expect(seen).toHaveLength(1)
  })

  it('tells no supervisor of who hears them privately, and the others, and those who do, all of it', () => {
    const [ivan, olga] = [person('ivan', '1010', 'administrator'), person('olga', '1011', 'supervisor')]
    rig.users.set([...rig.users.all(), ivan, olga])
    const [heard, listens, other] = [changesFor(galina), changesFor(ivan), changesFor(olga)]
    // Two supervisors in one conference: they are not told the same.
    const legs = ['1004', '1011'].map((endpoint, at) => legOf(`1.${at}`, endpoint, { state: 'up', answeredAtMs: 1 }))
    rig.telephony.setCall(callOf('1.0', legs))
    for (const seen of [heard, listens, other]) seen.length = 0
    const spy = { uniqueid: 's1', endpoint: '1010', mode: 'private', sinceMs: 5 } as const
    const told = [{ kind: 'call', call: { listeners: [{ userId: 'ivan', private: true }] } }]
    rig.telephony.setCall(callOf('1.0', legs, { spies: [{ ...spy, on: '1.0' }] }))
    const own = { kind: 'operator', operator: { id: 'ivan', status: 'onCall' } }
    expect([heard.splice(0), listens.splice(0), other.splice(0)]).toMatchObject([[], [own, ...told], told])
    // Whom it hears is not known: it may be either of them.
    rig.telephony.setCall(callOf('1.0', legs, { spies: [{ ...spy, on: 'gone' }] }))
    expect([heard, listens, other]).toMatchObject([[], told, [{ kind: 'call', call: { listeners: [] } }]])
    expect(rig.board.viewFor(galina).calls.find(({ id }) => id === '1.0')?.listeners).toEqual([])
  })

  it('gives a message to those it is written to', () => {
    const [to, others] = [changesFor(boris), changesFor(anna)]
    const message = { id: 'm', atMs: 1, fromName: 'Galina', text: 'Come', readAtMs: null }
    rig.messages.tell(message, 'boris')
    expect(to).toEqual([{ kind: 'message', message }])
    expect(others).toEqual([])
  })

  it('tells at once that a queue’s recording became required', () => {
    rig.telephony.setCall(callOf('1.0', [legOf('1.1', '1002')], { recording: 'on' }))
    const seen = changesFor(boris)
    rig.recordingRules.force('701')
    expect(seen).toMatchObject([{ kind: 'call', call: { recording: 'on', recordingForced: true } }])
  })

  it('tells a person at once which queues are theirs to join', () => {
    expect(status(boris, boris)).toMatchObject({ allowedQueues: null })
    const seen = changesFor(boris)
    rig.queueRights.set('boris', ['702'])
    expect(seen).toMatchObject([{ kind: 'operator', operator: { id: 'boris', allowedQueues: ['702'] } }])
  })

  it('lists a supervisor when they take calls, and always to themselves', () => {
    expect(status(galina, anna)).toBeUndefined()
    expect(status(galina, galina)).toMatchObject({ status: 'available', listed: false })
    const seen = changesFor(anna)
    rig.telephony.setCall(callOf('4.0', [legOf('4.1', '1004')]))
    expect(seen).toMatchObject([{ kind: 'operator', operator: { id: 'galina', status: 'ringing', callId: null } }])
    expect(status(galina, galina)).toMatchObject({ status: 'ringing', listed: true })
    rig.telephony.endCall('4.0')
    expect(seen.at(-1)).toEqual({ kind: 'operatorGone', id: 'galina' })
  })
})

describe('changes', () => {
  it('are not sent when nothing a reader sees is different', () => {
    rig.telephony.setQueue(queueOf('701', ['1001']))
    const seen = changesFor(galina)
    rig.telephony.setQueue(queueOf('701', ['1001']))
    rig.telephony.setEndpoint({ name: '1001', online: true, sinceMs: 999 })
    rig.telephony.setEndpoint({ name: 'trunk', online: true, sinceMs: 1 })
    expect(seen).toEqual([])
  })

  it('are the very same objects for readers who see the same', () => {
    rig.telephony.setQueue({ ...queueOf('701', ['1001']), waiting: [{ callId: '3.0', number: '+79160000101', sinceMs: 2 }] })
    const [anna1, boris1, galina1, galina2] = [anna, boris, galina, galina].map(changesFor)
    rig.telephony.setCall(callOf('1.0', [legOf('1.3', '1004')]))
    rig.telephony.setQueue(queueOf('701', ['1001']))
    expect(galina1?.map(({ kind }) => kind)).toEqual(['operator', 'call', 'queue'])
    expect(galina1?.every((change, index) => change === galina2?.[index])).toBe(true)
    expect(anna1?.map(({ kind }) => kind)).toEqual(['operator', 'queue'])
    expect(anna1?.every((change, index) => change === boris1?.[index])).toBe(true)
    expect(anna1).not.toEqual(galina1?.filter(({ kind }) => kind !== 'call'))
  })

  it('stop when the reader leaves or the board stops', () => {
    const left: unknown[] = []
    const dispose = rig.board.subscribe(galina, (changes) => left.push(changes))
    const stays = changesFor(galina)
    dispose()
    rig.telephony.setCall(callOf('1.0', []))
    expect(left).toEqual([])
    expect(stays).not.toEqual([])
    rig.board.stop()
    const before = stays.length
    rig.telephony.endCall('1.0')
    expect(stays).toHaveLength(before)
  })

  it('bring the customer’s name when it is found, once, and only while the call has that number', async () => {
    const seen = changesFor(galina)
    rig.telephony.setCall(callOf('1.0', [], { number: '89160000101' }))
    rig.telephony.setCall(callOf('2.0', [], { number: '89160000101' }))
    rig.telephony.setCall(callOf('2.0', [], { number: '89160000999' }))
    await new Promise((resolve) => setImmediate(resolve))
    const named = seen.filter((change) => change.kind === 'call' && change.call.customerName !== null)
    expect(named).toMatchObject([{ call: { id: '1.0', customerName: 'Ivan', number: '+79160000101' } }])
  })

  it('follow people and queue names', () => {
    rig.telephony.setQueue(queueOf('701', ['1001']))
    const seen = changesFor(galina)
    rig.queueNames.set('701', 'Vertrieb')
    expect(seen).toMatchObject([{ kind: 'queue', queue: { name: 'Vertrieb' } }])
    rig.users.set([{ ...anna, active: false }, boris, galina])
    expect(seen).toContainEqual({ kind: 'operatorGone', id: 'anna' })
  })
})

it('tells only those whose work lists have changed', () => {
  const heard: string[] = []
  for (const reader of [anna, boris, galina])
    rig.board.subscribe(reader, (changes) => heard.push(...changes.map((change) => `${reader.id} ${change.kind}`)))
  rig.workNews.tell((user) => user.id !== 'boris')
  expect(heard).toEqual(['anna worklists', 'galina worklists'])
})
