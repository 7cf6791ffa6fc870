import { expect, it } from 'vitest'
import { needsOfflineStrip, needsPbxStrip, opensSettings } from './needed-strips.ts'

const lost = { state: 'down', problem: 'lost' } as const
const unreachable = { state: 'down', problem: 'unreachable' } as const
const phone = (link: 'off' | 'registered' | 'backingOff' | 'connecting', elsewhere: 'page' | null = null) => ({
  link,
  elsewhere,
})

it.each([
  ['the phone says it', lost, phone('backingOff'), 'operator', false],
  ['the phone says it, and tries', unreachable, phone('connecting'), 'operator', false],
  ['the phone rings on, the server alone lost the PBX', lost, phone('registered'), 'operator', true],
  ['there is no phone', lost, phone('off'), 'supervisor', true],
  ['the phone is in another window', lost, phone('backingOff', 'page'), 'operator', true],
  ['the floor may be out of date', lost, phone('backingOff'), 'supervisor', true],
  ['an administrator can set it right', unreachable, phone('backingOff'), 'administrator', true],
  ['the PBX is there', { state: 'up', problem: null } as const, phone('backingOff'), 'operator', false],
] as const)('%s', (_, pbx, phone, role, shown) => expect(needsPbxStrip({ pbx, phone, role })).toBe(shown))

it.each([
  ['the server is away', 'lost', {}, true],
  ['the server is there', 'open', {}, false],
  ['the session is over, not the server', 'lost', { expired: true }, false],
  ['the server speaks another version', 'lost', { outdated: true }, false],
] as const)('%s', (_, connection, other, shown) =>
  expect(needsOfflineStrip({ connection, outdated: false, expired: false, ...other })).toBe(shown),
)

it('only an administrator is sent to the settings', () => {
  expect(opensSettings({ pbx: unreachable, role: 'administrator' })).toBe(true)
  expect(opensSettings({ pbx: unreachable, role: 'operator' })).toBe(false)
})
