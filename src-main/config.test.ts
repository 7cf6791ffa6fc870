import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ConfigError, defaultServerUrl, readServerUrl } from './config.ts'

let folder: string
let configFile: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsync-config-'))
  configFile = join(folder, 'config.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

const read = (fromEnvironment?: string) => readServerUrl({ fromEnvironment, configFile })

test('without any setting it is the server of this computer', () => {
  expect(read()).toBe(defaultServerUrl)
})

test('the file of a roll-out is taken, the environment wins over it', () => {
  writeFileSync(configFile, JSON.stringify({ serverUrl: 'https://callsync.example.com/' }))
  expect(read()).toBe('https://callsync.example.com')
  expect(read('http://other:7420')).toBe('http://other:7420')
})

test.each(['ftp://host', 'callsync.example.com', 'https://user:pw@host', 'https://host/?a=1', 'javascript:alert(1)'])(
  'refuses %s and names the setting',
  (value) => {
    expect(() => read(value)).toThrow(ConfigError)
    expect(() => read(value)).toThrow('CALLSYNC_SERVER_URL')
  },
)

test('a broken file is named, not passed over', () => {
  writeFileSync(configFile, '{ serverUrl')
  expect(() => read()).toThrow(configFile)
})
