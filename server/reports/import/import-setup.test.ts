import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { demoRecordFolder, importSetup, type SavedSource } from './import-setup.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'callsync-import-setup-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const log = (id: string, server: string): SavedSource => ({
  id,
  kind: 'queueLog',
  place: { store: 'log', path: `/pbx/${id}` },
  timeZone: 'UTC',
  clockOffsetMs: 0,
  server,
  password: '',
})
const setup = (of: { saved?: SavedSource[]; others?: string[]; removed?: string[]; demo?: boolean }) =>
  importSetup({
    dataDir,
    recordFile: '',
    databaseUrl: null,
    generation: 0,
    saved: of.saved ?? [],
    otherServers: of.others ?? [],
    removedServers: of.removed ?? [],
    rules: [],
    workTimes: { times: [], holidays: [] },
    logDir: of.demo === false ? null : join(dataDir, 'logs'),
    timeZone: 'UTC',
    phoneRegion: 'RU',
    people: [],
    queues: [],
  }).sources

describe('a server that was removed', () => {
  it('keeps what was heard of it over AMI: its file is read on, or again', () => {
    const holds = () => setup({ others: ['3'], removed: ['2', '4'] }).filter(({ settings }) => settings.id.startsWith('ami:'))
    expect(holds().map(({ settings }) => settings.id)).toEqual(['ami:channels', 'ami:channels~3'])
    writeFileSync(join(dataDir, 'server-2-ami-cel.csv'), '')
    expect(holds().map(({ settings }) => settings.id)).toEqual(['ami:channels', 'ami:channels~3', 'ami:channels~2'])
  })

  it('keeps its sources, but nobody waits for them', () => {
    const events = { ...log('told', '2'), place: { store: 'events' as const } }
    const saved = [log('first', '1'), log('second', '2'), events, log('third', '3')]
    const waited = (removed: string[]) =>
      setup({ saved, others: ['3'], removed }).flatMap(({ kind, settings, ofRemoved }) =>
        kind === 'queueLog' && !ofRemoved ? settings.id : [],
      )
    expect(waited([])).toEqual(['first', 'second', 'told', 'third'])
    expect(waited(['2'])).toEqual(['first', 'third'])
  })
})

it('reads the demo’s past where it was written, beside everything else, and never with another PBX', () => {
  const ids = () => setup({}).map(({ settings }) => settings.id)
  const before = ids()
  expect(before.filter((id) => id.startsWith('demo-record'))).toEqual([])
  mkdirSync(demoRecordFolder(dataDir))
  expect(ids()).toEqual([...before, 'demo-record:Master.csv', 'demo-record:queue_log'])
  expect(setup({ demo: false }).filter(({ settings }) => settings.id.startsWith('demo-record'))).toEqual([])
})
