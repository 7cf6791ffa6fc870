import { expect, it } from 'vitest'
import { addressesOf, minuteOf, timeText } from './schedule-form.ts'

it('reads times as it writes them, and nothing else', () => {
  for (const minute of [0, 485, 1_439]) expect(minuteOf(timeText(minute))).toBe(minute)
  expect(minuteOf('8:05')).toBe(485)
  for (const wrong of ['', '24:00', '12:60', '8', '8:5', '-1:00']) expect(minuteOf(wrong), wrong).toBeNull()
})

it('reads addresses however they are parted, each once', () => {
  expect(addressesOf(' a@x.ru, b@y.ru;a@x.ru\nc@z.ru ')).toEqual(['a@x.ru', 'b@y.ru', 'c@z.ru'])
  for (const wrong of ['', ' , ', 'a@x', 'a@x.ru, nobody', '@x.ru']) expect(addressesOf(wrong), wrong).toBeNull()
})
