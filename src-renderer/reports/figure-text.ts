import type { FigureDefinition, Language } from '../../server/contract/index.ts'
import { formatDuration, nothing } from '../app/format.ts'

const localeOf = { ru: 'ru-RU', en: 'en-GB' } as const satisfies Record<Language, string>
const formats = (locale: string) => ({
  whole: new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }),
  fraction: new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  signed: new Intl.NumberFormat(locale, { maximumFractionDigits: 1, signDisplay: 'exceptZero' }),
  percent: new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }),
})
const known = { ru: formats(localeOf.ru), en: formats(localeOf.en) }

type Unit = FigureDefinition['unit']

/** A figure as people read it; a dash for no data. */
export function figureText(value: number | null, unit: Unit, language: Language): string {
  if (value === null) return nothing
  const format = known[language]
  switch (unit) {
    case 'count':
      return Number.isInteger(value) ? format.whole.format(value) : format.fraction.format(value)
    case 'mark':
      return format.fraction.format(value)
    case 'share':
      return format.percent.format(value)
    case 'ms':
      return formatDuration(Math.round(value / 1_000) * 1_000)
  }
}

export interface Change {
  readonly text: string
  /** Which way it went, by what is good; null: neither, or no change. */
  readonly good: boolean | null
}

const points = { ru: 'п.п.', en: 'pp' } as const
/** English has no space before it. */
const percent = { ru: '\u00a0%', en: '%' } as const

/** How a figure changed; null where one of the two is no data. Shares by points, the rest in per cent of what it was. */
export function changeOf(
  now: number | null,
  before: number | null,
  figure: Pick<FigureDefinition, 'unit' | 'better'>,
  language: Language,
): Change | null {
  if (now === null || before === null) return null
  const signed = (n: number) => known[language].signed.format(n).replace('-', '−')
  const up = now - before
  const good = figure.better === null || Math.abs(up) < 1e-9 ? null : up > 0 === (figure.better === 'more')
  if (figure.unit === 'share') return { text: `${signed(up * 100)}\u00a0${points[language]}`, good }
  if (figure.unit === 'mark') return { text: signed(up), good }
  if (before === 0) return null
  return { text: `${signed((up / before) * 100)}${percent[language]}`, good }
}
