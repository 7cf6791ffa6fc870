import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { linkSchemes } from '../src-main/links/dial-link.ts'
import { projectRoot } from './run.ts'

/** electron-builder's own reading and checking of its configuration, which it would do only at the packing. */
const Builder = z.object({
  getConfig: z.custom<(folder: string, file: string, options: null) => Promise<unknown>>((value) => typeof value === 'function'),
  validateConfiguration: z.custom<(config: unknown, log: { isEnabled: boolean }) => Promise<void>>(
    (value) => typeof value === 'function',
  ),
})
const ofBuilder = createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json'))
const { getConfig, validateConfiguration } = Builder.parse(ofBuilder('app-builder-lib/out/util/config/config.js'))
const Scheme = z.object({ definitions: z.object({ FuseOptionsV1: z.object({ properties: z.record(z.string(), z.unknown()) }) }) })
const fuses = Object.keys(Scheme.parse(ofBuilder('app-builder-lib/scheme.json')).definitions.FuseOptionsV1.properties)

/** What our own rules look at. */
const Config = z.object({
  files: z.array(z.object({ filter: z.array(z.string()) })),
  asar: z.boolean(),
  asarUnpack: z.array(z.string()),
  npmRebuild: z.boolean(),
  icon: z.string(),
  electronFuses: z.record(z.string(), z.boolean()),
  publish: z.array(z.object({ provider: z.string(), url: z.string() })).or(z.object({ provider: z.string(), url: z.string() })),
  protocols: z.array(z.object({ schemes: z.array(z.string()) })),
  linux: z.object({ target: z.array(z.string()) }),
  win: z.object({ target: z.array(z.string()), verifyUpdateCodeSignature: z.boolean() }),
  nsis: z.object({ include: z.string() }),
  mac: z.object({
    target: z.array(z.string()),
    hardenedRuntime: z.boolean(),
    entitlements: z.string(),
    entitlementsInherit: z.string(),
    extendInfo: z.record(z.string(), z.string()),
  }),
})

let raw: Record<string, unknown>
let config: z.infer<typeof Config>
beforeAll(async () => {
  raw = z.record(z.string(), z.unknown()).parse(await getConfig(projectRoot, 'electron-builder.yml', null))
  config = Config.parse(raw)
})
const text = (path: string) => readFileSync(join(projectRoot, path), 'utf8')
const check = (candidate: unknown) => validateConfiguration(candidate, { isEnabled: false })

test('electron-builder takes the configuration, and would not take a wrong one', async () => {
  await expect(check(raw)).resolves.toBeUndefined()
  await expect(check({ ...raw, hardenedRuntime: true })).rejects.toThrow('hardenedRuntime')
  await expect(check({ ...raw, electronFuses: { runAsNode: 'no' } })).rejects.toThrow('electronFuses')
  await expect(check({ ...raw, win: { target: ['nsis'], publisherName: 'x' } })).rejects.toThrow('configuration.win ')
})

test('every fuse is stated, each on its safe side', () => {
  expect(config.electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  })
  // The one that is no fuse, but a step of signing.
  expect(Object.keys(config.electronFuses).sort()).toEqual(fuses.filter((name) => name !== 'resetAdHocDarwinSignature').sort())
})

test('into the archive go the bundles, the tray’s pictures and one native module', () => {
  expect([config.asar, config.npmRebuild]).toEqual([true, false])
  expect(config.asarUnpack).toEqual(['**/*.node'])
  const patterns = config.files.flatMap(({ filter }) => filter)
  expect(patterns).toContain('!node_modules/**')
  const packed = patterns.filter((pattern) => !pattern.startsWith('!'))
  for (const pattern of packed) {
    expect(pattern).toMatch(
      /^(out\/(main|preload|renderer)\/|resources\/icons\/tray-|package\.json$|node_modules\/better-sqlite3\/)/,
    )
  }
  for (const state of ['available', 'busy', 'waiting', 'offline']) {
    for (const size of [16, 32]) expect(existsSync(join(projectRoot, `resources/icons/tray-${state}-${size}.png`))).toBe(true)
  }
  expect(existsSync(join(projectRoot, config.icon))).toBe(true)
})

test('each system has its installers', () => {
  expect([config.linux.target, config.win.target, config.mac.target]).toEqual([['AppImage', 'deb'], ['nsis'], ['dmg', 'zip']])
})

test('the links that the app takes are those it is registered for, on Windows by its installer', () => {
  expect(config.protocols.flatMap(({ schemes }) => schemes).sort()).toEqual([...linkSchemes].sort())
  const installer = text(config.nsis.include)
  for (const scheme of linkSchemes) expect(installer).toContain(`Capabilities\\URLAssociations" "${scheme}" "CallSync.Link"`)
  expect(installer).toContain(`" -- "%1"`)
  expect(installer).toContain('!macro customUnInstall')
})

test('macOS hears the person, and gives no more away than it must', () => {
  expect([config.mac.hardenedRuntime, config.mac.entitlementsInherit]).toEqual([true, config.mac.entitlements])
  expect(config.mac.extendInfo['NSMicrophoneUsageDescription']).toBeTruthy()
  const granted = [...text(config.mac.entitlements).matchAll(/<key>(.+?)<\/key>\s*<true\/>/g)].map(([, name]) => name)
  expect(granted).toEqual(['com.apple.security.cs.allow-jit', 'com.apple.security.device.audio-input'])
})

test('an update is described for the app, checked on Windows, and comes from nowhere but the company’s server', () => {
  const [feed] = [config.publish].flat()
  expect(feed?.provider).toBe('generic')
  // A name that can never be registered.
  expect(new URL(feed?.url ?? '').hostname).toMatch(/\.invalid$/)
  expect(config.win.verifyUpdateCodeSignature).toBe(true)
})
