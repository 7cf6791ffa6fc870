import type { Direction } from './cards.ts'
import type { Language } from './language.ts'
import type { Grouping, ReportId } from './reports.ts'
import type { MissedCause } from './worklists.ts'

/** What screens, files and e-mails call the reports and what stands in them. */
export interface ReportNames {
  readonly reports: Readonly<Record<ReportId, string>>
  readonly groupings: Readonly<Record<Grouping, string>>
  /** From Monday. */
  readonly weekdays: readonly string[]
  readonly columnsOf: Readonly<Record<ListColumn, string>>
  /** Of a call, a visit or a ring. */
  readonly outcomes: Readonly<Record<string, string>>
  readonly causes: Readonly<Record<MissedCause, string>>
  readonly directions: Readonly<Record<Direction, string>>
  readonly total: string
  readonly none: string
  /** The time of a card whose call the PBX's logs do not have. */
  readonly notInRecord: string
  readonly pauseNone: string
  readonly notTried: string
}
/** 09:15–09:29, by minutes after midnight. */
export function timeOfDayText(minute: number, minutes: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const clock = (at: number) => `${two(Math.floor(at / 60))}:${two(at % 60)}`
  return `${clock(minute)}–${clock(minute + minutes - 1)}`
}

type ListColumn = 'time' | 'caller' | 'queue' | 'operator' | 'outcome' | 'position' | 'wait' | 'talk' | 'score' | 'reached'

export const reportNames: Readonly<Record<Language, ReportNames>> = {
  ru: {
    reports: {
      queues: 'Очереди',
      operators: 'Операторы',
      missed: 'Пропущенные',
      times: 'Часы и дни',
      categories: 'Категории',
      satisfaction: 'Оценки',
      callBacks: 'Перезвоны',
      states: 'Состояния',
      own: 'Мои показатели',
    },
    groupings: {
      queue: 'по очередям',
      operator: 'по операторам',
      day: 'по дням',
      hour: 'по часам подряд',
      halfHour: 'по 30 мин подряд',
      quarterHour: 'по 15 мин подряд',
      hourOfDay: 'по часам суток',
      halfHourOfDay: 'по 30 мин суток',
      quarterHourOfDay: 'по 15 мин суток',
      weekday: 'по дням недели',
      direction: 'по направлениям',
      category: 'по категориям',
      result: 'по результатам',
      score: 'по оценкам',
      cause: 'по причинам',
      pauseReason: 'по причинам пауз',
    },
    weekdays: ['понедельник', 'вторник', 'среда', 'четверг', 'пятница', 'суббота', 'воскресенье'],
    columnsOf: {
      time: 'Время',
      caller: 'Клиент',
      queue: 'Очередь',
      operator: 'Оператор',
      outcome: 'Исход',
      position: 'Место',
      wait: 'Ожидание',
      talk: 'Разговор',
      score: 'Оценка',
      reached: 'Перезвон',
    },
    outcomes: {
      answered: 'Принят',
      abandoned: 'Брошен',
      timeout: 'Истекло время',
      leftEmpty: 'Нет операторов',
      keyExit: 'По клавише',
      withdrawn: 'Снят с очереди',
      incompatible: 'Нет общего кодека',
      waiting: 'Ждёт',
      lost: 'Неизвестно',
      missed: 'Пропущен',
      noAnswer: 'Без ответа',
      busy: 'Занято',
      failed: 'Сбой',
      running: 'Идёт',
      rejected: 'Отклонён',
      cancelled: 'Отменён',
    },
    causes: {
      nobodyLoggedIn: 'Никого на линии',
      allPaused: 'Все на паузе',
      allBusy: 'Все заняты',
      nobodyAnswered: 'Никто не взял трубку',
      hungUpEarly: 'Положил трубку сразу',
      hungUpWaiting: 'Не дождался',
      queueTimeout: 'Истекло время очереди',
      failed: 'Сбой соединения',
    },
    directions: { inbound: 'Входящие', outbound: 'Исходящие', internal: 'Внутренние' },
    total: 'Всего',
    none: 'Не указано',
    notInRecord: 'Нет в журналах АТС',
    pauseNone: 'Без причины',
    notTried: 'не перезванивали',
  },
  en: {
    reports: {
      queues: 'Queues',
      operators: 'Operators',
      missed: 'Missed',
      times: 'Hours and days',
      categories: 'Categories',
      satisfaction: 'Scores',
      callBacks: 'Call-backs',
      states: 'States',
      own: 'My figures',
    },
    groupings: {
      queue: 'by queue',
      operator: 'by operator',
      day: 'by day',
      hour: 'hour after hour',
      halfHour: 'every 30 min',
      quarterHour: 'every 15 min',
      hourOfDay: 'by hour of day',
      halfHourOfDay: 'by 30 min of day',
      quarterHourOfDay: 'by 15 min of day',
      weekday: 'by weekday',
      direction: 'by direction',
      category: 'by category',
      result: 'by result',
      score: 'by score',
      cause: 'by cause',
      pauseReason: 'by pause reason',
    },
    weekdays: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
    columnsOf: {
      time: 'Time',
      caller: 'Customer',
      queue: 'Queue',
      operator: 'Operator',
      outcome: 'Outcome',
      position: 'Place',
      wait: 'Wait',
      talk: 'Talk',
      score: 'Score',
      reached: 'Called back',
    },
    outcomes: {
      answered: 'Answered',
      abandoned: 'Abandoned',
      timeout: 'Timed out',
      leftEmpty: 'Left empty',
      keyExit: 'Left by key',
      withdrawn: 'Withdrawn',
      incompatible: 'No common codec',
      waiting: 'Waiting',
      lost: 'Unknown',
      missed: 'Missed',
      noAnswer: 'No answer',
      busy: 'Busy',
      failed: 'Failed',
      running: 'Running',
      rejected: 'Rejected',
      cancelled: 'Cancelled',
    },
    causes: {
      nobodyLoggedIn: 'Nobody logged in',
      allPaused: 'All paused',
      allBusy: 'All busy',
      nobodyAnswered: 'Nobody answered',
      hungUpEarly: 'Hung up at once',
      hungUpWaiting: 'Hung up waiting',
      queueTimeout: 'Queue time-out',
      failed: 'Connection failed',
    },
    directions: { inbound: 'Inbound', outbound: 'Outbound', internal: 'Internal' },
    total: 'Total',
    none: 'Not given',
    notInRecord: 'Not in the PBX logs',
    pauseNone: 'No reason',
    notTried: 'not called back',
  },
}
