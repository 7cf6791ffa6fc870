import { describe, expect, it } from 'vitest'
import type { Grouping } from '../../server/contract/index.ts'
import { daysText, type GroupNames, groupText } from './group-text.ts'
import { reportWords } from './report-words.ts'

const by: GroupNames = {
  t: reportWords.ru,
  language: 'ru',
  timeZone: 'Asia/Vladivostok',
  category: (id) => (id === 'delivery' ? 'Доставка' : null),
  result: () => null,
  pause: (code) => `пауза ${code}`,
}

describe('groupText', () => {
  it.each<[Grouping, string | null, string]>([
    ['day', '20261116', 'пн, 16 нояб. 2026 г.'],
    ['hour', String(Date.UTC(2026, 10, 15, 23)), 'пн, 16 нояб., 09:00'],
    ['quarterHour', String(Date.UTC(2026, 10, 15, 23, 45)), 'пн, 16 нояб., 09:45'],
    ['hourOfDay', '7', '07:00–07:59'],
    ['halfHourOfDay', '570', '09:30–09:59'],
    ['quarterHourOfDay', '1425', '23:45–23:59'],
    ['weekday', '7', 'воскресенье'],
    ['cause', 'allBusy', 'Все заняты'],
    ['category', 'delivery', 'Доставка'],
    ['category', 'gone', 'gone'],
    ['pauseReason', 'lunch', 'пауза lunch'],
    ['pauseReason', '', 'Без причины'],
    ['direction', 'inbound', 'Входящие'],
    ['queue', '701', '701'],
    ['operator', null, 'Не указано'],
    ['day', null, 'Нет в журналах АТС'],
  ])('of %s %s is %s', (groupBy, key, text) => {
    expect(groupText({ key, name: null }, groupBy, by)).toBe(text)
  })

  it('is the name where the server knows one', () => {
    expect(groupText({ key: '701', name: 'Отдел продаж' }, 'queue', by)).toBe('Отдел продаж')
  })
})

it('days are written as a range', () => {
  expect(daysText({ fromDay: 20_261_101, toDay: 20_261_115 }, 'ru')).toMatch(/^1–15 нояб\. 2026\sг\.$/)
})
