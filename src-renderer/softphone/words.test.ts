import { expect, it } from 'vitest'
import { words } from './words.ts'

it('names a withheld number in a sentence', () => {
  expect(words.ru.givenUp.inbound(null)).toBe('Звонок со скрытого номера отклонён обновлением страницы')
  expect(words.ru.givenUp.inbound('+7 495 000-07-01')).toBe('Звонок с +7 495 000-07-01 отклонён обновлением страницы')
  expect(words.en.givenUp.inbound(null)).toBe('The call from a withheld number was declined by the page reload')
})
