import { describe, expect, it } from 'vitest'
import type { PbxConnection } from '../../server/contract/index.ts'
import { isRemoved, serverChoices, serversInUse, usualServer } from './server-choice.ts'

const connection = (host: string): PbxConnection => ({
  ...{ host, amiPort: 5038, amiUser: 'callsync', socketUrl: `wss://${host}/ws`, sipDomain: '', iceServers: [] },
})
const kazan = { id: '2', name: 'Казань', connection: connection('kazan') }
const removed = (server: string) => `removed ${server}`
const asked = (name: string, others: (typeof kazan)[], first = true) =>
  serversInUse({ connection: first ? connection('moscow') : null, name, others })

describe('the choice of an Asterisk server', () => {
  it('is none while there is but the first', () => {
    const inUse = asked('', [])
    expect(inUse).toEqual([{ id: '1', name: 'moscow' }])
    expect(serverChoices(inUse, '1', removed)).toEqual([])
    expect(usualServer(inUse)).toBe('1')
    expect(isRemoved(inUse, '1')).toBe(false)
  })

  it('is none while none is set up', () => {
    expect(serverChoices([], '1', removed)).toEqual([])
    expect(usualServer([])).toBe('1')
    expect(isRemoved([], '1')).toBe(false)
  })

  it('is all there are, by name or host', () => {
    const inUse = asked('Москва', [kazan, { ...kazan, id: '3', name: '' }])
    expect(serverChoices(inUse, '1', removed)).toEqual([
      { value: '1', label: 'Москва' },
      { value: '2', label: 'Казань' },
      { value: '3', label: 'kazan' },
    ])
    expect(usualServer(inUse)).toBe('1')
  })

  it('of one whose server was removed shows that, and what is left', () => {
    const inUse = asked('', [])
    expect(serverChoices(inUse, '2', removed)).toEqual([
      { value: '1', label: 'moscow' },
      { value: '2', label: 'removed 2' },
    ])
    expect(isRemoved(inUse, '2')).toBe(true)
    expect(isRemoved([], '2')).toBe(true)
  })

  it('is the one that is left when the first was removed', () => {
    const inUse = asked('', [kazan], false)
    expect(usualServer(inUse)).toBe('2')
    expect(serverChoices(inUse, '2', removed)).toEqual([{ value: '2', label: 'Казань' }])
    expect(serverChoices(inUse, '1', removed)).toEqual([
      { value: '2', label: 'Казань' },
      { value: '1', label: 'removed 1' },
    ])
  })
})
