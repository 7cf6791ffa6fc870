import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { anna, FakeUsers } from '../calls/fixture.ts'
import type { HeardPart } from '../calls/index.ts'
import { ManualClock } from '../clock.ts'
import { testDatabase } from '../store/fixture.ts'
import { Store } from '../store/index.ts'
import type { LentAudio } from './lent-audio.ts'
import { findRecording } from './recording-files.ts'
import { Recordings, spansWithin, ticketMs } from './recordings.ts'
import { wavDurationMs, wavPeaks } from './wav.ts'

const id = '1763650000.12'
/** A second of silence, then a second of a loud square wave. */
function speech(options: { sizesKnown?: boolean } = {}): Buffer {
  const samples = Buffer.alloc(2 * 8_000 * 2)
  for (let at = 8_000; at < 16_000; at++) samples.writeInt16LE(at % 2 ? 16_384 : -16_384, at * 2)
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(8_000, 24)
  head.writeUInt32LE(16_000, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(options.sizesKnown === false ? 0 : samples.length, 40)
  return Buffer.concat([head, samples])
}

const text = async (audio: LentAudio | null) => audio && Buffer.concat(await audio.read(0, audio.size - 1).toArray())

let root: string
let folder: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'callsync-recordings-'))
  folder = join(root, 'recordings')
  mkdirSync(folder)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))
const put = (name: string, content: Buffer = speech(), place = folder) => {
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, name), content)
}

describe('files of a recording', () => {
  it('are the mix and the two sides, in the folder or in the day’s folder behind other words', async () => {
    put(`${id}.wav`)
    put(`${id}-customer.wav`)
    expect(Object.keys((await findRecording([folder], id))?.paths ?? {})).toEqual(['both', 'customer'])
    const later = '1763650001.13'
    put(`out-79160000101-1001-20251120-${later}.wav`, speech(), join(folder, '2025/11/20'))
    expect((await findRecording([join(root, 'none'), folder], later))?.paths.both).toMatch(/out-79160000101/)
    expect(await findRecording([folder], '1763650002.14')).toBeNull()
  })

  it('never lie outside the folder: no path in an id, no link that leads out', async () => {
    put('secret-1763650000.99.wav', speech(), root)
    put('1763650000.99.wav', speech(), root)
    put('1763650000.99.wav', speech(), join(folder, 'a'))
    for (const wrong of [
      '../1763650000.99',
      '..%2f1763650000.99',
      '/etc/passwd',
      '',
      '.',
      '1763650000.99.wav',
      'a/1763650000.99',
    ])
      expect(await findRecording([folder], wrong)).toBeNull()
    symlinkSync(join(root, '1763650000.99.wav'), join(folder, '1763650000.99.wav'))
    expect(await findRecording([folder], '1763650000.99')).toBeNull()
    put('1763650000.98.wav', speech(), join(root, 'other'))
    mkdirSync(join(folder, '2025/11'), { recursive: true })
    symlinkSync(join(root, 'other'), join(folder, '2025/11/20'))
    expect(await findRecording([folder], '1763650000.98')).toBeNull()
  })
})

it('reads length and loudness, of a file that is still written too, and of no PCM nothing', async () => {
  put('whole.wav')
  put('open.wav', speech({ sizesKnown: false }))
  put('other.wav', Buffer.from('no sound at all, but long enough to be looked at'))
  for (const name of ['whole.wav', 'open.wav']) {
    expect(await wavDurationMs(join(folder, name))).toBe(2_000)
    expect(await wavPeaks(join(folder, name), 4, null)).toEqual([0, 0, 50, 50])
  }
  expect(await wavDurationMs(join(folder, 'other.wav'))).toBeNull()
  expect(await wavPeaks(join(folder, 'other.wav'), 4, null)).toEqual([])
})

it('places pauses by the recording’s own clock', () => {
  const recording = { startedAtMs: 1_000, durationMs: 10_000 }
  const spans = [
    { from_ms: 0, to_ms: 500 },
    { from_ms: 3_000, to_ms: 4_000 },
    { from_ms: 9_000, to_ms: null },
  ]
  expect(spansWithin(spans, recording)).toEqual([
    { fromMs: 2_000, toMs: 3_000 },
    { fromMs: 8_000, toMs: 10_000 },
  ])
})

describe('listening', () => {
  const clock = new ManualClock()
  let store: Store
  let users: FakeUsers
  let recordings: Recordings
  beforeEach(async () => {
    store = new Store({ dataDir: join(root, 'data'), ...(await testDatabase(root)), clock })
    await store.start()
    users = new FakeUsers()
    recordings = new Recordings({ db: store.db, clock, users, folders: () => [folder] })
  })
  afterEach(() => store.stop())

  it('is by a ticket that ends, for one recording, and is written down', async () => {
    put(`${id}.wav`)
    put(`${id}-operator.wav`)
    const { ticket, peaks } = await recordings.listen(anna, { subject: 'card', recordingId: id, part: null })
    expect(peaks.operator).toHaveLength(800)
    expect(await text(await recordings.open(ticket, 'both'))).toEqual(speech())
    expect(await recordings.open(ticket, 'customer')).toBeNull()
    expect(await recordings.open(`${ticket}x`, 'both')).toBeNull()
    expect(await store.db.selectFrom('audit').selectAll().execute()).toMatchObject([
      {
        at_ms: clock.nowMs(),
        actor_id: 'anna',
        action: 'recording.listen',
        subject: 'card',
        details: JSON.stringify({ recordingId: id }),
      },
    ])
    users.set([{ ...anna, active: false }])
    expect(await recordings.open(ticket, 'both')).toBeNull()
    users.set([anna])
    clock.advance(ticketMs)
    expect(await recordings.open(ticket, 'both')).toBeNull()
    await expect(recordings.listen(anna, { subject: 'card', recordingId: '1.1', part: null })).rejects.toMatchObject({
      code: 'notFound',
    })
  })

  it('shows when it began: by the end of the file, else by the channel', async () => {
    put(`${id}.wav`)
    utimesSync(join(folder, `${id}.wav`), 1_763_650_060, 1_763_650_060)
    const find = async () => (await recordings.find('1.0', { ids: [id, '1.1'], part: null })).recordings
    expect(await find()).toMatchObject([
      { id, startedAtMs: 1_763_650_058_000, durationMs: 2_000, channels: ['both'], partOnly: false },
    ])
    utimesSync(join(folder, `${id}.wav`), 1_900_000_000, 1_900_000_000)
    expect(await find()).toMatchObject([{ startedAtMs: 1_763_650_000_000 }])
  })

  it('draws a recording that has grown since anew', async () => {
    put(`${id}.wav`, speech({ sizesKnown: false }).subarray(0, 44 + 16_000))
    const listen = () => recordings.listen(anna, { subject: 'card', recordingId: id, part: null })
    expect(Math.max(...(await listen()).peaks.customer)).toBe(0)
    put(`${id}.wav`)
    const { customer } = (await listen()).peaks
    expect([customer[0], customer.at(-1)]).toEqual([0, 50])
  })

  /** Of two seconds: silence while Anna talks, then noise while Boris does. */
  const beganAtMs = 1_763_650_010_000
  const annas = { fromMs: beganAtMs, toMs: beganAtMs + 1_000 }
  const boriss = { fromMs: beganAtMs + 1_000, toMs: beganAtMs + 2_000 }
  const part = (span: HeardPart['span']): HeardPart => ({ legId: '1.5', alone: false, span, talks: [annas, boriss] })
  const putBoths = () => {
    for (const name of [id, `${id}-customer`]) {
      put(`${name}.wav`)
      utimesSync(join(folder, `${name}.wav`), 0, beganAtMs / 1_000 + 2)
    }
  }

  it('gives an operator the own part alone: its sound, its length, its loudness, its pauses', async () => {
    putBoths()
    const pause = {
      call_id: '1.0',
      leg_id: '1.5',
      operator_id: 'anna',
      operator_name: 'Anna',
      from_ms: annas.fromMs + 500,
      to_ms: boriss.toMs,
    }
    await store.db.insertInto('recording_pauses').values(pause).execute()
    const found = await recordings.find('1.0', { ids: [id], part: part(annas) })
    expect(found).toMatchObject({
      withheld: false,
      recordings: [{ startedAtMs: annas.fromMs, durationMs: 1_000, partOnly: true }],
    })
    expect(found.recordings[0]?.pauses).toEqual([{ fromMs: 500, toMs: 1_000 }])
    const { ticket, peaks } = await recordings.listen(anna, { subject: 'card', recordingId: id, part: part(annas) })
    expect(Math.max(...peaks.customer)).toBe(0)
    for (const channel of ['both', 'customer'] as const) {
      const heard = await text(await recordings.open(ticket, channel))
      put('heard.wav', heard ?? Buffer.alloc(0))
      expect(await wavDurationMs(join(folder, 'heard.wav'))).toBe(1_000)
      expect(heard?.subarray(44).every((byte) => byte === 0)).toBe(true)
    }
    const other = await recordings.listen(anna, { subject: 'card', recordingId: id, part: part(boriss) })
    expect(Math.min(...other.peaks.customer)).toBe(50)
  })

  it('gives of the own part the bytes that are asked for, and never one of another’s', async () => {
    putBoths()
    const { ticket } = await recordings.listen(anna, { subject: 'card', recordingId: id, part: part(annas) })
    const audio = await recordings.open(ticket, 'both')
    const whole = await text(audio)
    expect(whole).toHaveLength(44 + 16_000)
    for (const [first, last] of [
      [0, 3],
      [40, 50],
      [44, 44],
      [100, 16_043],
      [43, 16_043],
    ] as const)
      expect(Buffer.concat((await audio?.read(first, last).toArray()) ?? [])).toEqual(whole?.subarray(first, last + 1))
  })

  it('withholds a recording whose own part is not known, also from who asks for it directly', async () => {
    putBoths()
    for (const wrong of [part(null), { ...part(annas), talks: [{ ...annas, fromMs: annas.fromMs - 60_000 }, boriss] }]) {
      const late = wrong.span !== null
      if (late) utimesSync(join(folder, `${id}.wav`), 0, 1_900_000_000)
      expect(await recordings.find('1.0', { ids: [id], part: wrong })).toEqual({ recordings: [], withheld: true })
      await expect(recordings.listen(anna, { subject: 'card', recordingId: id, part: wrong })).rejects.toMatchObject({
        code: 'forbidden',
      })
    }
  })
})

it('of a further Asterisk are in a folder of its own: the same uniqueid is another call', async () => {
  put(`${id}.wav`)
  expect(await findRecording([folder], `${id}~2`)).toBeNull()
  put(`${id}-customer.wav`, speech(), join(folder, 'server-2'))
  const found = await findRecording([folder], `${id}~2`)
  expect([found?.id, Object.keys(found?.paths ?? {})]).toEqual([`${id}~2`, ['customer']])
  expect(Object.keys((await findRecording([folder], id))?.paths ?? {})).toEqual(['both'])
})
