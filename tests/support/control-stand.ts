import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest'
import { createCallControl } from '../../server/call-control/index.ts'
import { FakeUsers } from '../../server/calls/fixture.ts'
import { systemClock } from '../../server/clock.ts'
import { RecordingRules, SurveyedQueues } from '../../server/settings/index.ts'
import { Store } from '../../server/store/index.ts'
import { createTelephony, type OneTelephony, type PbxState } from '../../server/telephony/index.ts'
import { type CustomerCall, Customers } from './link-lab/customers.ts'
import { customerTonesHz, type Heard } from './link-lab/tones.ts'
import { project, startAsterisk, type TestPbx } from './pbx.ts'
import { type PhoneCall, ScriptedPhone } from './scripted-phone.ts'
import { musicOfOneTone } from './tones.ts'

export const [firstHz, secondHz, musicHz] = customerTonesHz

/** A call of somebody outside with an operator's phone. */
interface Talk {
  readonly call: PhoneCall
  readonly outside: CustomerCall
  /** The operator's leg. */
  readonly leg: string
}

/** Call control over a real Asterisk and people outside with a tone of their own each; the operators' phones are silent. */
export class ControlStand {
  readonly pbx: TestPbx
  readonly telephony: OneTelephony
  readonly control: ReturnType<typeof createCallControl>
  readonly customers: Customers
  readonly surveyed: SurveyedQueues
  readonly #store: Store
  readonly #dataDir: string
  readonly #phones: ScriptedPhone[] = []
  readonly #calls: CustomerCall[] = []

  private constructor(parts: { pbx: TestPbx; customers: Customers; store: Store; dataDir: string }) {
    this.pbx = parts.pbx
    this.customers = parts.customers
    this.#store = parts.store
    this.#dataDir = parts.dataDir
    const logger = pino({ level: 'silent' })
    const { db, eventDb } = parts.store
    this.surveyed = new SurveyedQueues({ db, clock: systemClock })
    this.telephony = createTelephony({ clock: systemClock, random: Math.random, logger })
    this.control = createCallControl({
      db,
      eventDb,
      clock: systemClock,
      telephony: this.telephony,
      users: new FakeUsers(),
      recordingRules: new RecordingRules({ db, clock: systemClock }),
      surveyed: this.surveyed,
      queueRights: { mayJoin: () => true, onChange: () => () => undefined },
      random: Math.random,
      logger,
    })
  }

  static async start(name: string): Promise<ControlStand> {
    const dataDir = mkdtempSync(join(tmpdir(), `callsync-${name}-data-`))
    const pbx = await startAsterisk({
      name,
      templates: [
        join(project, 'resources/pbx/conf'),
        join(project, 'tests/support/telephony-conf'),
        musicOfOneTone(dataDir, musicHz),
      ],
      sounds: join(project, 'resources/pbx/sounds'),
    })
    const customers = await Customers.open({ port: pbx.ports.trunk, pbxPort: pbx.ports.sip })
    const store = new Store({ dataDir, clock: systemClock })
    await store.start()
    const stand = new ControlStand({ pbx, customers, store, dataDir })
    stand.control.start()
    const { host, amiPort, amiUser, amiSecret } = pbx.file
    stand.telephony.use({ host, port: amiPort, user: amiUser, secret: amiSecret })
    await stand.until((state) => state.queues.has('701'))
    return stand
  }

  /** Everybody hangs up. */
  async tidy(): Promise<void> {
    for (const call of this.#calls.splice(0)) call.hangUp()
    for (const phone of this.#phones.splice(0)) {
      await phone.register(0).catch(() => undefined)
      phone.close()
    }
    await this.until((state) => state.calls.size === 0)
  }

  async stop(): Promise<void> {
    await this.control.stop()
    await this.telephony.stop()
    await this.customers.close()
    await this.#store.stop()
    await this.pbx.stop()
    rmSync(this.#dataDir, { recursive: true, force: true })
  }

  async until(holds: (state: PbxState) => boolean): Promise<void> {
    if (holds(this.telephony.state())) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const stop = this.telephony.onChange(() => {
      if (holds(this.telephony.state())) resolve()
    })
    await promise
    stop()
  }

  async phoneOf(extension: string): Promise<ScriptedPhone> {
    const password = this.pbx.file.extensions.find((entry) => entry.extension === extension)?.sipPassword ?? ''
    const { socketUrl, sipDomain: domain } = this.pbx.file
    const phone = await ScriptedPhone.connect({ socketUrl, domain, extension, password })
    this.#phones.push(phone)
    await this.until((state) => state.endpoints.get(extension)?.online === true)
    return phone
  }

  /** The phone's socket is gone. */
  vanish(phone: ScriptedPhone): void {
    this.#phones.splice(this.#phones.indexOf(phone), 1)
    phone.close()
  }

  /** Hangs up when the test ends. */
  keep(...calls: readonly CustomerCall[]): void {
    this.#calls.push(...calls)
  }

  /** What callers were asked, the oldest first. */
  surveys() {
    return this.#store.db.selectFrom('call_surveys').selectAll().orderBy('asked_at_ms').execute()
  }

  async customer(toneHz: number, from: string): Promise<CustomerCall> {
    const call = await this.customers.call({ from, to: '+74950000701', toneHz })
    this.keep(call)
    return call
  }

  legOf(extension: string): string {
    const legs = [...this.telephony.state().calls.values()].flatMap((call) => call.legs)
    return legs.find(({ endpoint }) => endpoint === extension)?.uniqueid ?? ''
  }

  /** A customer talks to 1001. */
  async talking(phone: ScriptedPhone, toneHz: number = firstHz): Promise<Talk> {
    const outside = await this.customer(toneHz, '+79160000001')
    const call = await phone.incoming()
    await call.answer()
    const mine = () => [...this.telephony.state().calls.values()].find(({ state }) => state === 'talking')
    await this.until(() => mine() !== undefined)
    await this.bridged(mine()?.id)
    return { call, outside, leg: this.legOf('1001') }
  }

  /** 1001 calls somebody outside, who answers with this tone. */
  async dialled(phone: ScriptedPhone, toneHz: number): Promise<Talk> {
    const answering = this.customers.expectCall(toneHz)
    const call = phone.call('9+79165550002')
    const outside = await answering
    this.keep(outside)
    await call.answered
    const mine = () => [...this.telephony.state().calls.values()].find((each) => each.direction === 'outbound')
    await this.until(() => mine()?.state === 'talking')
    await this.bridged(mine()?.id)
    return { call, outside, leg: mine()?.legs.find(({ endpoint }) => endpoint === '1001')?.uniqueid ?? '' }
  }

  /** The answer comes a moment before the bridge, of which no change tells. */
  async bridged(callId: string | undefined): Promise<void> {
    const count = () =>
      [...this.telephony.channels().values()].filter(({ linkedid, bridge }) => linkedid === callId && bridge !== null).length
    await vi.waitFor(() => expect(count()).toBeGreaterThan(1), { timeout: 5_000 })
  }
}

/** A stand for the tests of a file, where nobody is on the line when one begins. */
export function controlForTests(name: string): () => ControlStand {
  let stand: ControlStand | null = null
  beforeAll(async () => {
    stand = await ControlStand.start(name)
  }, 120_000)
  afterEach(() => stand?.tidy())
  afterAll(() => stand?.stop())
  return () => {
    if (stand === null) throw new Error('the stand is not open')
    return stand
  }
}

export const sinceMs = (heard: readonly Heard[], fromMs: number): readonly Heard[] => heard.filter(({ atMs }) => atMs >= fromMs)

/** What an ear hears from now on, after what is on its way has passed. */
export async function hears(call: CustomerCall): Promise<readonly Heard[]> {
  await delay(300)
  const fromMs = Date.now()
  await delay(1_000)
  return sinceMs(await call.heard(), fromMs)
}
