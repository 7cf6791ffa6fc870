// Records what Asterisk writes about calls, for the tests of the ledger: node tests/record-ledger.ts [NAME …]
// Each scenario runs on a real Asterisk with its carrier and scripted phones; its CDR, queue_log and CEL rows go into
// tests/fixtures/ledger/NAME.json, moved in time to the same morning. The rows expected there are kept; what they must come to is
// worked out by hand in tests/fixtures/ledger/by-hand.
// Scenarios of a certain night run on an Asterisk with a clock of its own (Debian's faketime, or its library's path in
// CALLSYNC_FAKETIME) and stay in their time; of them the files' own lines are kept, for the sources to read.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parse } from 'csv-parse/sync'
import { pino } from 'pino'
import { systemClock } from '../server/clock.ts'
import { firstServer } from '../server/contract/index.ts'
import { isUsefulCel } from '../server/reports/fold/facts.ts'
import { AmiRecord, amiSourceSettings } from '../server/reports/import/ami-record.ts'
import { celSource } from '../server/reports/sources/index.ts'
import type { CdrRow, CelRow, QueueLogRow } from '../server/reports/sources/source.ts'
import { AmiConnection } from '../server/telephony/ami-connection.ts'
import type { AmiEvent, AmiFields } from '../server/telephony/ami-event.ts'
import { emptyPbxState } from '../server/telephony/pbx-state.ts'
import { Carrier } from './support/carrier.ts'
import { type LedgerScenario, ledgerDialplan, ledgerScenarios } from './support/ledger-scenarios/index.ts'
import { project, startAsterisk, type TestPbx } from './support/pbx.ts'
import { ScriptedPhone } from './support/scripted-phone.ts'

/** Every scenario begins here. */
const morningMs = Date.UTC(2026, 10, 20, 9, 0, 0)
const folder = join(project, 'tests/fixtures/ledger')

const files = (pbx: TestPbx) => ({
  cdr: join(pbx.file.logDir, 'cdr-csv/Master.csv'),
  queueLog: join(pbx.file.logDir, 'queue_log'),
  cel: join(pbx.file.logDir, 'cel-custom/Master.csv'),
})
const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')
const sizes = (pbx: TestPbx) => Object.values(files(pbx)).map((path) => textOf(path).length)

const localMs = (text: string): number => new Date(text.replace(' ', 'T')).getTime()
const csv = (text: string): string[][] => parse(text, { relax_column_count: true, relax_quotes: true })

const cdrRow = (cells: readonly string[]): CdrRow => {
  const [, src, dst, context, callerId, channel, dstChannel, lastApp, lastData, start, answer, end, , talk, disposition] = cells
  const [uniqueId, userField, , linkedId, sequence] = cells.slice(16)
  return {
    uniqueId: uniqueId ?? '',
    linkedId: linkedId ?? null,
    sequence: Number(sequence),
    startMs: localMs(start ?? ''),
    answerMs: answer ? localMs(answer) : null,
    endMs: localMs(end ?? ''),
    talkSec: Number(talk),
    channel: channel ?? '',
    dstChannel: dstChannel ?? '',
    src: src ?? '',
    dst: dst ?? '',
    context: context ?? '',
    lastApp: lastApp ?? '',
    lastData: lastData ?? '',
    disposition: disposition ?? '',
    userField: userField ?? '',
    callerId: callerId ?? '',
    hangupCause: null,
  }
}

const queueLogRow = (line: string): QueueLogRow => {
  const [at, callId = '', queue = '', agent = '', event = '', ...data] = line.split('|')
  return { atMs: Number(at) * 1_000, callId, queue, agent, event, data }
}

const celRow = (cells: readonly string[]): CelRow => {
  const [eventType, at, , , , , channel, , , uniqueId, linkedId, peer, extra] = cells
  return {
    atMs: Math.round(localMs((at ?? '').slice(0, 23))),
    eventType: eventType ?? '',
    uniqueId: uniqueId ?? '',
    linkedId: linkedId ?? '',
    channel: channel ?? '',
    peer: peer ?? '',
    extra: extra ?? '',
  }
}

const bootMs = 30_000
/** Environment of an Asterisk whose clock will say `at` some time after its start, and a wait for that moment. */
function clockOf({ at }: { at: string }) {
  const library = process.env['CALLSYNC_FAKETIME'] || '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'
  if (!existsSync(library)) throw new Error(`no ${library}: apt-get install faketime`)
  const aheadSec = Math.round((Date.parse(at) - bootMs - Date.now()) / 1_000)
  const leftMs = () => Date.parse(at) - aheadSec * 1_000 - Date.now()
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME: `${aheadSec < 0 ? '' : '+'}${aheadSec}`,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    async reached() {
      if (leftMs() < 0) throw new Error('the PBX was not up in time')
      await delay(leftMs())
    },
  }
}

/** All times, those inside unique ids too, moved by whole seconds; no paths of this machine. */
function moved<Row>(rows: readonly Row[], byMs: number): Row[] {
  const text = JSON.stringify(rows)
    .replaceAll(/"(\w+Ms)":(\d+)/g, (_, name: string, ms: string) => `"${name}":${Number(ms) + byMs}`)
    .replaceAll(/(record|callsync-spy)-(\d{10})\.(\d+)/g, (_, by: string, at: string, n: string) => {
      return `${by === 'record' ? 'pbx' : by}-${Number(at) + byMs / 1_000}.${n}`
    })
    .replaceAll(/\/[^",]*\/recordings\//g, '/recordings/')
  return JSON.parse(text) as Row[]
}

async function signIn(pbx: TestPbx, onEvent?: (fields: AmiFields) => void): Promise<AmiConnection> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const { host, amiPort, amiUser, amiSecret } = pbx.file
  const connection = new AmiConnection({
    clock: systemClock,
    account: { host, port: amiPort, user: amiUser, secret: amiSecret },
    onConnect: resolve,
    onClose: (error) => reject(error ?? new Error('closed')),
    onEvent: onEvent ?? (() => undefined),
  })
  await promise
  await connection.signIn()
  if (!onEvent) await connection.action({ action: 'Events', eventmask: 'off' })
  return connection
}

/** What the server keeps of what only AMI tells, from now until it is asked for. */
async function listen(pbx: TestPbx): Promise<() => Promise<readonly CelRow[]>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'callsync-heard-'))
  let hear: (events: readonly AmiEvent[]) => void = () => undefined
  const kept = new AmiRecord({
    dataDir,
    clock: systemClock,
    logger: pino({ level: 'error' }),
    queueLines: () => false,
    telephony: {
      status: () => ({ state: 'up', problem: null, sinceMs: Date.now() }),
      onStatus: () => () => undefined,
      state: () => emptyPbxState,
      onChange: () => () => undefined,
      onEvents: (listener) => {
        hear = (events) => listener(events, firstServer)
        return () => undefined
      },
    },
  })
  kept.start()
  const ami = await signIn(pbx, (fields) => hear([{ name: fields['event'] ?? '', fields, atMs: Date.now() }]))
  return async () => {
    ami.close()
    kept.stop()
    const source = celSource(amiSourceSettings(dataDir).channels, { nowMs: () => Date.now() })
    const { rows } = await source.read(null, 1_000)
    await source.stop()
    rmSync(dataDir, { recursive: true })
    return rows
  }
}

async function phoneOf(pbx: TestPbx, extension: string): Promise<ScriptedPhone> {
  const account = pbx.file.extensions.find((entry) => entry.extension === extension)
  if (!account) throw new Error(`the PBX has no ${extension}`)
  const { socketUrl, sipDomain } = pbx.file
  return ScriptedPhone.connect({ socketUrl, domain: sipDomain, extension, password: account.sipPassword })
}

async function addDialplan(pbx: TestPbx): Promise<void> {
  for (const line of ledgerDialplan) await pbx.pbx.cli(`dialplan add extension ${line} replace`)
}

async function channel(ami: AmiConnection, beginning: string): Promise<string> {
  const { items } = await ami.action({ action: 'Status' }, { list: true })
  const names = items.map((item) => item['channel'] ?? '').filter((name) => name.startsWith(beginning) && !name.endsWith(';2'))
  const [name] = names.sort()
  if (name === undefined) throw new Error(`no channel begins with ${beginning}`)
  return name
}

async function record(
  stage: { pbx: TestPbx; carrier: Carrier; reached?: () => Promise<void> },
  name: string,
  scenario: LedgerScenario,
) {
  const { pbx, carrier } = stage
  let ami = await signIn(pbx)
  const heard = scenario.heard ? await listen(pbx) : async () => []
  const phones = new Map<string, ScriptedPhone>()
  for (const extension of scenario.phones) phones.set(extension, await phoneOf(pbx, extension))
  await stage.reached?.()
  const before = sizes(pbx)
  try {
    await scenario.run({
      phone(extension) {
        const phone = phones.get(extension)
        if (!phone) throw new Error(`${extension} is not in the scenario`)
        return phone
      },
      action: (action) => ami.action(action),
      channel: (beginning) => channel(ami, beginning),
      async uniqueid(name) {
        const { response } = await ami.action({ action: 'Getvar', channel: name, variable: 'UNIQUEID' })
        return response['value'] ?? ''
      },
      carrier,
      async killPbx() {
        ami.close()
        if (pbx.pbx.pid !== null) process.kill(pbx.pbx.pid, 'SIGKILL')
        await new Promise<void>((done) => pbx.pbx.onExit(() => done()))
        await delay(1_000)
        await pbx.pbx.start()
        await addDialplan(pbx)
        ami = await signIn(pbx)
      },
    })
    // the last channels go, and what they leave is written
    for (let quiet = 0, last = ''; quiet < 3; ) {
      await delay(500)
      const now = sizes(pbx).join()
      quiet = now === last ? quiet + 1 : 0
      last = now
    }
  } finally {
    ami.close()
    for (const phone of phones.values()) {
      await phone.register(0).catch(() => undefined)
      phone.close()
    }
  }
  const [cdrText = '', queueText = '', celText = ''] = Object.values(files(pbx)).map((path, n) => textOf(path).slice(before[n]))
  const path = join(folder, `${name}.json`)
  const known = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { expected?: unknown }) : {}
  const filesOf = (timeZone: string) => ({
    cdr: lines(localTo(timeZone, cdrText)),
    queueLog: lines(queueText),
    cel: lines(localTo(timeZone, celText)),
  })
  const recorded = scenario.clock
    ? { clock: scenario.clock, files: filesOf(scenario.clock.timeZone) }
    : { facts: thatMorning({ cdrText, queueText, celText, heard: await heard() }) }
  writeFileSync(path, `${JSON.stringify({ about: scenario.about, ...recorded, expected: known.expected ?? null }, null, 1)}\n`)
  console.log(`${name}: recorded`)
}

/** Asterisk asks /etc/localtime for its zone and nothing else: its readings of this machine's clock, as its zone's clock shows them. */
function localTo(timeZone: string, text: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  return text.replaceAll(/"(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})/g, (_, read: string) => `"${format.format(localMs(read))}`)
}

const lines = (text: string): string[] =>
  text
    .replaceAll(/record-(\d{10}\.\d+)/g, 'pbx-$1')
    .replaceAll(/\/[^",]*\/recordings\//g, '/recordings/')
    .split('\n')
    .filter(Boolean)

function thatMorning(of: { cdrText: string; queueText: string; celText: string; heard: readonly CelRow[] }) {
  const facts = {
    cdr: csv(of.cdrText).map(cdrRow),
    queueLog: of.queueText.split('\n').filter(Boolean).map(queueLogRow),
    cel: [...csv(of.celText).map(celRow).filter(isUsefulCel), ...of.heard],
  }
  const firstMs = Math.min(...facts.cdr.map(({ startMs }) => startMs), ...facts.queueLog.map(({ atMs }) => atMs))
  const byMs = morningMs - firstMs
  return { cdr: moved(facts.cdr, byMs), queueLog: moved(facts.queueLog, byMs), cel: moved(facts.cel, byMs) }
}

async function play(scenarios: readonly [string, LedgerScenario][], clock?: ReturnType<typeof clockOf>): Promise<void> {
  const pbx = await startAsterisk({
    name: 'record',
    templates: [join(project, 'resources/pbx/conf'), join(project, 'tests/support/ledger-conf')],
    sounds: join(project, 'resources/pbx/sounds'),
    ...(clock ? { env: clock.env } : {}),
  })
  try {
    await addDialplan(pbx)
    const carrier = await Carrier.start({ pbx, name: 'record-carrier' })
    try {
      for (const [name, scenario] of scenarios)
        await record({ pbx, carrier, ...(clock ? { reached: clock.reached } : {}) }, name, scenario).catch((error: unknown) =>
          console.error(name, error),
        )
    } finally {
      await carrier.stop()
    }
  } finally {
    await pbx.stop()
  }
}

mkdirSync(folder, { recursive: true })
const names = process.argv.slice(2)
const wanted = Object.entries(ledgerScenarios).filter(([name]) => names.length === 0 || names.includes(name))
const ofThatMorning = wanted.filter(([, { clock }]) => !clock)
if (ofThatMorning.length > 0) await play(ofThatMorning)
for (const [name, scenario] of wanted) if (scenario.clock) await play([[name, scenario]], clockOf(scenario.clock))
