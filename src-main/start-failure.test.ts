import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DeskState } from '../src-preload/contract/index.ts'
import { createLanguage } from './desk/language.ts'
import { StorageFailure } from './drafts/storage-failure.ts'
import { ConfigError } from './server/config.ts'
import { startFailureText } from './start-failure.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-language-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const said = (language: DeskState['language']): DeskState => ({
  language,
  dark: false,
  person: null,
  pauseReasons: [],
  microphones: [],
  call: null,
  unsent: 0,
  unkept: false,
})

test.each([
  ['ru', 'ru'],
  ['ru-RU', 'ru'],
  ['en-US', 'en'],
  ['rue', 'en'],
  ['', 'en'],
] as const)('a computer in %j is spoken to in %s before anybody chose', (locale, language) => {
  expect(createLanguage({ file: join(folder, 'language'), locale }).current()).toBe(language)
})

test('the language of the pages counts from then on, at the next start too', () => {
  const file = join(folder, 'language')
  const before = createLanguage({ file, locale: 'en-US' })
  before.follow(said('ru'))
  before.follow(null)
  expect(before.current()).toBe('ru')
  expect(readFileSync(file, 'utf8')).toBe('ru')
  expect(createLanguage({ file, locale: 'en-US' }).current()).toBe('ru')
})

test('a folder that cannot be written to costs only the memory', () => {
  const language = createLanguage({ file: join(folder, 'none', 'language'), locale: 'en' })
  language.follow(said('ru'))
  expect(language.current()).toBe('ru')
})

test('what keeps the app from starting is said in the person’s language and names what to change', () => {
  const address = new ConfigError('address', 'CALLSYNC_SERVER_URL')
  expect(startFailureText(address, 'ru')).toBe('CALLSYNC_SERVER_URL: нужен адрес вида https://callsync.example.com')
  expect(startFailureText(address, 'en')).toBe(address.message)
  expect(startFailureText(new ConfigError('unreadable', '/etc/callsync/config.json'), 'ru')).toMatch('/etc/callsync/config.json')
  expect(startFailureText(new StorageFailure('…', { problem: 'newerVersion' }), 'ru')).toMatch('более новой версией')
  expect(startFailureText(new StorageFailure('…', { problem: 'diskFull' }), 'en')).toMatch('disk is full')
  expect(startFailureText(new Error('boom'), 'ru')).toBe('Программа не запустилась: Error: boom')
})
