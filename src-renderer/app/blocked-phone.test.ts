import { expect, it } from 'vitest'
import { isPhoneBlocked, mayReload } from './blocked-phone.ts'

it.each([
  ['connect-src', 'wss://pbx.office:8089/ws', true],
  ['connect-src', 'ws://127.0.0.1:18088/ws', true],
  ['connect-src', 'https://elsewhere.example/', false],
  ['img-src', 'wss://pbx.office/ws', false],
] as const)('%s %s: %s', (effectiveDirective, blockedURI, blocked) => {
  expect(isPhoneBlocked({ effectiveDirective, blockedURI })).toBe(blocked)
})

const idle = { inCall: false, openCards: 0, textOnlyInPage: false, typing: false, tried: false }
it('an idle page loads again by itself', () => expect(mayReload(idle)).toBe(true))
it.each([{ inCall: true }, { openCards: 1 }, { textOnlyInPage: true }, { typing: true }, { tried: true }])(
  'a page with %o waits for its person',
  (work) => expect(mayReload({ ...idle, ...work })).toBe(false),
)
