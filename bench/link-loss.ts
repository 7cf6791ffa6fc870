// What a call hears when network, page, computer or PBX fail under it: the product's phone beside SIP.js' own SessionManager.
import { loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import {
  becomeAvailable,
  bothHear,
  type Conversation,
  converse,
  type Ears,
  gaps,
  heardAgain,
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

interface Row {
  readonly outage: Outage
  /** ms, for either side's longest silence. */
  readonly goal?: { readonly p50?: number; readonly p95?: number; readonly longest?: number }
}

const notHeard = { longest: 40 }
const rows: readonly Row[] = [
  { outage: nothing },
  { outage: socketCut(2), goal: notHeard },
  { outage: socketCut(10), goal: notHeard },
  { outage: socketCut(30), goal: notHeard },
  { outage: silentSocket, goal: notHeard },
  { outage: reload, goal: { p50: 400, p95: 800 } },
  { outage: pageClosed(5), goal: { p50: 400, p95: 800 } },
  { outage: newAddress, goal: { longest: 1000 } },
  { outage: otherKnownLink, goal: { longest: 1000 } },
  { outage: otherNewLink, goal: { longest: 4000 } },
  { outage: noNetwork(10), goal: { longest: 4000 } },
  { outage: udpDead(10) },
  { outage: udpDead(25) },
  { outage: freeze(20), goal: { longest: 500 } },
  { outage: freeze(50), goal: { longest: 500 } },
]
const pbxRows = [pbxRestart, pbxCrash]

/** How long a phone is waited for before its call counts as lost. */
const lostAfterMs = 15_000
/** The stock phone's last attempt begins 8 s after the loss, but its call is disposed of at once. */
const stockLostAfterMs = 5_000
/** Some recoveries go one-way after 5.3 s: looked at until then. */
const watchedMs = 6000
/** Between two phones of one round, so that they do not recover in the same moment on the same processors. */
const staggerMs = 1500

interface Sample {
  readonly customerMs: number
  readonly operatorMs: number
  readonly lost: boolean
}

/** One phone through one outage. */
async function measure(lab: LinkLab, ears: Ears, outage: Outage, limitMs = lostAfterMs): Promise<Sample> {
  const struckMs = Date.now()
  await outage.strike(lab, [ears.operator])
  const mendedMs = Date.now()
  const back = await bothHear(ears, mendedMs, limitMs).then(
    () => true,
    () => false,
  )
  if (back && outage !== nothing) await delay(watchedMs)
  const untilMs = Date.now() - 100
  // An opened page has not been there all the time: what counts for it is from when it could be heard again.
  const fromMs = outage.measured === 'wholeGap' ? struckMs : mendedMs
  const { customer, operator } = await gaps(ears, { fromMs, untilMs })
  const after = await heardAgain(ears, untilMs - 1000)
  const lost = ears.customer.hungUpAtMs !== null || after.customerMs === null || after.operatorMs === null
  return { customerMs: customer.ms, operatorMs: operator.ms, lost }
}

class Bench {
  readonly #lab: LinkLab
  readonly #operators: { readonly person: 'anna' | 'boris' | 'vera'; browser: LabBrowser }[] = []
  readonly #stock: LabBrowser

  private constructor(lab: LinkLab, stock: LabBrowser) {
    this.#lab = lab
    this.#stock = stock
  }

  static async start(lab: LinkLab, phones: number): Promise<Bench> {
    const bench = new Bench(lab, await lab.addStockPhone())
    for (const person of (['anna', 'boris', 'vera'] as const).slice(0, phones))
      bench.#operators.push({ person, browser: await lab.addOperator(person) })
    return bench
  }

  /** The same outage for every phone, each with a call of its own. */
  async round(outage: Outage): Promise<{ product: Sample[]; stock: Sample }> {
    await this.#lab.openStockPhone(this.#stock)
    const idle = this.#operators.map(({ browser }) => browser)
    const conversations: Conversation[] = []
    for (const _ of this.#operators) {
      const conversation = await converse(this.#lab, idle)
      idle.splice(idle.indexOf(conversation.operator), 1)
      conversations.push(conversation)
    }
    const stockCall = await this.#lab.customers.call({ from: '+79169999999', to: stockNumber, toneHz: 620 })
    const stockEars: Ears = { operator: this.#stock, customer: stockCall, toneHz: 620 }
    await bothHear(stockEars, Date.now(), 15_000)

    const [stock, ...product] = await Promise.all(
      [stockEars, ...conversations].map(async (ears, index) => {
        await delay(index * staggerMs)
        return measure(this.#lab, ears, outage, ears === stockEars ? stockLostAfterMs : lostAfterMs)
      }),
    )
    stockCall.hangUp()
    this.#stock.seat.restore()
    for (const { customer } of conversations) customer.hangUp()
    await this.#ready()
    if (!stock) throw new Error('the stock phone was not measured')
    return { product, stock }
  }

  /** Every phone without a call and ready for the next; one that does not get there begins anew. */
  async #ready(): Promise<void> {
    for (const one of this.#operators) {
      one.browser.seat.restore()
      try {
        await becomeAvailable(one.browser)
      } catch {
        await this.#lab.leave(one.browser)
        one.browser = await this.#lab.addOperator(one.person, one.browser.seat)
        await becomeAvailable(one.browser)
      }
    }
  }

  /** From the PBX's end until each of its phones can be called again. */
  async pbxRound(outage: Outage): Promise<number[]> {
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

  /** The customer hangs up while nothing reaches this phone: how long after the network's return it knows. */
  async goodbyeRound(): Promise<number> {
    const [one] = this.#operators
    if (!one) throw new Error('no operator')
    const { customer, operator } = await converse(this.#lab, [one.browser])
    const { lane } = operator.seat
    this.#lab.phoneGate.refuse(lane)
    this.#lab.serverGate.refuse(lane)
    await delay(1000)
    customer.hangUp()
    await delay(2000)
    const over = operator.page.locator('[data-testid=card][data-state=wrapUp]').waitFor({ timeout: lostAfterMs })
    this.#lab.phoneGate.pass(lane)
    this.#lab.serverGate.pass(lane)
    const mendedMs = Date.now()
    await over.catch(() => undefined)
    const knownMs = Date.now() - mendedMs
    await this.#ready()
    return knownMs
  }
}

/** Lines of one row: each side's silence, calls lost, and the same of the stock phone. */
function figures({ outage, goal = {} }: Row, product: readonly Sample[], stock: readonly Sample[]): Figure[] {
  const what = outage.measured === 'wholeGap' ? 'longest silence' : 'silence after it'
  const line = (name: string, values: readonly number[], p: number, limit: number | undefined) =>
    limit === undefined ? forReference(name, percentile(values, p), 'ms') : atMost(name, percentile(values, p), 'ms', limit)
  const sides = [
    ['customer', product.map((one) => one.customerMs)],
    ['operator', product.map((one) => one.operatorMs)],
  ] as const
  const lost = (samples: readonly Sample[]) => samples.filter((one) => one.lost).length
  const stockName = `${outage.name}: stock SIP.js SessionManager`
  return [
    ...sides.flatMap(([side, values]) => [
      line(`${outage.name}: ${what} for the ${side}, p50 of ${values.length}`, values, 50, goal.p50),
      line(`${outage.name}: the same for the ${side}, p95`, values, 95, goal.p95 ?? goal.longest),
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

/** `--repeat=N` (20), `--rows=TEXT` (those whose name contains it), `--phones=N` (3: how many at a time). */
export async function run(options: readonly string[]): Promise<Figure[]> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      repeat: { type: 'string', default: '20' },
      rows: { type: 'string', default: '' },
      phones: { type: 'string', default: '3' },
    },
  })
  const repeat = Math.max(1, Number(values.repeat))
  const phones = Math.min(3, Math.max(1, Number(values.phones)))
  const rounds = Math.ceil(repeat / phones)
  const wanted = (name: string) => name.includes(values.rows)
  const load = loadavg()[0] ?? 0
  const lab = await LinkLab.start({ name: 'link-loss-bench' })
  const found: Figure[] = [forReference('machine’s load before it', load, 'processes')]
  const show = (more: readonly Figure[]) => {
    found.push(...more)
    for (const one of more) console.error(`  ${one.name}: ${one.value} ${one.unit}`)
  }
  try {
    const bench = await Bench.start(lab, phones)
    for (const row of rows.filter(({ outage }) => wanted(outage.name))) {
      const product: Sample[] = []
      const stock: Sample[] = []
      for (let round = 0; round < rounds; round++) {
        const samples = await bench.round(row.outage)
        product.push(...samples.product)
        stock.push(samples.stock)
      }
      show(figures(row, product, stock))
    }
    const hungUp = 'customer hangs up during the outage: known after the return'
    if (wanted(hungUp)) {
      const knownMs: number[] = []
      for (let round = 0; round < repeat; round++) knownMs.push(await bench.goodbyeRound())
      show([
        forReference(`${hungUp}, p50 of ${repeat}`, percentile(knownMs, 50), 'ms'),
        atMost(`${hungUp}, p95`, percentile(knownMs, 95), 'ms', 1000),
      ])
    }
    for (const outage of pbxRows.filter(({ name }) => wanted(name))) {
      const backMs: number[] = []
      for (let round = 0; round < rounds; round++) backMs.push(...(await bench.pbxRound(outage)))
      show([
        forReference(`${outage.name}: callable again, p50 of ${backMs.length}`, percentile(backMs, 50), 'ms'),
        atMost(`${outage.name}: callable again, p95`, percentile(backMs, 95), 'ms', 3000),
      ])
    }
    return found
  } finally {
    await lab.stop()
  }
}
