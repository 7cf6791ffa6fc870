import type { BehindRow, Grouping, MissedCause, ReportId } from '../../server/contract/index.ts'
import { defineWords, plural } from '../app/i18n.ts'
import type { Preset } from './report-view.ts'

interface ReportWords {
  title: string
  report: string
  reports: Record<ReportId, string>
  by: string
  groupings: Record<Grouping, string>
  period: string
  presets: Record<Preset, string>
  custom: string
  customLabel: string
  compare: string
  comparedWith: (period: string) => string
  allQueues: string
  allOperators: string
  chosen: (n: number) => string
  direction: string
  anyDirection: string
  category: string
  anyCategory: string
  clear: string
  columns: string
  resetColumns: string
  total: string
  none: string
  /** The time of a card whose call the PBX's logs do not have. */
  notInRecord: string
  pauseNone: string
  upTo: (time: string) => string
  neverImported: string
  importHint: string
  empty: string
  emptyHint: string
  open: (figure: string, row: string) => string
  behind: string
  rows: (n: number) => string
  more: string
  close: string
  noRows: string
  noRowsHint: string
  weekdays: readonly string[]
  columnsOf: {
    time: string
    caller: string
    queue: string
    operator: string
    outcome: string
    position: string
    wait: string
    talk: string
    score: string
    reached: string
  }
  outcomes: Readonly<Record<string, string>>
  causes: Record<MissedCause, string>
  directions: Record<BehindRow['direction'], string>
  triedNotReached: (n: number) => string
  notTried: string
}

export const reportWords = defineWords<ReportWords>({
  ru: {
    title: 'Отчёты',
    report: 'Отчёт',
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
    by: 'Строки',
    groupings: {
      queue: 'по очередям',
      operator: 'по операторам',
      day: 'по дням',
      hour: 'по часам подряд',
      hourOfDay: 'по часам суток',
      weekday: 'по дням недели',
      direction: 'по направлениям',
      category: 'по категориям',
      result: 'по результатам',
      score: 'по оценкам',
      cause: 'по причинам',
      pauseReason: 'по причинам пауз',
    },
    period: 'Период',
    presets: {
      today: 'Сегодня',
      yesterday: 'Вчера',
      last7: '7 дней',
      thisMonth: 'Этот месяц',
      lastMonth: 'Прошлый месяц',
      thisYear: 'Этот год',
    },
    custom: 'Свой период…',
    customLabel: 'Первый и последний день',
    compare: 'Сравнить',
    comparedWith: (period) => `Сравнение: ${period}`,
    allQueues: 'Все очереди',
    allOperators: 'Все операторы',
    chosen: (n) => `Выбрано: ${n}`,
    direction: 'Направление',
    anyDirection: 'Все направления',
    category: 'Категория',
    anyCategory: 'Все категории',
    clear: 'Сбросить',
    columns: 'Столбцы',
    resetColumns: 'По умолчанию',
    total: 'Всего',
    none: 'Не указано',
    notInRecord: 'Нет в журналах АТС',
    pauseNone: 'Без причины',
    upTo: (time) => `данные АТС до ${time}`,
    neverImported: 'Записи АТС ещё не загружены',
    importHint:
      'Отчёты строятся по журналам Asterisk. Администратору: сервер читает их сам, если ему открыта папка /var/log/asterisk.',
    empty: 'За этот период ничего нет',
    emptyHint: 'Выберите другой период или снимите фильтры.',
    open: (figure, row) => `${figure}, ${row}: открыть звонки`,
    behind: 'Звонки за цифрой',
    rows: (n) => `${n.toLocaleString('ru')} ${plural('ru', n, ['строка', 'строки', 'строк'])}`,
    more: 'Показать ещё',
    close: 'Закрыть',
    noRows: 'Здесь пусто',
    noRowsHint: 'За этой цифрой нет ни одного звонка.',
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
    triedNotReached: (n) => `не дозвонились, ${n} ${plural('ru', n, ['попытка', 'попытки', 'попыток'])}`,
    notTried: 'не перезванивали',
  },
  en: {
    title: 'Reports',
    report: 'Report',
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
    by: 'Rows',
    groupings: {
      queue: 'by queue',
      operator: 'by operator',
      day: 'by day',
      hour: 'hour after hour',
      hourOfDay: 'by hour of day',
      weekday: 'by weekday',
      direction: 'by direction',
      category: 'by category',
      result: 'by result',
      score: 'by score',
      cause: 'by cause',
      pauseReason: 'by pause reason',
    },
    period: 'Period',
    presets: {
      today: 'Today',
      yesterday: 'Yesterday',
      last7: '7 days',
      thisMonth: 'This month',
      lastMonth: 'Last month',
      thisYear: 'This year',
    },
    custom: 'Custom period…',
    customLabel: 'First and last day',
    compare: 'Compare',
    comparedWith: (period) => `Compared with ${period}`,
    allQueues: 'All queues',
    allOperators: 'All operators',
    chosen: (n) => `${n} chosen`,
    direction: 'Direction',
    anyDirection: 'All directions',
    category: 'Category',
    anyCategory: 'All categories',
    clear: 'Clear',
    columns: 'Columns',
    resetColumns: 'Reset to default',
    total: 'Total',
    none: 'Not given',
    notInRecord: 'Not in the PBX logs',
    pauseNone: 'No reason',
    upTo: (time) => `PBX data up to ${time}`,
    neverImported: 'No PBX records imported yet',
    importHint:
      'Reports come from Asterisk’s own logs. Administrator: the server reads them by itself where it may read /var/log/asterisk.',
    empty: 'Nothing in this period',
    emptyHint: 'Choose another period or clear the filters.',
    open: (figure, row) => `${figure}, ${row}: open the calls`,
    behind: 'Calls behind the figure',
    rows: (n) => `${n.toLocaleString('en')} ${plural('en', n, ['row', 'rows'])}`,
    more: 'Show more',
    close: 'Close',
    noRows: 'Nothing here',
    noRowsHint: 'There is no call behind this figure.',
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
    triedNotReached: (n) => `not reached, ${n} ${plural('en', n, ['try', 'tries'])}`,
    notTried: 'not called back',
  },
})
