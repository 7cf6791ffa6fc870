import { expect } from '../people.ts'
import { bothHear, type Conversation, dialOut, type Ears, talkAll, talkersOf } from './calls.ts'
import type { CustomerCall } from './customers.ts'
import type { LabBrowser, LinkLab } from './lab.ts'
import { allHear, type Listener } from './listeners.ts'
import { directNumbers, outsideExtension } from './pbx-overlay.ts'
import { music, tone } from './tones.ts'

/** How long a call takes to be as it should, at most. */
const limitMs = 15_000
/** Whom a second call of an operator is with. */
const secondToneHz = 620

const waits = (customer: CustomerCall): Listener => ({ who: 'waiting customer', ear: customer, sound: music })

/** The customer waits and is entertained. */
export const hearsMusic = (customer: CustomerCall, fromMs: number, withinMs = limitMs): Promise<void> =>
  allHear([waits(customer)], fromMs, withinMs)

/** Those of two customers who hear each other. */
const neighbours = (one: Ears, other: Ears): readonly Listener[] => [
  { who: 'first customer, of the second', ear: one.customer, sound: tone(other.toneHz) },
  { who: 'second customer, of the first', ear: other.customer, sound: tone(one.toneHz) },
]

export const hearEachOther = (one: Ears, other: Ears): Promise<void> => allHear(neighbours(one, other), Date.now(), limitMs)

/** The operator holds the call. */
export async function hold({ operator, customer }: Ears): Promise<void> {
  await operator.page.getByTestId('hold').click()
  await expect(operator.page.getByTestId('line-phase')).toHaveAttribute('data-value', 'held')
  await hearsMusic(customer, Date.now())
}

/** A second customer, whom an operator in a call answers: the first one waits. */
export async function answerSecond(lab: LinkLab, operator: LabBrowser): Promise<Ears> {
  if (operator.person === null) throw new Error('nobody is signed in there')
  const { number } = directNumbers[operator.person]
  const calling = lab.customers.call({ from: '+79160000077', to: number, toneHz: secondToneHz })
  await operator.page.getByTestId('answer-other').click()
  const second: Ears = { operator, customer: await calling, toneHz: secondToneHz }
  await bothHear(second, Date.now(), limitMs)
  return second
}

/** The operator asks somebody outside about the call, before they are given it. */
export async function consult(lab: LinkLab, operator: LabBrowser): Promise<Ears> {
  const { page } = operator
  const answering = lab.customers.expectCall(secondToneHz)
  await page.getByTestId('transfer').click()
  await page.getByTestId('transfer-number').fill(outsideExtension)
  await page.getByTestId('transfer-ask').click()
  const asked: Ears = { operator, customer: await answering, toneHz: secondToneHz }
  await bothHear(asked, Date.now(), limitMs)
  return asked
}

/** The operator makes a conference of the two calls. */
export async function merge(first: Ears, second: Ears): Promise<void> {
  await first.operator.page.getByTestId('merge').click()
  await hearEachOther(first, second)
  await bothHear(first, Date.now(), limitMs)
}

/** What is going on at an operator's phone: whose calls, and who should hear what all the time. */
export interface Scene {
  readonly operator: LabBrowser
  readonly customers: readonly CustomerCall[]
  readonly listeners: readonly Listener[]
}

/** One kind of call. The operators get theirs one after the other: the lab's outside answers in the order of the calls. */
export type Setting = (lab: LinkLab, operators: readonly LabBrowser[]) => Promise<readonly Scene[]>

export const sceneOf = (ears: Ears): Scene => ({
  operator: ears.operator,
  customers: [ears.customer],
  listeners: talkersOf(ears),
})

/** Talks of the queue that become something else. */
const grownFrom =
  (grow: (lab: LinkLab, talk: Conversation) => Promise<Scene>): Setting =>
  async (lab, operators) => {
    const scenes: Scene[] = []
    for (const talk of await talkAll(lab, operators)) scenes.push(await grow(lab, talk))
    return scenes
  }

const twoCustomers = (first: Ears, second: Ears, listeners: readonly Listener[]): Scene => ({
  operator: first.operator,
  customers: [first.customer, second.customer],
  listeners,
})

export const talk: Setting = grownFrom(async (_, conversation) => sceneOf(conversation))

export const dialled: Setting = async (lab, operators) => {
  const scenes: Scene[] = []
  for (const operator of operators) scenes.push(sceneOf(await dialOut(lab, operator)))
  return scenes
}

export const held: Setting = grownFrom(async (_, conversation) => {
  await hold(conversation)
  const { operator, customer } = conversation
  return { operator, customers: [customer], listeners: [waits(customer)] }
})

export const twoCalls: Setting = grownFrom(async (lab, first) => {
  const second = await answerSecond(lab, first.operator)
  await hearsMusic(first.customer, Date.now())
  return twoCustomers(first, second, [...talkersOf(second), waits(first.customer)])
})

export const consultation: Setting = grownFrom(async (lab, first) => {
  const asked = await consult(lab, first.operator)
  await hearsMusic(first.customer, Date.now())
  const [colleague, operator] = talkersOf(asked)
  return twoCustomers(first, asked, [{ ...colleague, who: 'one who is asked' }, operator, waits(first.customer)])
})

export const conference: Setting = grownFrom(async (lab, first) => {
  const second = await answerSecond(lab, first.operator)
  await merge(first, second)
  const [one, operator] = talkersOf(first)
  const [other] = talkersOf(second)
  return twoCustomers(first, second, [
    one,
    { ...other, who: 'second customer' },
    operator,
    { ...operator, who: 'operator, of the second customer', sound: tone(second.toneHz) },
    ...neighbours(first, second),
  ])
})
