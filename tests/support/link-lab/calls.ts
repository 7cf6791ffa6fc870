import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '../people.ts'
import type { CustomerCall } from './customers.ts'
import type { LabBrowser, LinkLab } from './lab.ts'
import { allHear, type Listener } from './listeners.ts'
import { outsideExtension } from './pbx-overlay.ts'
import { operatorToneHz, tone } from './tones.ts'

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

/** A call of the queue for each operator, in whichever order it offers them. */
export async function talkAll(lab: LinkLab, operators: readonly LabBrowser[]): Promise<Conversation[]> {
  const idle = [...operators]
  const conversations: Conversation[] = []
  while (idle.length > 0) {
    const conversation = await converse(lab, idle)
    idle.splice(idle.indexOf(conversation.operator), 1)
    conversations.push(conversation)
  }
  return conversations
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

/** Each side, which should hear the other. */
export const talkersOf = ({ operator, customer, toneHz }: Ears): readonly [customer: Listener, operator: Listener] => [
  { who: 'customer', ear: customer, sound: tone(operatorToneHz) },
  { who: 'operator', ear: operator.ear, sound: tone(toneHz) },
]

/** Resolves when both have heard each other after this moment. */
export const bothHear = (ears: Ears, fromMs: number, limitMs: number): Promise<void> => allHear(talkersOf(ears), fromMs, limitMs)
