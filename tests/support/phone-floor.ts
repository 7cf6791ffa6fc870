import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { ApiClient } from '../../server/contract/index.ts'
import type { CarrierCall } from './carrier.ts'
import { type OperatorName, OperatorPhone } from './operator-phone.ts'
import { Stand } from './stand.ts'
import { type Heard, heardIn, nextOf, type Voice, voices, writeTone } from './tones.ts'

const names = ['anna', 'boris', 'vera'] as const satisfies readonly OperatorName[]
type FloorName = (typeof names)[number]
type CustomerVoice = Exclude<Voice, OperatorName | 'music'>

/** A customer on the line, whose tone is `voice`. */
export interface Customer {
  readonly call: CarrierCall
  readonly number: string
  readonly voice: CustomerVoice
  /** What the customer hears from now on, for `ms`. */
  hears(ms?: number): Promise<Heard>
}

/** A customer calls a queue, 701 unless another is given. */
export async function callQueue(
  stand: Stand,
  voice: CustomerVoice,
  options: { number: string; queue?: string; name?: string },
): Promise<Customer> {
  const play = join(stand.dataFolder, `${voice}.wav`)
  writeTone(play, voices[voice], 8000)
  const call = await stand.carrier.call({
    from: options.number,
    to: `+74950000${options.queue ?? '701'}`,
    play,
    followed: true,
    ...(options.name !== undefined && { fromName: options.name }),
  })
  const ear = stand.carrier.ear(call)
  return {
    call,
    number: options.number,
    voice,
    hears: async (ms = 1000) => {
      const { samples, sampleRate } = await nextOf(ear, ms)
      return heardIn(samples, sampleRate)
    },
  }
}

/** The stand with three operators at their browsers; each person on it speaks with a tone of their own. */
export class PhoneFloor {
  readonly stand: Stand
  readonly anna: OperatorPhone
  readonly boris: OperatorPhone
  readonly vera: OperatorPhone
  readonly #apis: Readonly<Record<FloorName, ApiClient>>
  #calls = 0

  private constructor(stand: Stand, phones: Record<FloorName, OperatorPhone>, apis: Record<FloorName, ApiClient>) {
    this.stand = stand
    this.anna = phones.anna
    this.boris = phones.boris
    this.vera = phones.vera
    this.#apis = apis
  }

  static async start(name: string, env: Readonly<Record<string, string>> = {}): Promise<PhoneFloor> {
    const stand = await Stand.start({ name, env })
    // One after the other: three browsers starting at once keep two cores from everything else.
    const anna = await OperatorPhone.start(stand.url, 'anna')
    const boris = await OperatorPhone.start(stand.url, 'boris')
    const vera = await OperatorPhone.start(stand.url, 'vera')
    const apis = { anna: await stand.api('anna'), boris: await stand.api('boris'), vera: await stand.api('vera') }
    return new PhoneFloor(stand, { anna, boris, vera }, apis)
  }

  api(name: FloorName): ApiClient {
    return this.#apis[name]
  }

  /** Only these take calls of the queues. */
  async available(...free: readonly OperatorName[]): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        const paused = !free.includes(name)
        await this.#apis[name].setOwnStatus({ body: { paused, reason: paused ? 'lunch' : null } })
        await expect(this[name].at('own-status')).toHaveAttribute('data-status', paused ? /paused|onCall/ : /available|onCall/)
      }),
    )
  }

  /** A customer calls a queue. */
  async customer(voice: CustomerVoice, options: { queue?: string; name?: string } = {}): Promise<Customer> {
    this.#calls += 1
    return callQueue(this.stand, voice, { number: `+7916000${String(1000 + this.#calls)}`, ...options })
  }

  /** A customer who talks to this operator already. */
  async talking(operator: OperatorPhone, voice: CustomerVoice): Promise<Customer> {
    await this.available(operator.name)
    const customer = await this.customer(voice)
    await expect(operator.at('answer')).toBeVisible()
    await operator.page.keyboard.press('F2')
    await operator.expectPhase('active')
    expect(await customer.call.answered).toBe(true)
    return customer
  }

  /** Everybody hangs up and finishes the wrap-up. */
  async tidy(...customers: readonly Customer[]): Promise<void> {
    for (const { call } of customers) await this.stand.carrier.hangUp(call)
    await Promise.all(names.map((name) => this[name].tidy()))
  }

  async stop(): Promise<void> {
    await Promise.all(names.map((name) => this[name].close()))
    await this.stand.stop()
  }
}

/** A floor for the tests of a file; each test leaves it tidy to the next. */
export function phoneFloorForTests(name: string): {
  readonly floor: () => PhoneFloor
  /** A customer who talks to this operator already, until the test ends. */
  readonly talking: PhoneFloor['talking']
} {
  let floor: PhoneFloor | null = null
  const customers: Customer[] = []
  const there = (): PhoneFloor => {
    if (floor === null) throw new Error('the floor is not open')
    return floor
  }
  test.beforeAll(async () => {
    test.setTimeout(240_000)
    floor = await PhoneFloor.start(name)
  })
  test.afterEach(() => floor?.tidy(...customers.splice(0)))
  test.afterAll(() => floor?.stop())
  return {
    floor: there,
    talking: async (operator, voice) => {
      const customer = await there().talking(operator, voice)
      customers.push(customer)
      return customer
    },
  }
}
