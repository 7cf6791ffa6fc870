import type { CountryCode } from 'libphonenumber-js'
import type { UserDirectory } from '../../accounts/user-directory.ts'
import {
  type CallOutcome,
  type Days,
  type DictionaryEntry,
  dateOfDay,
  type ExportContent,
  type ExtraField,
  type FigureDefinition,
  type FigureUnit,
  type Grouping,
  intervalMinutes,
  type Language,
  type ReportRequest,
  type ReportRow,
  type ReportTable,
  timeGroupings,
  type User,
} from '../../contract/index.ts'
import { reportNames, timeOfDayText } from '../../contract/report-names.ts'
import { AppError } from '../../errors.ts'
import type { QueueNames } from '../../settings/queue-names.ts'
import type { CallList } from '../call-list.ts'
import type { LedgerReports } from '../ledger-reports.ts'
import type { ListNames } from './list-rows.ts'
import type { FileFormat, TableContent, WriteOrder } from './protocol.ts'
import type { Cell, CellKind, SheetColumn } from './sheet.ts'
import { siteMoment } from './site-text.ts'

export interface ReportFilesDeps {
  readonly reports: LedgerReports
  readonly callList: Pick<CallList, 'selection'>
  readonly users: UserDirectory
  readonly queueNames: QueueNames
  readonly dictionaries: () => Readonly<Record<'categories' | 'results', readonly DictionaryEntry[]>>
  /** The administrator's own fields of a card, removed ones too. */
  readonly extraFields: () => readonly ExtraField[]
  /** Names of pause reasons by code. */
  readonly pauseReasons: () => Promise<readonly { readonly code: string; readonly ru: string; readonly en: string }[]>
  readonly timeZone: string
  readonly phoneRegion: CountryCode
}

const words = {
  ru: {
    calls: 'Звонки',
    upTo: 'Данные АТС до',
    neverImported: 'Журналы АТС ещё не загружены',
    before: 'ранее',
    comparedWith: 'Сравнение',
    until: 'до',
    unplaced: 'дни и часы без пары — только в итоге',
    queues: 'Очереди',
    operators: 'Операторы',
    direction: 'Направление',
    category: 'Категория',
    customer: 'Клиент',
    outcome: 'Исход',
    search: 'Поиск',
    anyone: 'все',
  },
  en: {
    calls: 'Calls',
    upTo: 'PBX data up to',
    neverImported: 'No PBX records imported yet',
    before: 'before',
    comparedWith: 'Compared with',
    until: 'up to',
    unplaced: 'days and hours without a counterpart are in the total only',
    queues: 'Queues',
    operators: 'Operators',
    direction: 'Direction',
    category: 'Category',
    customer: 'Customer',
    outcome: 'Outcome',
    search: 'Search',
    anyone: 'all',
  },
} as const

type Order = Omit<WriteOrder, 'path' | 'recordFile' | 'appFile' | 'databaseUrl'>

/** Says what a file of a report has in it. */
export class ReportFiles {
  readonly #deps: ReportFilesDeps

  constructor(deps: ReportFilesDeps) {
    this.#deps = deps
  }

  /** Throws forbidden, invalidInput, busy. */
  async orderFor(
    user: User,
    { content, format, language }: { content: ExportContent; format: FileFormat; language: Language },
  ): Promise<{ order: Order; fileName: string }> {
    const { timeZone, phoneRegion } = this.#deps
    const made =
      content.kind === 'calls'
        ? this.#heardCalls(user, content, language)
        : content.kind === 'recordedCalls'
          ? await this.#recordedCalls(user, content, language)
          : content.kind === 'behind'
            ? await this.#behind(user, content, language)
            : await this.#report(user, content, language)
    const { title, notes, fileName, ...rest } = made
    return {
      order: {
        format,
        head: { title, notes, language, timeZone },
        content: rest.content,
        names: this.#names(language),
        phoneRegion,
      },
      fileName: `${fileName.replace(/[\\/:*?"<>|\s]+/g, '-')}.${format}`,
    }
  }

  #names(language: Language): ListNames {
    const { users, queueNames, dictionaries } = this.#deps
    const { categories, results } = dictionaries()
    const entries = (all: readonly DictionaryEntry[]) => new Map(all.map((entry) => [entry.id, entry[language]]))
    const people = users.all()
    return {
      operators: new Map(people.map(({ id, name }) => [id, name])),
      people: people.map(({ id }) => ({ id, times: users.extensionTimes(id) })),
      queues: new Map(queueNames.all().map(({ number, name }) => [number, name])),
      categories: entries(categories),
      results: entries(results),
    }
  }

  async #recordedCalls(user: User, asked: Extract<ExportContent, { kind: 'recordedCalls' }>, language: Language) {
    const t = words[language]
    const { filter, ...days } = asked
    const { outcome, search, ...others } = filter
    return {
      title: t.calls,
      notes: [
        [
          await this.#about({ ...days, filter: others }, language),
          ...searched({ outcomes: outcome && [outcome], search }, language),
        ].join(' · '),
      ],
      content: {
        kind: 'recordedCalls',
        selection: this.#deps.callList.selection(user, asked),
        extraFields: this.#deps.extraFields(),
      } as const,
      fileName: `${t.calls}-${daysName(asked)}`,
    }
  }

  #heardCalls(user: User, asked: Extract<ExportContent, { kind: 'calls' }>, language: Language) {
    const { fromMs, toMs, queue, direction, outcomes, search } = asked
    if (user.role === 'operator') throw new AppError('forbidden', 'this report is for supervisors')
    if (fromMs >= toMs || toMs - fromMs > 3_700 * 86_400_000)
      throw new AppError('invalidInput', 'no such period', { fields: { toMs: 'invalid' } })
    const { timeZone } = this.#deps
    const moment = siteMoment(language, timeZone)
    const t = words[language]
    return {
      title: t.calls,
      notes: [
        [
          `${moment(fromMs)} – ${moment(toMs)}`,
          ...(queue === null ? [] : [`${t.queues}: ${this.#names(language).queues.get(queue) ?? queue}`]),
          ...(direction === null ? [] : [`${t.direction}: ${reportNames[language].directions[direction]}`]),
          ...searched({ outcomes, search }, language),
        ].join(' · '),
      ],
      content: { ...asked, extraFields: this.#deps.extraFields() } as const,
      fileName: `${t.calls}-${moment(fromMs).slice(0, 10)}`,
    }
  }

  async #behind(user: User, asked: Extract<ExportContent, { kind: 'behind' }>, language: Language) {
    const { reports } = this.#deps
    const list = reports.listing(user, asked)
    const figure = this.#figures(user).get(asked.figure)
    const name = figure?.[language].name ?? asked.figure
    const of = asked.row === undefined ? reportNames[language].total : await this.#rowName(asked, asked.row, language)
    return {
      title: `${name}: ${of}`,
      notes: [await this.#about(asked, language), figure?.[language].formula ?? ''].filter((note) => note !== ''),
      content: { kind: 'behind', ...list } as const,
      fileName: `${name}-${of}-${daysName(asked)}`,
    }
  }

  async #report(user: User, asked: Extract<ExportContent, { kind: 'report' }>, language: Language) {
    const { reports, timeZone } = this.#deps
    const definition = reports.definitions(user).reports.find(({ id }) => id === asked.report)
    const wanted = asked.figures ?? definition?.shown ?? []
    const table = await reports.run(user, { ...asked, figures: [...wanted] })
    const names = reportNames[language]
    const t = words[language]
    const title = `${names.reports[asked.report]} ${names.groupings[asked.groupBy]}`
    const moment = siteMoment(language, timeZone)
    const comparedWith = (days: Days, { beforeUntilMs: untilMs, beforeUnplaced }: ReportTable) =>
      `${t.comparedWith}: ${daysText(days, language)}${untilMs === null ? '' : ` ${t.until} ${moment(untilMs)}`}${beforeUnplaced ? `, ${t.unplaced}` : ''}`
    return {
      title,
      notes: [
        await this.#about(asked, language),
        ...(table.before ? [comparedWith(table.before, table)] : []),
        table.upToMs === null ? t.neverImported : `${t.upTo} ${moment(table.upToMs)}`,
      ],
      content: await this.#table(asked, table, { figures: this.#figures(user), language }),
      fileName: `${title}-${daysName(asked)}`,
    }
  }

  #figures(user: User): ReadonlyMap<string, FigureDefinition> {
    return new Map(this.#deps.reports.definitions(user).figures.map((figure) => [figure.id, figure]))
  }

  async #table(
    { groupBy, compare }: { groupBy: Grouping; compare: boolean },
    table: ReportTable,
    { figures, language }: { figures: ReadonlyMap<string, FigureDefinition>; language: Language },
  ): Promise<TableContent> {
    const names = reportNames[language]
    const shown = table.figures.flatMap((id) => figures.get(id) ?? [])
    const group: SheetColumn = { title: sentence(names.groupings[groupBy]), kind: groupKind(groupBy), width: 30 }
    const columns = [
      group,
      ...shown.flatMap((figure): SheetColumn[] => {
        const column = (title: string): SheetColumn => ({ title, kind: kindOf[figure.unit], width: 13 })
        const { name } = figure[language]
        return compare ? [column(name), column(`${name} (${words[language].before})`)] : [column(name)]
      }),
    ]
    const pauses = groupBy === 'pauseReason' ? await this.#deps.pauseReasons() : []
    const cells = (first: Cell, now: ReportRow['values'], before: ReportRow['values'] | null): Cell[] => [
      first,
      ...shown.flatMap(({ id }) => (compare ? [now[id] ?? null, before?.[id] ?? null] : [now[id] ?? null])),
    ]
    return {
      kind: 'table',
      columns,
      rows: table.rows.map((row) => cells(this.#groupCell(row, groupBy, { language, pauses }), row.values, row.before)),
      foot: cells(names.total, table.total, table.totalBefore),
    }
  }

  #groupCell(
    { key, name }: Pick<ReportRow, 'key' | 'name'>,
    groupBy: Grouping,
    { language, pauses }: { language: Language; pauses: readonly { code: string; ru: string; en: string }[] },
  ): Cell {
    const names = reportNames[language]
    const { categories, results } = this.#deps.dictionaries()
    const entry = (all: readonly DictionaryEntry[], id: string) => all.find((one) => one.id === id)?.[language] ?? id
    const own = (all: Readonly<Record<string, string>>, id: string) => all[id] ?? id
    if (key === null) return timeGroupings.has(groupBy) ? names.notInRecord : names.none
    if (name !== null) return name
    switch (groupBy) {
      case 'day':
      case 'hour':
      case 'halfHour':
      case 'quarterHour':
        return Number(key)
      case 'hourOfDay':
        return timeOfDayText(Number(key) * 60, 60)
      case 'halfHourOfDay':
      case 'quarterHourOfDay':
        return timeOfDayText(Number(key), intervalMinutes[groupBy] ?? 60)
      case 'weekday':
        return names.weekdays[Number(key) - 1] ?? key
      case 'direction':
        return own(names.directions, key)
      case 'cause':
        return own(names.causes, key)
      case 'category':
        return entry(categories, key)
      case 'result':
        return entry(results, key)
      case 'pauseReason':
        return key === '' ? names.pauseNone : (pauses.find(({ code }) => code === key)?.[language] ?? key)
      case 'queue':
      case 'operator':
      case 'score':
        return key
    }
  }

  async #rowName({ groupBy }: ReportRequest, key: string | null, language: Language): Promise<string> {
    const { queueNames, timeZone } = this.#deps
    const name =
      key === null
        ? null
        : groupBy === 'queue'
          ? queueNames.name(key)
          : groupBy === 'operator'
            ? (this.#names(language).operators.get(key) ?? key)
            : null
    const pauses = groupBy === 'pauseReason' ? await this.#deps.pauseReasons() : []
    const cell = this.#groupCell({ key, name }, groupBy, { language, pauses })
    if (groupBy === 'day' && key !== null) return daysText({ fromDay: Number(key), toDay: Number(key) }, language)
    return moments.has(groupBy) && key !== null ? siteMoment(language, timeZone)(Number(key)) : String(cell)
  }

  /** The period and everything the report was narrowed by. */
  async #about({ filter, ...days }: Days & { filter: ReportRequest['filter'] }, language: Language): Promise<string> {
    const { users } = this.#deps
    const t = words[language]
    const names = this.#names(language)
    const named = (known: ReadonlyMap<string, string>, ids: readonly string[]) => ids.map((id) => known.get(id) ?? id).join(', ')
    const parts = [daysText(days, language)]
    if (filter.queues) parts.push(`${t.queues}: ${named(names.queues, filter.queues)}`)
    if (filter.operators)
      parts.push(`${t.operators}: ${filter.operators.map((picked) => users.byExtension(picked)?.name ?? picked).join(', ')}`)
    if (filter.direction) parts.push(`${t.direction}: ${reportNames[language].directions[filter.direction]}`)
    if (filter.categoryId !== undefined) parts.push(`${t.category}: ${named(names.categories, [filter.categoryId])}`)
    if (filter.customerId !== undefined)
      parts.push(`${t.customer}: ${(await this.#deps.reports.customerName(filter.customerId)) ?? filter.customerId}`)
    return parts.join(' · ')
  }
}

/** What a list of calls was searched for besides. */
function searched(
  { outcomes, search }: { outcomes: readonly CallOutcome[] | null | undefined; search: string | undefined },
  language: Language,
): string[] {
  const t = words[language]
  const names = outcomes?.map((outcome) => reportNames[language].outcomes[outcome] ?? outcome)
  return [...(names ? [`${t.outcome}: ${names.join(', ')}`] : []), ...(search ? [`${t.search}: ${search}`] : [])]
}

const moments: ReadonlySet<Grouping> = new Set(['hour', 'halfHour', 'quarterHour'])
const groupKind = (groupBy: Grouping): CellKind => (groupBy === 'day' ? 'day' : moments.has(groupBy) ? 'moment' : 'text')
const kindOf = { count: 'count', share: 'share', ms: 'duration', mark: 'number' } as const satisfies Record<FigureUnit, CellKind>
const sentence = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1)

/** 1–15 нояб. 2026 г. */
const daysText = ({ fromDay, toDay }: Days, language: Language): string =>
  new Intl.DateTimeFormat(language === 'ru' ? 'ru-RU' : 'en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).formatRange(dateOfDay(fromDay), dateOfDay(toDay))

const isoDay = (day: number): string => String(day).replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
const daysName = ({ fromDay, toDay }: Days): string =>
  fromDay === toDay ? isoDay(fromDay) : `${isoDay(fromDay)}-${isoDay(toDay)}`
