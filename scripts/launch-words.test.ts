import { describe, expect, it } from 'vitest'
import { launchWords } from './launch-words.ts'

const stop = (env: NodeJS.ProcessEnv) => launchWords(env).stopHint

describe('the language of the launcher', () => {
  it.each([
    ['none named', {}],
    ['Russian', { LANG: 'ru_RU.UTF-8' }],
    ['Russian over another', { LC_ALL: 'ru_RU.UTF-8', LANG: 'en_US.UTF-8' }],
    ['an empty one before it', { LC_ALL: '', LC_MESSAGES: '', LANG: 'ru_RU.UTF-8' }],
  ])('is Russian with %s', (_, env) => expect(stop(env)).toBe('Ctrl+C — остановить всё.'))

  it.each([
    ['English', { LANG: 'en_US.UTF-8' }],
    ['no language at all', { LANG: 'C.UTF-8' }],
    ['another language', { LANG: 'de_DE.UTF-8' }],
    ['English messages', { LC_MESSAGES: 'en_US.UTF-8', LANG: 'ru_RU.UTF-8' }],
  ])('is English with %s', (_, env) => expect(stop(env)).toBe('Ctrl+C stops everything.'))
})

it('tells a problem of the PBX with what to do, and the reason', () => {
  const told = launchWords({}).pbxProblem('mirrorUnreachable', 'no route to host')
  expect(told).toContain('npm start -- --pbx=none')
  expect(told).toContain('no route to host')
})
