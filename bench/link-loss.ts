// What a call hears when network, page, computer or PBX fail under it: the product's phone beside SIP.js' own SessionManager.
import { loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import {
  becomeAvailable,
  bothHear,
  type Conversation,
  converse,
  dialOut,
  type Ears,
  gaps,
} from '../tests/support/link-lab/calls.ts'
import { type LabBrowser, LinkLab } from '../tests/support/link-lab/lab.ts'
import {
  freeze,
  newAddress,
  noNetwork,
  nothing,
  type Outage,
  otherKnownLink,
  otherNewLink,
  pageClosed,
  pbxCrash,
  pbxRestart,
  reload,
  silentSocket,
  socketCut,
  udpDead,
} from '../tests/support/link-lab/outages.ts'
import { stockNumber } from '../tests/support/link-lab/pbx-overlay.ts'
import { atMost, type Figure, forReference, percentile } from './figure.ts'

interface Goal {
  readonly p50?: number
  readonly p95?: number
  readonly longest?: number
}

interface Row {
  readonly outage: Outage
  /** The operator has dialled; otherwise the customer has called a queue. */
  readonly dialled?: boolean
  /** One phone at a time: a page that opens takes a whole processor, which each operator's computer has for it. */
  readonly alone?: boolean
  /** ms, for the customer's longest silence: whoever calls must not notice. The operator's stands beside it. */
  readonly goal?: Goal
}

const notHeard = { longest: 40 }
const reloaded = { p50: 400, p95: 800 }
const dialled = (row: Row): Row => ({
  ...row,
  outage: { ...row.outage, name: `dialled call, ${row.outage.name}` },
  dialled: true,
})
/** Those of one phone stand first: the others' phones are opened when their turn comes. */
const rows: readonly Row[] = [
  { outage: reload, alone: true, goal: reloaded },
  dialled({ outage: reload, alone: true, goal: reloaded }),
  // Without a goal: the app starts from nothing, and the customer hears music meanwhile.
  { outage: pageClosed(5), alone: true },
  { outage: nothing },
  { outage: socketCut(2), goal: notHeard },
  { outage: socketCut(10), goal: notHeard },
  { outage: socketCut(30), goal: notHeard },
  { outage: silentSocket, goal: notHeard },
  // Chromium's list of addresses learns of it after 0.5 to 3 s.
  { outage: newAddress, goal: { longest: 4000 } },
  { outage: otherKnownLink, goal: { longest: 1000 } },
  { outage: otherNewLink, goal: { longest: 4000 } },
  { outage: noNetwork(10), goal: { longest: 4000 } },
  { outage: udpDead(10) },
  { outage: udpDead(25) },
  { outage: freeze(20), goal: { longest: 500 } },
  { outage: freeze(50), goal: { longest: 500 } },
  dialled({ outage: otherNewLink, goal: { longest: 4000 } }),
  dialled({ outage: freeze(20), goal: { longest: 500 } }),
]
const pbxRows = [pbxRestart, pbxCrash]

/** How long a phone is waited for before its call counts as lost. */
const lostAfterMs = 15_000
/** The stock phone's last attempt begins 8 s after the loss, but its call is disposed of at once. */
const stockLostAfterMs = 5_000
/** Some recoveries go one-way after 5.3 s: looked at until then. */
const watchedMs = 6000
/** After it a phone takes its registration for one that lasts, as on a day on which the PBX is restarted once: it comes back at once. */
const steadyMs = 6000
/** Between two phones of one round, so that they do not recover in the same moment on the same processors. */
const staggerMs = 1500

interface Sample {
  readonly customerMs: number
  readonly operatorMs: number
  /** How; null: it is not. */
  readonly lost: 'hung up' | 'not heard at the end' | null
}

const heard = (ears: Ears, fromMs: number, limitMs: number): Promise<boolean> =>
  bothHear(ears, fromMs, limitMs).then(
    () => true,
    () => false,
  )

/** One phone through one outage. */
async function measure(lab: LinkLab, ears: Ears, outage: Outage, limitMs = lostAfterMs): Promise<Sample> {
  const struckMs = Date.now()
  await outage.strike(lab, [ears.operator])
  const mendedMs = Date.now()
  if ((await heard(ears, mendedMs, limitMs)) && outage !== nothing) await delay(watchedMs)
  const untilMs = Date.now() - 100
  // An opened page has not been there all the time: what counts for it is from when it could be heard again.
  const fromMs = outage.measured === 'wholeGap' ? struckMs : mendedMs
  // Before the gaps: on a busy machine what the page heard arrives late, which is no silence.
  const alive = await heard(ears, untilMs, 2000)
  const { customer, operator } = await gaps(ears, { fromMs, untilMs })
  return {
    customerMs: customer.ms,
    operatorMs: operator.ms,
    lost: ears.customer.hungUpAtMs !== null ? 'hung up' : alive ? null : 'not heard at the end',
  }
}

/** Of those who could be measured. */
interface Round {
  readonly product: readonly Sample[]
  readonly stock: readonly Sample[]
}

class Bench {
  readonly #lab: LinkLab
  readonly #operators: { readonly person: 'anna' | 'boris' | 'vera'; browser: LabBrowser }[] = []
  readonly #stock: LabBrowser

  private constructor(lab: LinkLab, stock: LabBrowser) {
    this.#lab = lab
    this.#stock = stock
  }

  static async start(lab: LinkLab): Promise<Bench> {
    return new Bench(lab, await lab.addBrowser())
  }

  /** As many operators' phones as are wanted from here on; none goes again. */
  async open(phones: number): Promise<void> {
    for (const person of (['anna', 'boris', 'vera'] as const).slice(this.#operators.length, phones))
      this.#operators.push({ person, browser: await this.#lab.addOperator(person) })
  }

  /** The same outage for every phone, each with a call of its own. `failed` hears of each that could not be measured. */
  async round({ outage, dialled = false }: Row, failed: (why: string) => void): Promise<Round> {
    await this.#ready()
    const conversations = dialled ? await this.#dial() : await this.#talk()
    const told = (who: string) => (error: unknown) => {
      failed(`${who}: ${reason(error)}`)
      return []
    }
    const strike = (who: string, ears: Ears, afterMs: number, limitMs: number): Promise<readonly Sample[]> =>
      delay(afterMs)
        .then(() => measure(this.#lab, ears, outage, limitMs))
        .then((sample) => {
          if (sample.lost !== null) console.error(`!!! ${outage.name}, ${who}: ${sample.lost}`)
          return [sample]
        }, told(who))
    const stock = await this.#stockTalk().then((ears) => [ears], told('stock phone, before the outage'))
    const samples = await Promise.all([
      Promise.all(stock.map((ears) => strike('stock phone', ears, 0, stockLostAfterMs))),
      Promise.all(conversations.map((ears, index) => strike(`phone ${index + 1}`, ears, (index + 1) * staggerMs, lostAfterMs))),
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
    const conversations = await this.#talk()
    const lanes = conversations.map(({ operator }) => operator.seat.lane)
    const gates = [this.#lab.phoneGate, this.#lab.serverGate]
    for (const gate of gates) for (const lane of lanes) gate.refuse(lane)
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

  /** A call for every phone. */
  async #talk(): Promise<Conversation[]> {
    const idle = this.#operators.map(({ browser }) => browser)
    const conversations: Conversation[] = []
    while (idle.length > 0) {
      const conversation = await converse(this.#lab, idle)
      idle.splice(idle.indexOf(conversation.operator), 1)
      conversations.push(conversation)
    }
    return conversations
  }

  /** A call that each operator dials. */
  async #dial(): Promise<Conversation[]> {
    const conversations: Conversation[] = []
    for (const { browser } of this.#operators) conversations.push(await dialOut(this.#lab, browser))
    return conversations
  }

  async #stockTalk(): Promise<Ears> {
    await this.#lab.openStockPhone(this.#stock)
    const customer = await this.#lab.customers.call({ from: '+79169999999', to: stockNumber, toneHz: 620 })
    const ears: Ears = { operator: this.#stock, customer, toneHz: 620 }
    await bothHear(ears, Date.now(), 15_000)
    return ears
  }

  /** The lab mended and every phone without a call, ready for the next; one that does not get there begins anew. */
  async #ready(): Promise<void> {
    await this.#lab.endAll([this.#stock, ...this.#operators.map(({ browser }) => browser)])
    await Promise.all(
      this.#operators.map(async (one) => {
        try {
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

/** The first line of what went wrong. */
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''

/** Rounds of one row. One that fails is told and counted, and the next is tried. */
async function repeat<T>(
  name: string,
  count: number,
  round: (failed: (why: string) => void) => Promise<T>,
): Promise<{ results: T[]; failed: Figure }> {
  const results: T[] = []
  const failed = new Set<number>()
  for (let number = 1; number <= count; number++) {
    const fail = (why: string) => {
      failed.add(number)
      console.error(`!!! ${name}, round ${number} of ${count} failed: ${why}`)
    }
    await round(fail).then(
      (result) => results.push(result),
      (error: unknown) => fail(reason(error)),
    )
  }
  return { results, failed: atMost(`${name}: rounds that failed`, failed.size, `of ${count}`, 0) }
}

/** Lines of one row: each side's silence, calls lost, and the same of the stock phone. */
function figures({ outage, goal = {} }: Row, product: readonly Sample[], stock: readonly Sample[]): Figure[] {
  const what = outage.measured === 'wholeGap' ? 'longest silence' : 'silence after it'
  const line = (name: string, values: readonly number[], p: number, limit: number | undefined) =>
    limit === undefined ? forReference(name, percentile(values, p), 'ms') : atMost(name, percentile(values, p), 'ms', limit)
  const sides: readonly (readonly [string, readonly number[], Goal])[] = [
    ['customer', product.map((one) => one.customerMs), goal],
    ['operator', product.map((one) => one.operatorMs), {}],
  ]
  const lost = (samples: readonly Sample[]) => samples.filter((one) => one.lost !== null).length
  const stockName = `${outage.name}: stock SIP.js SessionManager`
  return [
    ...sides.flatMap(([side, values, { p50, p95, longest }]) => [
      line(`${outage.name}: ${what} for the ${side}, p50 of ${values.length}`, values, 50, p50),
      line(`${outage.name}: the same for the ${side}, p95`, values, 95, p95 ?? longest),
      line(`${outage.name}: the same for the ${side}, longest`, values, 100, undefined),
    ]),
    atMost(`${outage.name}: calls lost`, lost(product), `of ${product.length}`, 0),
    forReference(
      `${stockName}, customer’s silence so far, p50`,
      percentile(
        stock.map((one) => one.customerMs),
        50,
      ),
      'ms',
    ),
    forReference(`${stockName}, calls lost`, lost(stock), `of ${stock.length}`),
  ]
}

/** `--repeat=N` (20), `--rows=REGEXP` (those whose name it matches), `--phones=N` (3: how many at a time where a page need not open). */
export async function* run(options: readonly string[]): AsyncGenerator<Figure> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      repeat: { type: 'string', default: '20' },
      rows: { type: 'string', default: '' },
      phones: { type: 'string', default: '3' },
    },
  })
  const phones = Math.min(3, Math.max(1, Number(values.phones)))
  const repeats = Math.max(1, Number(values.repeat))
  const rounds = Math.ceil(repeats / phones)
  const wanted = (name: string) => new RegExp(values.rows).test(name)
  yield forReference('machine’s load before it', loadavg()[0] ?? 0, 'processes')
  const lab = await LinkLab.start({ name: 'link-loss-bench' })
  try {
    const bench = await Bench.start(lab)
    for (const row of rows.filter(({ outage }) => wanted(outage.name))) {
      await bench.open(row.alone ? 1 : phones)
      const { results, failed } = await repeat(row.outage.name, row.alone ? repeats : rounds, (fail) => bench.round(row, fail))
      const of = (side: keyof Round) => results.flatMap((round) => round[side])
      yield* figures(row, of('product'), of('stock'))
      yield failed
      yield forReference(`${row.outage.name}: machine’s load by its end`, loadavg()[0] ?? 0, 'processes')
    }
    const hungUp = 'customer hangs up during the outage'
    if ([hungUp, ...pbxRows.map(({ name }) => name)].some(wanted)) await bench.open(phones)
    if (wanted(hungUp)) {
      const { results, failed } = await repeat(hungUp, rounds, () => bench.goodbyeRound())
      yield* times(`${hungUp}: known after the return`, results.flat(), 1000)
      yield failed
    }
    for (const outage of pbxRows.filter(({ name }) => wanted(name))) {
      const { results, failed } = await repeat(outage.name, rounds, () => bench.pbxRound(outage))
      yield* times(`${outage.name}: callable again`, results.flat(), 3000)
      yield failed
    }
  } finally {
    await lab.stop()
  }
}

const times = (name: string, valuesMs: readonly number[], goalMs: number): Figure[] => [
  forReference(`${name}, p50 of ${valuesMs.length}`, percentile(valuesMs, 50), 'ms'),
  atMost(`${name}, p95`, percentile(valuesMs, 95), 'ms', goalMs),
]
