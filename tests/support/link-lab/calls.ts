import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '../people.ts'
import type { CustomerCall } from './customers.ts'
import type { LabBrowser, LinkLab } from './lab.ts'
import { outsideExtension } from './pbx-overlay.ts'
import { type Gap, heardAgainMs, longestGap, operatorToneHz } from './tones.ts'

/** Two who speak with each other. */
export interface Ears {
  readonly operator: LabBrowser
  readonly customer: CustomerCall
  /** What the customer says. */
  readonly toneHz: number
}

/** A customer in conversation with an operator of the product. */
export interface Conversation extends Ears {
  /** The operator's card of it. */
  readonly cardId: string
  /** Uniqueid of the customer's channel. */
  readonly channelId: string
}

let nextCaller = 1

/** Ends what is left of the last call, its wrap-up, until the operator can be called. */
export async function becomeAvailable({ page }: LabBrowser): Promise<void> {
  await expect(async () => {
    const save = page.getByTestId('card-save')
    if (await save.isVisible()) await save.click()
    await expect(page.getByTestId('own-status')).toHaveAttribute('data-status', 'available', { timeout: 1000 })
    await expect(page.getByTestId('phone-state')).toHaveAttribute('data-value', 'registered', { timeout: 1000 })
  }).toPass({ timeout: 20_000 })
}

/** Whoever's phone rings answers. No click is left waiting at the others: it would answer their next call. */
async function answer(operators: readonly LabBrowser[], limitMs: number): Promise<LabBrowser> {
  for (const untilMs = Date.now() + limitMs; Date.now() < untilMs; await delay(50)) {
    for (const one of operators) {
      const button = one.page.getByTestId('card-answer')
      if (!(await button.isVisible())) continue
      const clicked = await button.click({ timeout: 2000 }).then(
        () => true,
        () => false,
      )
      if (clicked) return one
    }
  }
  throw new Error(`nobody’s phone rang in ${limitMs / 1000} s`)
}

/** A customer calls the sales queue and one of these operators answers; resolves when each hears the other. */
export async function converse(lab: LinkLab, operators: readonly LabBrowser[], toneHz: number = 440): Promise<Conversation> {
  const from = `+7916${`${nextCaller++}`.padStart(7, '0')}`
  const [customer, operator] = await Promise.all([
    lab.customers.call({ from, to: '+74950000701', toneHz }),
    answer(operators, 30_000),
  ])
  return begun(lab, { operator, customer, toneHz })
}

/** The operator dials somebody outside, who answers; resolves when each hears the other. */
export async function dialOut(lab: LinkLab, operator: LabBrowser, toneHz: number = 440): Promise<Conversation> {
  await operator.page.getByTestId('open-dial').click()
  const number = operator.page.getByTestId('dial-number')
  await number.fill(outsideExtension)
  await expect(operator.page.getByTestId('dial')).toBeEnabled()
  const answering = lab.customers.expectCall(toneHz)
  await number.press('Enter')
  return begun(lab, { operator, customer: await answering, toneHz })
}

/** The call of these two, with its card, once each hears the other. */
async function begun(lab: LinkLab, ears: Ears): Promise<Conversation> {
  const card = ears.operator.page.getByTestId('card')
  await expect(card).toHaveAttribute('data-state', 'talking')
  const cardId = (await card.getAttribute('data-card')) ?? ''
  let channelId: string | undefined
  const look = async () => {
    const channels = await lab.channels()
    const leg = channels.find(({ uniqueid }) => cardId.endsWith(`:${uniqueid}`))
    const trunk = channels.find(({ name, bridge }) => bridge !== '' && bridge === leg?.bridge && name.startsWith('PJSIP/trunk'))
    channelId = trunk?.uniqueid
    return channelId
  }
  // The card talks from the answer on; the bridge follows.
  await expect.poll(look, { message: 'the card’s call in Asterisk' }).toBeDefined()
  const conversation = { ...ears, cardId, channelId: channelId ?? '' }
  await bothHear(conversation, Date.now(), 15_000)
  return conversation
}

/** Whom Asterisk has bridged with the customer, by their channels' technology and endpoint; nobody when the customer waits or is gone. */
export async function bridgedWith(lab: LinkLab, { channelId }: Conversation): Promise<string[]> {
  const channels = await lab.channels()
  const own = channels.find(({ uniqueid }) => uniqueid === channelId)
  if (!own || own.bridge === '') return []
  return channels
    .filter(({ name, bridge }) => bridge === own.bridge && name !== own.name)
    .map(({ name }) => name.slice(0, name.lastIndexOf('-')))
    .sort()
}

/** When each side heard the other again after a moment; null for one who did not, or has not yet. */
export async function heardAgain(
  { operator, customer, toneHz }: Ears,
  fromMs: number,
): Promise<{ customerMs: number | null; operatorMs: number | null }> {
  return {
    customerMs: heardAgainMs(await customer.heard(), operatorToneHz, fromMs),
    operatorMs: heardAgainMs(operator.ear.heard(), toneHz, fromMs),
  }
}

/** Resolves when both have heard each other after this moment. */
export async function bothHear(ears: Ears, fromMs: number, limitMs: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const { customerMs, operatorMs } = await heardAgain(ears, fromMs)
        return { customer: customerMs !== null, operator: operatorMs !== null }
      },
      { timeout: limitMs, intervals: [50], message: 'both sides hear each other' },
    )
    .toEqual({ customer: true, operator: true })
}

/** The customer waits and is entertained: sound, and none of the tones of a talk. */
export async function hearsMusic(customer: CustomerCall, fromMs: number, limitMs: number): Promise<void> {
  const slices = async () =>
    (await customer.heard()).filter(({ atMs, sound, tonesHz }) => atMs > fromMs && sound && tonesHz.length === 0)
  await expect.poll(async () => (await slices()).length, { timeout: limitMs }).toBeGreaterThan(20)
}

/** The longest silence of each side. */
export async function gaps(
  { operator, customer, toneHz }: Ears,
  span: { fromMs: number; untilMs: number },
): Promise<{ customer: Gap; operator: Gap }> {
  return {
    customer: longestGap(await customer.heard(), operatorToneHz, span),
    operator: longestGap(operator.ear.heard(), toneHz, span),
  }
}
