// Records the event logs that the reducer's tests replay: node tests/record-events.ts [NAME …]
// Each scenario runs on a real Asterisk with scripted phones; NAME.jsonl gets one event a line, NAME.snapshots.jsonl what
// Asterisk said when asked, with the number of events that had come by then.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { systemClock } from '../server/clock.ts'
import { AmiConnection } from '../server/telephony/ami-connection.ts'
import type { AmiEvent, AmiFields, PbxSnapshot } from '../server/telephony/ami-event.ts'
import { eventMask } from '../server/telephony/ami-link.ts'
import { takeSnapshot } from '../server/telephony/snapshot.ts'
import { Carrier } from './support/carrier.ts'
import { project, startAsterisk, type TestPbx } from './support/pbx.ts'
import { ScriptedPhone } from './support/scripted-phone.ts'
import { type Scenario, scenarios } from './support/telephony-scenarios/index.ts'

const folder = join(project, 'server/telephony/live/fixtures')
const logger = pino({ level: 'silent' })
/** Nothing more comes for this long: the scenario's events are all there. */
const quietMs = 400

/** Headers that tell nothing to the reducer and differ from run to run, or hold paths. */
const dropped = new Set([
  'privilege',
  'event',
  'timestamp',
  'sequencenumber',
  'file',
  'line',
  'func',
  'systemname',
  'language',
  'accountcode',
  'priority',
])

/** That there is a recording matters, not where. */
const recordingPath = /^(MIXMONITOR_FILENAME=)\/.*$/m

function trimmed(fields: AmiFields): AmiFields {
  const clean = Object.entries(fields).map(([name, value]): [string, string] => [name, value.replace(recordingPath, '$1x.wav')])
  return Object.fromEntries(
    clean.filter(
      ([name, value]) =>
        !dropped.has(name) &&
        !name.endsWith('language') &&
        !name.endsWith('accountcode') &&
        !name.endsWith('priority') &&
        !/\/(tmp|home|root|work)\//.test(value),
    ),
  )
}

class Recorder {
  readonly events: AmiEvent[] = []
  readonly snapshots: { after: number; snapshot: PbxSnapshot }[] = []
  readonly #connection: AmiConnection
  readonly #startMs: number
  #lastMs = Date.now()

  private constructor(connection: AmiConnection, startMs: number) {
    this.#connection = connection
    this.#startMs = startMs
  }

  static async start(pbx: TestPbx): Promise<Recorder> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const { file } = pbx
    let recorder: Recorder | null = null
    const connection = new AmiConnection({
      clock: systemClock,
      account: { host: file.host, port: file.amiPort, user: file.amiUser, secret: file.amiSecret },
      onConnect: resolve,
      onClose: (error) => reject(error ?? new Error('closed')),
      onEvent: (fields) => recorder?.receive(fields),
    })
    await promise
    await connection.signIn()
    await connection.action({ action: 'Events', eventmask: eventMask })
    recorder = new Recorder(connection, Date.now())
    await recorder.snapshot()
    return recorder
  }

  receive(fields: AmiFields): void {
    // half of all events, and nothing that the others do not say
    if (fields['event'] === 'CEL') return
    this.#lastMs = Date.now()
    this.events.push({ name: fields['event'] ?? '', fields: trimmed(fields), atMs: this.#lastMs - this.#startMs })
  }

  async quiet(): Promise<void> {
    do await delay(quietMs / 4)
    while (Date.now() - this.#lastMs < quietMs)
  }

  async snapshot(): Promise<void> {
    await this.quiet()
    const taken = await takeSnapshot({ connection: this.#connection, clock: systemClock, logger })
    const list = (items: readonly AmiFields[]) =>
      items.map((item) => ({ ...trimmed(item), ...(item['event'] ? { event: item['event'] } : {}) }))
    this.snapshots.push({
      after: this.events.length,
      snapshot: {
        atMs: taken.atMs - this.#startMs,
        channels: list(taken.channels),
        bridges: list(taken.bridges),
        queues: list(taken.queues),
        endpoints: list(taken.endpoints),
      },
    })
  }

  async channel(beginning: string): Promise<string> {
    const { items } = await this.#connection.action({ action: 'Status' }, { list: true })
    const names = items.map((item) => item['channel'] ?? '').filter((name) => name.startsWith(beginning) && !name.endsWith(';2'))
    const [name] = names.sort()
    if (name === undefined) throw new Error(`no channel begins with ${beginning}`)
    return name
  }

  async uniqueid(beginning: string): Promise<string> {
    const { items } = await this.#connection.action({ action: 'Status' }, { list: true })
    const found = items.filter((item) => (item['channel'] ?? '').startsWith(beginning))
    // Names count up.
    const [youngest] = found.sort((a, b) => ((a['channel'] ?? '') > (b['channel'] ?? '') ? -1 : 1))
    return youngest?.['uniqueid'] ?? ''
  }

  action(action: Parameters<AmiConnection['action']>[0]): Promise<unknown> {
    return this.#connection.action(action)
  }

  stop(): void {
    this.#connection.close()
  }
}

async function record(pbx: TestPbx, name: string, scenario: Scenario): Promise<void> {
  const phones = new Map<string, ScriptedPhone>()
  for (const extension of scenario.phones) phones.set(extension, await connect(pbx, extension))
  const recorder = await Recorder.start(pbx)
  try {
    await scenario.run({
      phone(extension) {
        const phone = phones.get(extension)
        if (!phone) throw new Error(`${extension} is not in the scenario`)
        return phone
      },
      connect: (extension) => connect(pbx, extension),
      action: (action) => recorder.action(action),
      channel: (beginning) => recorder.channel(beginning),
      uniqueid: (beginning) => recorder.uniqueid(beginning),
      snapshot: () => recorder.snapshot(),
      carrier: () => {
        const started = carriers[0] ?? Carrier.start({ pbx, name: 'record-carrier' })
        carriers[0] = started
        return started
      },
    })
    await recorder.snapshot()
  } finally {
    recorder.stop()
    for (const phone of phones.values()) {
      await phone.register(0).catch(() => undefined)
      phone.close()
    }
  }
  const lines = (items: readonly unknown[]) => `${items.map((item) => JSON.stringify(item)).join('\n')}\n`
  writeFileSync(join(folder, `${name}.jsonl`), lines(recorder.events))
  writeFileSync(join(folder, `${name}.snapshots.jsonl`), lines(recorder.snapshots))
  console.log(`${name}: ${recorder.events.length} events, ${recorder.snapshots.length} snapshots`)
}

function connect(pbx: TestPbx, extension: string): Promise<ScriptedPhone> {
  const account = pbx.file.extensions.find((entry) => entry.extension === extension)
  if (!account) throw new Error(`the PBX has no ${extension}`)
  return ScriptedPhone.connect({
    socketUrl: pbx.file.socketUrl,
    domain: pbx.file.sipDomain,
    extension,
    password: account.sipPassword,
  })
}

const carriers: Promise<Carrier>[] = []
mkdirSync(folder, { recursive: true })
const wanted = process.argv.slice(2)
const pbx = await startAsterisk({
  name: 'record',
  templates: [join(project, 'resources/pbx/conf'), join(project, 'tests/support/telephony-conf')],
  sounds: join(project, 'resources/pbx/sounds'),
})
try {
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (wanted.length === 0 || wanted.includes(name)) await record(pbx, name, scenario)
  }
} finally {
  for (const carrier of carriers) await (await carrier).stop()
  await pbx.stop()
}
