import { setTimeout as delay } from 'node:timers/promises'
import { becomeAvailable, bothHear, type Ears, talkAll } from '../../tests/support/link-lab/calls.ts'
import type { LabBrowser, LinkLab } from '../../tests/support/link-lab/lab.ts'
import { allHear, deafOf, silenceOf } from '../../tests/support/link-lab/listeners.ts'
import { nothing, type Outage } from '../../tests/support/link-lab/outages.ts'
import { stockNumber } from '../../tests/support/link-lab/pbx-overlay.ts'
import { type Scene, sceneOf } from '../../tests/support/link-lab/scenes.ts'
import type { Row } from './outage-rows.ts'

/** How long a phone is waited for before its call counts as lost. */
const lostAfterMs = 15_000
/** The stock phone's last attempt begins 8 s after the loss, but its call is disposed of at once. */
const stockLostAfterMs = 5_000
/** Some recoveries go one-way after 5.3 s: looked at until then. */
const watchedMs = 6000
/** How soon it is sure that all is heard at the end. */
const stillHeardMs = 2000
/** After it a phone takes its registration for one that lasts, as on a day on which the PBX is restarted once: it comes back at once. */
const steadyMs = 6000
/** Between two phones of one round, so that they do not recover in the same moment on the same processors. */
const staggerMs = 1500

/** The first line of what went wrong. */
export const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''

export interface Sample {
  /** ms, by who should have heard something. */
  readonly silences: ReadonlyMap<string, number>
  /** How; null: it is not. */
  readonly lost: string | null
}

const heard = ({ listeners }: Scene, fromMs: number, limitMs: number): Promise<boolean> =>
  allHear(listeners, fromMs, limitMs).then(
    () => true,
    () => false,
  )

/** One phone through one outage. */
async function measure(lab: LinkLab, scene: Scene, outage: Outage, limitMs = lostAfterMs): Promise<Sample> {
  const struckMs = Date.now()
  await outage.strike(lab, [scene.operator])
  const mendedMs = Date.now()
  if ((await heard(scene, mendedMs, limitMs)) && outage !== nothing) await delay(watchedMs)
  const untilMs = Date.now() - 100
  // An opened page has not been there all the time: what counts for it is from when it could be heard again.
  const fromMs = outage.measured === 'wholeGap' ? struckMs : mendedMs
  // Before the gaps: on a busy machine what the page heard arrives late, which is no silence.
  await heard(scene, untilMs, stillHeardMs)
  const deaf = await deafOf(scene.listeners, untilMs)
  const silences = new Map<string, number>()
  for (const one of scene.listeners) silences.set(one.who, (await silenceOf(one, { fromMs, untilMs })).ms)
  const hungUp = scene.customers.some(({ hungUpAtMs }) => hungUpAtMs !== null)
  return { silences, lost: hungUp ? 'hung up' : deaf.length > 0 ? `at the end nothing is heard by the ${deaf.join(', ')}` : null }
}

/** Of those who could be measured. */
export interface Round {
  readonly product: readonly Sample[]
  readonly stock: readonly Sample[]
}

/** Phones in a lab, which go through one round after the other. */
export class OutageBench {
  readonly #lab: LinkLab
  readonly #operators: { readonly person: 'anna' | 'boris' | 'vera'; browser: LabBrowser }[] = []
  #stock: LabBrowser | null = null
  /** What the pages show after a call that did not come about is anybody's guess. */
  #pagesAreSpoilt = false

  constructor(lab: LinkLab) {
    this.#lab = lab
  }

  /** As many operators' phones as are wanted from here on; none goes again. */
  async open(phones: number): Promise<void> {
    for (const person of (['anna', 'boris', 'vera'] as const).slice(this.#operators.length, phones))
      this.#operators.push({ person, browser: await this.#lab.addOperator(person) })
  }

  /** The same outage for every phone, each with a call of its own. `failed` hears of each that could not be measured. */
  async round({ name, outage, setting, stock = false }: Row, failed: (why: string) => void): Promise<Round> {
    await this.#ready()
    this.#pagesAreSpoilt = true
    const scenes = await setting(this.#lab, this.#browsers)
    this.#pagesAreSpoilt = false
    const told = (who: string) => (error: unknown) => {
      failed(`${who}: ${reason(error)}`)
      return []
    }
    const strike = (who: string, scene: Scene, afterMs: number, limitMs: number): Promise<readonly Sample[]> =>
      delay(afterMs)
        .then(() => measure(this.#lab, scene, outage, limitMs))
        .then((sample) => {
          if (sample.lost !== null) console.error(`!!! ${name}, ${who}: ${sample.lost}`)
          return [sample]
        }, told(who))
    const beside = stock ? await this.#stockTalk().then((ears) => [sceneOf(ears)], told('stock phone, before the outage')) : []
    const samples = await Promise.all([
      Promise.all(beside.map((scene) => strike('stock phone', scene, 0, stockLostAfterMs))),
      Promise.all(scenes.map((scene, index) => strike(`phone ${index + 1}`, scene, (index + 1) * staggerMs, lostAfterMs))),
    ])
    return { stock: samples[0].flat(), product: samples[1].flat() }
  }

  /** From the PBX's end until each of its phones can be called again. */
  async pbxRound(outage: Outage): Promise<number[]> {
    await this.#ready()
    await delay(steadyMs)
    const struckMs = Date.now()
    await outage.strike(this.#lab, [])
    return Promise.all(
      ['1001', '1002', '1003'].slice(0, this.#operators.length).map(async (extension) => {
        while (Date.now() - struckMs < lostAfterMs) {
          if ((await this.#lab.pbx.pbx.cli('pjsip show contacts')).includes(`${extension}/`)) break
          await delay(50)
        }
        return Date.now() - struckMs
      }),
    )
  }

  /** The customers hang up while nothing reaches their phones: how long after the network's return each knows. */
  async goodbyeRound(): Promise<number[]> {
    await this.#ready()
    const conversations = await talkAll(this.#lab, this.#browsers)
    const lanes = conversations.map(({ operator }) => operator.seat.lane)
    const gates = [this.#lab.phoneGate, this.#lab.serverGate]
    for (const gate of gates) for (const lane of lanes) gate.refuse(lane)
    // The outage lasts 3 s whatever happens; the customers go in the middle of it.
    await delay(1000)
    for (const { customer } of conversations) customer.hangUp()
    await delay(2000)
    const known = conversations.map(({ operator }) =>
      operator.page
        .locator('[data-testid=card][data-state=wrapUp]')
        .waitFor({ timeout: lostAfterMs })
        .catch(() => undefined)
        .then(() => Date.now()),
    )
    for (const gate of gates) for (const lane of lanes) gate.pass(lane)
    const mendedMs = Date.now()
    return (await Promise.all(known)).map((knownMs) => knownMs - mendedMs)
  }

  get #browsers(): readonly LabBrowser[] {
    return this.#operators.map(({ browser }) => browser)
  }

  async #stockTalk(): Promise<Ears> {
    this.#stock ??= await this.#lab.addBrowser()
    await this.#lab.openStockPhone(this.#stock)
    const customer = await this.#lab.customers.call({ from: '+79169999999', to: stockNumber, toneHz: 620 })
    const ears: Ears = { operator: this.#stock, customer, toneHz: 620 }
    await bothHear(ears, Date.now(), 15_000)
    return ears
  }

  /** The lab mended and every phone without a call, ready for the next; one that does not get there begins anew. */
  async #ready(): Promise<void> {
    await this.#lab.endAll([...(this.#stock === null ? [] : [this.#stock]), ...this.#browsers])
    await Promise.all(
      this.#operators.map(async (one) => {
        try {
          if (this.#pagesAreSpoilt) await one.browser.page.reload()
          await becomeAvailable(one.browser)
        } catch {
          await this.#lab.leave(one.browser)
          one.browser = await this.#lab.addOperator(one.person, one.browser.seat)
          await becomeAvailable(one.browser)
        }
      }),
    )
  }
}
