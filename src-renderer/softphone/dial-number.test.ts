import { describe, expect, it } from 'vitest'
import { dialable, isPlainNumber, readDial } from './dial-number.ts'

describe('what is dialled', () => {
  it.each([
    ['8 (916) 123-45-67', '+79161234567'],
    ['+7 495 000-07-01', '+74950000701'],
    ['79161234567', '+79161234567'],
    ['(916) 123 45 67', '+79161234567'],
    ['916 123–45—67', '+79161234567'],
    ['+44 20 7946 0018', '+442079460018'],
    ['tel:+7-916-123-45-67', '+79161234567'],
    ['tel:+7%20916%201234567', '+79161234567'],
    ['sip:1002@pbx.example', '1002'],
    ['"Вера" <sip:+79161234567@pbx.example;transport=ws>', '+79161234567'],
    ['sips:1002@pbx.example:5061', '1002'],
    ['callto:1002', '1002'],
    ['Тел.: +7 916 123-45-67', '+79161234567'],
    ['Заказ 17, телефон 8 916 123-45-67', '+79161234567'],
    ['*81 1001#', '*811001#'],
    ['112', '112'],
    ['\u202a+7 916 123-45-67\u202c', '+79161234567'],
    ['\u200f+٧ ٩١٦ ١٢٣ ٤٥ ٦٧', '+79161234567'],
    ['８９１６１２３４５６７', '+79161234567'],
    ['8-800-FLOWERS', '+78003569377'],
    ['123-45-67', '1234567'],
    ['📞 +7 916 123-45-67 🙂', '+79161234567'],
  ])('%s → %s', (text, number) => expect(readDial(text, 'RU')).toEqual({ ok: true, target: { number, extension: null } }))

  it.each([
    ['+7 (495) 000-00-00 доб. 12', '12'],
    ['+7 (495) 000-00-00, доб 12', '12'],
    ['+7 495 000 00 00 добавочный: 0012', '0012'],
    ['8 495 000 00 00 (вн. 12)', '12'],
    ['8 495 000-00-00 ext. 12', '12'],
    ['84950000000x12', '12'],
    ['84950000000#12', '12'],
    ['84950000000,,12', '12'],
    ['tel:+7-495-000-00-00;ext=12', '12'],
    ['tel:84950000000;phone-context=+7;ext=12', '12'],
  ])('%s has the extension %s', (text, extension) =>
    expect(readDial(text, 'RU')).toEqual({ ok: true, target: { number: '+74950000000', extension } }),
  )

  it('reads a number without a country by the region', () => {
    expect(dialable('020 7946 0018', 'GB')).toBe('+442079460018')
    expect(dialable('79161234567', 'GB')).not.toBe('+79161234567')
  })
})

describe('what cannot be dialled is named', () => {
  it.each([
    ['', 'empty'],
    ['  \u200b ', 'empty'],
    ['позвоните маме', 'noNumber'],
    ['🙂🙂🙂', 'noNumber'],
    ['مرحبا', 'noNumber'],
    ['sip:anna@example.org', 'letters'],
    ['+7 495 12', 'incomplete'],
    ['+7 916 123 45 67 8', 'incomplete'],
    ['1234567890123456789', 'tooLong'],
    ['1'.repeat(100_000), 'tooMuchText'],
  ])('%.20s: %s', (text, problem) => expect(readDial(text, 'RU')).toEqual({ ok: false, problem }))
})

it.each([
  ['+79161234567', true],
  ['1002', true],
  ['*811002', false],
  ['#1', false],
])('%s is a plain number: %s', (number, plain) => expect(isPlainNumber(number)).toBe(plain))
