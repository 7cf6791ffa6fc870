import { type ReportNames, reportNames } from '../../server/contract/report-names.ts'
import { defineWords, plural } from '../app/i18n.ts'
import type { Preset } from './report-view.ts'

interface ReportWords extends ReportNames {
  title: string
  report: string
  by: string
  period: string
  presets: Record<Preset, string>
  custom: string
  customLabel: string
  compare: string
  comparedWith: (period: string) => string
  /** The last of its days is compared up to a time of the clock only. */
  upToTime: (period: string, time: string) => string
  /** Some of it has no row to stand beside. */
  unplaced: string
  earlier: (value: string) => string
  allQueues: string
  allOperators: string
  chosen: (n: number) => string
  direction: string
  anyDirection: string
  category: string
  anyCategory: string
  customer: string
  anyCustomer: string
  noCustomers: string
  customerGone: string
  clear: string
  columns: string
  resetColumns: string
  chart: string
  chartOf: string
  chartParts: string
  chartKeys: string
  chartBefore: string
  /** Why there is none. */
  chartTooMany: (bars: number, most: number) => string
  closed: string
  upTo: (time: string) => string
  neverImported: string
  importHint: string
  /** Rows of parts of hours are of so many days at most. */
  tooManyDays: string
  tooManyDaysHint: (days: number) => string
  byHours: string
  empty: string
  emptyHint: string
  open: (figure: string, row: string) => string
  behind: string
  rows: (n: number) => string
  close: string
  noRows: string
  noRowsHint: string
  triedNotReached: (n: number) => string
}

export const reportWords = defineWords<ReportWords>({
  ru: {
    ...reportNames.ru,
    title: 'Отчёты',
    report: 'Отчёт',
    by: 'Строки',
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
    upToTime: (period, time) => `${period} до ${time}`,
    unplaced: 'дни и часы без пары — только в итоге',
    earlier: (value) => `ранее ${value}`,
    allQueues: 'Все очереди',
    allOperators: 'Все операторы',
    chosen: (n) => `Выбрано: ${n}`,
    direction: 'Направление',
    anyDirection: 'Все направления',
    category: 'Категория',
    anyCategory: 'Все категории',
    customer: 'Клиент',
    anyCustomer: 'Все клиенты',
    noCustomers: 'Никого не нашлось',
    customerGone: 'Клиент не найден',
    clear: 'Сбросить',
    columns: 'Столбцы',
    resetColumns: 'По умолчанию',
    chart: 'диаграмма',
    chartOf: 'Что на диаграмме',
    chartParts: 'Из чего складывается',
    chartKeys: 'Стрелки — по столбцам, Enter — звонки столбца, таблица ниже',
    chartTooMany: (bars, most) =>
      `Для диаграммы слишком много столбцов: ${bars.toLocaleString('ru')}, различимы не больше ${most}. Возьмите период короче или строки крупнее.`,
    chartBefore: 'Прошлый период',
    closed: 'Вне рабочего времени',
    upTo: (time) => `данные АТС до ${time}`,
    neverImported: 'Записи АТС ещё не загружены',
    importHint:
      'Отчёты строятся по журналам Asterisk. Администратору: сервер читает их сам, если ему открыта папка /var/log/asterisk; другой источник задаётся в настройках, «Журнал звонков».',
    tooManyDays: 'Период слишком длинный для таких строк',
    tooManyDaysHint: (days) =>
      `По 15 и 30 минут звонки считаются по одному, поэтому не больше чем за ${days} ${plural('ru', days, ['день', 'дня', 'дней'])}. Возьмите период короче или строки по часам.`,
    byHours: 'По часам',
    empty: 'За этот период ничего нет',
    emptyHint: 'Выберите другой период или снимите фильтры.',
    open: (figure, row) => `${figure}, ${row}: открыть звонки`,
    behind: 'Звонки за цифрой',
    rows: (n) => `${n.toLocaleString('ru')} ${plural('ru', n, ['строка', 'строки', 'строк'])}`,
    close: 'Закрыть',
    noRows: 'Здесь пусто',
    noRowsHint: 'За этой цифрой нет ни одного звонка.',
    triedNotReached: (n) => `не дозвонились, ${n} ${plural('ru', n, ['попытка', 'попытки', 'попыток'])}`,
  },
  en: {
    ...reportNames.en,
    title: 'Reports',
    report: 'Report',
    by: 'Rows',
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
    upToTime: (period, time) => `${period} up to ${time}`,
    unplaced: 'days and hours without a counterpart are in the total only',
    earlier: (value) => `before: ${value}`,
    allQueues: 'All queues',
    allOperators: 'All operators',
    chosen: (n) => `${n} chosen`,
    direction: 'Direction',
    anyDirection: 'All directions',
    category: 'Category',
    anyCategory: 'All categories',
    customer: 'Customer',
    anyCustomer: 'All customers',
    noCustomers: 'Nobody found',
    customerGone: 'Customer not found',
    clear: 'Clear',
    columns: 'Columns',
    resetColumns: 'Reset to default',
    chart: 'chart',
    chartOf: 'What the chart shows',
    chartParts: 'What it is made of',
    chartKeys: 'Arrow keys move over the bars, Enter opens the calls of one, the table is below',
    chartTooMany: (bars, most) =>
      `Too many bars for a chart: ${bars.toLocaleString('en')}, no more than ${most} can be told apart. Choose a shorter period or longer rows.`,
    chartBefore: 'Period before',
    closed: 'Out of hours',
    upTo: (time) => `PBX data up to ${time}`,
    neverImported: 'No PBX records imported yet',
    importHint:
      'Reports come from Asterisk’s own logs. Administrator: the server reads them by itself where it may read /var/log/asterisk; another source is set under Settings, Call record.',
    tooManyDays: 'The period is too long for such rows',
    tooManyDaysHint: (days) =>
      `By 15 and 30 minutes calls are counted one by one, so for ${days} days at most. Choose a shorter period, or rows by hours.`,
    byHours: 'By hours',
    empty: 'Nothing in this period',
    emptyHint: 'Choose another period or clear the filters.',
    open: (figure, row) => `${figure}, ${row}: open the calls`,
    behind: 'Calls behind the figure',
    rows: (n) => `${n.toLocaleString('en')} ${plural('en', n, ['row', 'rows'])}`,
    close: 'Close',
    noRows: 'Nothing here',
    noRowsHint: 'There is no call behind this figure.',
    triedNotReached: (n) => `not reached, ${n} ${plural('en', n, ['try', 'tries'])}`,
  },
})
