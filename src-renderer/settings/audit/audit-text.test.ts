import { describe, expect, it } from 'vitest'
import { AuditAction } from '../../../server/contract/index.ts'
import { createFormat } from '../../app/format.ts'
import { detailName, detailValue, moreDetails } from './audit-text.ts'
import { auditWords } from './words.ts'

const t = auditWords.ru
const format = createFormat('ru', 'UTC')
const pauseReason = (id: string) => (id === 'lunch' ? 'Обед' : null)
const text = (name: string, value: string | number | boolean | null) =>
  `${detailName({ name, value }, t)}: ${detailValue({ name, value }, { t, format, pauseReason })}`

describe('a detail of an action', () => {
  it.each([
    ['mode', 'whisper', 'режим: подсказка оператору'],
    ['lastedMs', 65_000, 'длилось: 1:05'],
    ['from.queue', 'Отдел продаж', 'было · очередь: Отдел продаж'],
    ['calls', '+79160000101, +79160000102', 'звонки: +79160000101, +79160000102'],
    ['allowed', false, 'разрешено: нет'],
    ['reason', null, 'причина: —'],
    ['reason', 'lunch', 'причина: Обед'],
    ['reason', 'wrapup', 'причина: wrapup'],
    ['fromDay', 20_261_120, 'с дня: 20.11.2026'],
    ['expiresAtMs', Date.UTC(2026, 10, 20, 12, 5), 'expiresAtMs: 20.11.2026, 12:05'],
    ['version', 7, 'версия: 7'],
    ['added.1.ru', 'У врача', 'добавлено · 1 · по-русски: У врача'],
    // Nobody's word, though every object has it.
    ['constructor', 'toString', 'constructor: toString'],
  ] as const)('%s %s', (name, value, expected) => {
    expect(text(name, value)).toBe(expected)
  })
})

it('a name stood twice, and what had changed was cut off behind it', () => {
  const role = { name: 'to.role', value: 'supervisor' }
  const details = [{ name: 'name', value: 'Пётр Новиков' }, role]
  expect(moreDetails({ about: 'Пётр Новиков', details })).toEqual([role])
  expect(moreDetails({ about: null, details })).toEqual(details)
})

it('every action has words of its own in both languages', () => {
  for (const words of [auditWords.ru, auditWords.en]) {
    const all = AuditAction.options.map((action) => words.actions[action])
    expect(new Set(all).size).toBe(AuditAction.options.length)
  }
})
