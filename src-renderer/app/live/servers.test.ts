import { expect, it } from 'vitest'
import type { LiveServer } from '../../../server/contract/index.ts'
import { nameWithServer } from './servers.ts'

const up = { state: 'up', problem: null, sinceMs: 0 } as const
const moscow: LiveServer = { id: '1', name: 'Москва', pbx: up }
const kazan: LiveServer = { id: '2', name: 'Казань', pbx: up }
const named = (name: string, ...servers: LiveServer[]) => nameWithServer(name, servers, (server) => `removed ${server}`)

it('says the server of a name where there is not just the first, and one that was removed wherever there are', () => {
  expect(named('1001')).toBe('1001')
  expect(named('1001~2')).toBe('1001 · removed 2')
  expect(named('1001', moscow, kazan)).toBe('1001 · Москва')
  expect(named('1001~2', moscow, kazan)).toBe('1001 · Казань')
  expect(named('1001~3', moscow, kazan)).toBe('1001 · removed 3')
  expect(named('1001', kazan)).toBe('1001 · removed 1')
})
