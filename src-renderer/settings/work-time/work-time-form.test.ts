import { expect, it } from 'vitest'
import { hoursOfText, inTurn, textOfHours, textOfWeek } from './work-time-form.ts'

const hours = (from: number, to: number) => ({ from: from * 60, to: to * 60 })

it.each([
  ['', []],
  ['9-18', [hours(9, 18)]],
  ['09:00–13:00, 14.30 — 18:00', [hours(9, 13), hours(14.5, 18)]],
  ['22:00-06:00', [hours(22, 6)]],
  ['0-24', [hours(0, 0)]],
  ['18:00–24:00', [hours(18, 0)]],
])('hours typed as “%s” are read', (text, read) => {
  expect(hoursOfText(text)).toEqual(read)
})

it.each(['9', 'с 9 до 18', '9-25', '9:60-18', '24-6', '9-18 10-12', '14-18, 9-13', '22-6, 7-8', '9-13, 13-18'])(
  'hours typed as “%s” are not',
  (text) => {
    expect(hoursOfText(text)).toBeNull()
  },
)

it('hours are written so that they are read the same', () => {
  for (const day of [[], [hours(9, 13), hours(14, 18)], [hours(0, 0)], [hours(22, 6)]])
    expect(hoursOfText(textOfHours(day))).toEqual(day)
  expect(textOfHours([hours(0, 0)])).toBe('00:00–24:00')
})

it('days of one kind beside each other are written together', () => {
  const words = { days: ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'], closed: 'closed' }
  const day = [hours(9, 18)]
  expect(textOfWeek([day, day, day, day, day, [hours(10, 15)], []], words)).toBe('Mo–Fr 09:00–18:00 · Sa 10:00–15:00 · Su closed')
  expect(textOfWeek([day, [], day, day, day, day, day], words)).toBe('Mo 09:00–18:00 · Tu closed · We–Su 09:00–18:00')
})

it('the next holiday comes first, those that are over last', () => {
  const holidays = [20_270_308, 20_261_104, 20_261_121, 20_270_101, 20_260_509].map((day) => ({
    queue: '*',
    day,
    name: '',
    hours: [],
  }))
  expect(inTurn(holidays, 20_261_121).map(({ day }) => day)).toEqual([20_261_121, 20_270_101, 20_270_308, 20_261_104, 20_260_509])
})
