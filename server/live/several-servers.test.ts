import { beforeEach, describe, expect, it } from 'vitest'
import { anna, boris, callOf, galina, legOf, person } from '../calls/fixture.ts'
import type { LiveChange, User } from '../contract/index.ts'
import { open, type Rig } from './fixture.ts'

let rig: Rig
beforeEach(() => {
  rig = open()
  rig.telephony.setEndpoint({ name: '1001', online: true, sinceMs: 100 })
})
const status = (user: User) => rig.board.viewFor(galina).operators.find((operator) => operator.id === user.id)
const changesFor = (user: User): LiveChange[] => {
  const seen: LiveChange[] = []
  rig.board.subscribe(user, (changes) => seen.push(...changes))
  return seen
}

describe('several Asterisk servers', () => {
  const away = { state: 'down', problem: 'lost', sinceMs: 5 } as const
  const borisThere = { ...boris, extension: '1001~2' }
  const admin = person('admin', null, 'administrator')

  it('are not spoken of while there is one', () => {
    expect(rig.board.viewFor(galina)).toMatchObject({ pbx: { state: 'up' }, servers: [] })
  })

  it('tell each reader of the own phone’s one, and everybody of all by name', () => {
    rig.users.set([anna, borisThere, galina, admin])
    const told = { anna: changesFor(anna), boris: changesFor(borisThere) }
    rig.servers.set([
      { id: '1', name: 'Москва' },
      { id: '2', name: 'Казань' },
    ])
    rig.telephony.setStatus(away, '2')
    const servers = [
      { id: '1', name: 'Москва', pbx: { state: 'up', problem: null, sinceMs: 0 } },
      { id: '2', name: 'Казань', pbx: away },
    ]
    expect(told.anna.at(-1)).toEqual({ kind: 'pbx', pbx: servers[0]?.pbx, servers })
    expect(told.boris.at(-1)).toEqual({ kind: 'pbx', pbx: away, servers })
    expect(rig.board.viewFor(borisThere)).toMatchObject({ pbx: away, servers })
  })

  it('are not judged by one that is no more, for who watches the floor; whose phone was at it hears of that', () => {
    const galinaThere = { ...galina, extension: '1004~2' }
    rig.users.set([anna, borisThere, galinaThere, admin])
    rig.telephony.setStatus({ state: 'down', problem: 'notConfigured', sinceMs: 7 }, '2')
    rig.servers.set([{ id: '1', name: 'Москва' }])
    expect(rig.board.viewFor(galinaThere)).toMatchObject({ pbx: { state: 'up' }, servers: [] })
    expect(rig.board.viewFor(borisThere)).toMatchObject({ pbx: { problem: 'notConfigured' } })
    rig.servers.set([
      { id: '1', name: 'Москва' },
      { id: '2', name: 'Казань' },
    ])
    expect(rig.board.viewFor(galinaThere)).toMatchObject({ pbx: { problem: 'notConfigured' } })
  })

  it('are named where the only one is not the first', () => {
    rig.servers.set([{ id: '2', name: 'Казань' }])
    expect(rig.board.viewFor(galina).servers).toMatchObject([{ id: '2', name: 'Казань' }])
  })

  it('keep people whose phones have the same number apart', () => {
    rig.users.set([anna, borisThere, galina])
    rig.telephony.setEndpoint({ name: '1001~2', online: true, sinceMs: 0 })
    rig.telephony.setCall(callOf('1.0~2', [legOf('1.1~2', '1001~2', { state: 'up', answeredAtMs: 1 })]))
    expect(status(anna)).toMatchObject({ status: 'available', callId: null })
    expect(status(borisThere)).toMatchObject({ status: 'onCall', callId: '1.0~2' })
  })
})
