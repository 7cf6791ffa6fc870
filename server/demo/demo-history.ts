import type { CardFields, User } from '../contract/index.ts'
import { type DemoCustomer, demoCustomers } from './demo-customers.ts'

/** A call of the demo's past with the card of whoever answered; `operator` null: nobody did. */
export interface DemoCall {
  readonly id: string
  readonly customer: DemoCustomer
  readonly operator: User | null
  readonly rangAt: readonly User[]
  readonly direction: 'inbound' | 'outbound'
  readonly queue: string | null
  readonly startedAtMs: number
  readonly ringingAtMs: number
  readonly answeredAtMs: number | null
  readonly endedAtMs: number
  readonly savedAtMs: number
  readonly fields: CardFields
  readonly callBackDoneAtMs: number | null
}

const dayMs = 86_400_000
const days = 21

/** category · queue · result · description · notes. */
const stories: readonly (readonly [string, string, string, string, string])[] = [
  ['new-order', '701', 'order-placed', 'Оформил заказ по каталогу, доставка курьером', 'Просит позвонить за час до приезда'],
  ['new-order', '701', 'order-placed', 'Повторный заказ, состав как в прошлый раз', ''],
  ['new-order', '701', 'thinking', 'Выбирает между двумя моделями, сравнили характеристики', 'Отправить сравнение на почту'],
  ['new-order', '701', 'quote-sent', 'Нужна партия 40 штук, просит счёт на юрлицо', 'Реквизиты получены'],
  ['price-question', '701', 'quote-sent', 'Спрашивал оптовую цену от 20 штук', 'Скидка 7 % согласована'],
  ['price-question', '701', 'thinking', 'Уточнил цену с установкой', ''],
  ['price-question', '701', 'refused', 'Нашёл дешевле в другом месте', 'Разница 900 ₽, предложить при акции'],
  ['delivery', '702', 'resolved', 'Перенести доставку на другой день', 'Перенесли на пятницу, 10–14'],
  ['delivery', '702', 'resolved', 'Курьер не нашёл подъезд, уточнили адрес', 'Домофон не работает, вход со двора'],
  ['order-status', '702', 'resolved', 'Где заказ: собран, передан в доставку', ''],
  ['order-status', '702', 'call-later', 'Заказ задержан на складе, ждём новую дату', 'Обещали дату до конца дня'],
  ['payment', '702', 'resolved', 'Не пришёл чек, отправили повторно', ''],
  ['payment', '702', 'escalated', 'Списали дважды, нужна сверка с банком', 'Передано бухгалтерии, скриншот получен'],
  ['tech-support', '702', 'resolved', 'Не включается после обновления, помог сброс', ''],
  ['tech-support', '702', 'escalated', 'Ошибка E-14 при запуске, простые шаги не помогли', 'Создана заявка мастеру'],
  ['warranty', '702', 'resolved', 'Как сдать по гарантии: объяснили порядок', ''],
  ['warranty', '702', 'call-later', 'Ждёт решения сервиса по возврату', 'Сервис ответит в течение трёх дней'],
  ['complaint', '702', 'escalated', 'Недоволен сроками, просит руководителя', 'Руководитель перезвонит'],
  ['other', '701', 'wrong-number', 'Ошиблись номером', ''],
  ['other', '702', 'resolved', 'Спрашивал часы работы пункта выдачи', ''],
]

const callBackReasons = [
  'Уточнить дату поставки и сообщить клиенту',
  'Подтвердить заказ после согласования с директором',
  'Ответ сервиса по возврату',
  'Обсудить счёт на партию',
  'Спросить, подошла ли замена',
  'Сообщить цену с установкой',
] as const

/** Repeatable random numbers in [0, 1) (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A day before the first call may come. */
export const demoHistoryFromMs = (nowMs: number): number => nowMs - (days + 1) * dayMs

/** Three weeks of working days up to now, oldest first; the same for the same `nowMs`, time zone and people. */
export function demoHistory(request: { nowMs: number; operators: readonly User[] }): DemoCall[] {
  const { nowMs, operators } = request
  const random = seededRandom(20_261)
  const calls: DemoCall[] = []
  for (let back = days; back >= 0; back--) {
    const day = new Date(nowMs - back * dayMs)
    const weekend = day.getDay() === 0 || day.getDay() === 6
    const count = weekend ? 3 + Math.floor(random() * 3) : 10 + Math.floor(random() * 5)
    const times = Array.from({ length: count }, () => workingTime(day, random)).sort((a, b) => a - b)
    for (const startedAtMs of times) {
      // Drawn even for calls after now, so that the days before look the same at every hour.
      const call = demoCall({ index: calls.length, startedAtMs, operators, random })
      if (call && call.savedAtMs < nowMs) calls.push(call)
    }
  }
  return withCallBacks(calls, nowMs, random)
}

/** Between 9 and 19 by the machine's clock, with the two usual humps. */
function workingTime(day: Date, random: () => number): number {
  const hump = random() < 0.5 ? 11 : 15.5
  const hour = Math.min(18.9, Math.max(9, hump + (random() + random() - 1) * 3.5))
  return new Date(day.getFullYear(), day.getMonth(), day.getDate(), 0, Math.floor(hour * 60), Math.floor(random() * 60)).getTime()
}

function demoCall(by: { index: number; startedAtMs: number; operators: readonly User[]; random: () => number }): DemoCall | null {
  const { index, startedAtMs, operators, random } = by
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)]
  // The first customers call most, as customers do.
  const customer = demoCustomers[Math.floor(random() ** 1.6 * demoCustomers.length)]
  const story = pick(stories)
  const person = pick(operators)
  const outbound = random() < 0.15
  const waitMs = Math.round((3 + random() ** 3 * 70) * 1000)
  const talkMs = Math.round((35 + random() ** 2 * 460) * 1000)
  const wrapUpMs = Math.round((8 + random() * 52) * 1000)
  const missed = !outbound && random() < 0.09
  const rated = random() < 0.7 ? 5 - Math.floor(random() ** 2.2 * 4.2) : null
  if (!customer || !story || !person) return null
  const [categoryId, queue, resultId, description, notes] = story
  const answeredAtMs = missed ? null : startedAtMs + waitMs
  const endedAtMs = answeredAtMs === null ? startedAtMs + waitMs : answeredAtMs + talkMs
  return {
    id: `demo-${index + 1}`,
    customer,
    operator: missed ? null : person,
    rangAt: missed ? operators : [person],
    direction: outbound ? 'outbound' : 'inbound',
    queue: outbound ? null : queue,
    startedAtMs,
    ringingAtMs: startedAtMs + Math.min(1_500, waitMs / 2),
    answeredAtMs,
    endedAtMs,
    savedAtMs: missed ? endedAtMs : endedAtMs + wrapUpMs,
    fields: {
      categoryId: missed ? null : categoryId,
      description: missed ? '' : description,
      resultId: missed ? null : resultId,
      satisfaction: missed ? null : rated,
      notes: missed ? '' : notes,
      callBack: false,
      callBackAtMs: null,
      extra: {},
    },
    callBackDoneAtMs: null,
  }
}

/** Open ones among the latest calls, due around now and some late; older ones done. */
function withCallBacks(calls: readonly DemoCall[], nowMs: number, random: () => number): DemoCall[] {
  const answered = calls.filter((call) => call.operator !== null)
  const open = answered.slice(-27).filter((_, index) => index % 3 === 0)
  const done = answered.slice(0, -40).filter((_, index) => index % 14 === 0)
  const dueMinutes = [-180, -35, 10, 45, 120, 240, 1_200, 1_500, 2_900]
  return calls.map((call) => {
    const late = open.indexOf(call)
    if (late < 0 && !done.includes(call)) return call
    const description = callBackReasons[Math.floor(random() * callBackReasons.length)] ?? call.fields.description
    const dueMs = late < 0 ? call.savedAtMs + dayMs : roundTo5Minutes(nowMs + (dueMinutes[late] ?? 60) * 60_000)
    return {
      ...call,
      fields: { ...call.fields, resultId: 'call-later', description, callBack: true, callBackAtMs: late === 0 ? null : dueMs },
      callBackDoneAtMs: late < 0 ? call.savedAtMs + dayMs - 1_800_000 : null,
    }
  })
}

const roundTo5Minutes = (ms: number): number => Math.round(ms / 300_000) * 300_000
