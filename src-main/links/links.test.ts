import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linksIn, parseDialLink, parseDialNumber, parseLink } from './dial-link.ts'
import { createInbox } from './inbox.ts'
import { readSelectedNumber } from './selected-number.ts'

test.each([
  ['tel:+74950000701', '+74950000701'],
  ['TEL:+7-(495)-000.07.01', '+74950000701'],
  ['tel:8%20495%20000%2007%2001', '84950000701'],
  ['tel:112;phone-context=example.com', '112'],
  ['tel://112/', '112'],
  ['tel:*100%23', '*100#'],
  ['tel:*100#', '*100#'],
  ['sip:1001@pbx.example.com', '1001'],
  ['sip:1001:secret@pbx.example.com', '1001'],
  ['sips:+74950000701@pbx;transport=tls?Replaces=x', '+74950000701'],
  ['sip:1001;user=phone@pbx', '1001'],
  ['callto://+7 495 000-07-01', '+74950000701'],
  ['callsync:+74950000701', '+74950000701'],
  ['callsync://dial/+74950000701?from=crm', '+74950000701'],
])('%s asks for %s', (link, number) => {
  expect(parseDialLink(link)).toBe(number)
})

test.each([
  'http://evil.example/',
  'javascript:alert(1)',
  'tel:',
  'tel:+',
  'tel:#',
  'tel:**',
  'tel:112,,9999',
  'tel:1+12',
  'tel:++7495',
  'tel:١١٢',
  'tel:112%00',
  'tel:112%0D%0AX-Header:1',
  'tel:%E0%A4%A',
  'tel:112%40evil',
  'tel:112 --no-sandbox',
  'sip:anna@pbx.example.com',
  'sip:pbx.example.com:5060',
  'callto:skype.name',
  'callsync://server?address=https://a.example',
  ' --tel:112',
  `tel:${'1'.repeat(33)}`,
  `tel:112;x=${'1'.repeat(3_000)}`,
])('%s is refused', (link) => {
  expect(parseDialLink(link)).toBeNull()
})

test('whatever the link, the answer is nothing or a plain number', () => {
  const pieces = fc.constantFrom(
    'tel:',
    'sip:',
    'callsync://',
    '+',
    '@',
    ';',
    '?',
    '%',
    '*',
    '#',
    ' ',
    '1',
    '007',
    '\n',
    'a',
    '//',
    ':',
  )
  const links = fc.oneof(
    fc.string(),
    fc.array(pieces).map((all) => all.join('')),
    fc.string().map((text) => `tel:${text}`),
  )
  fc.assert(
    fc.property(links, (link) => {
      const number = parseDialLink(link)
      expect(number === null || /^(\+\d{1,31}|[\d*#]{1,32})$/.test(number)).toBe(true)
    }),
  )
})

test('a number comes through however it is separated, and whatever follows the user part', () => {
  const digits = fc.stringMatching(/^\+?[1-9][0-9]{2,14}$/)
  const separator = fc.constantFrom('', ' ', '-', '.', '(', ')', '\u00a0', '\u2011')
  const tail = fc.constantFrom('', ';ext=1', '?body=x', ';isub=1?a=b')
  fc.assert(
    fc.property(digits, separator, tail, (number, between, rest) => {
      const written = number.replaceAll(/(\d\d)(?=\d)/g, `$1${between}`)
      expect(parseDialLink(`tel:${written}${rest}`)).toBe(number)
      expect(parseDialLink(`sip:${encodeURIComponent(written)}@host${rest}`)).toBe(number)
      expect(parseDialNumber(parseDialNumber(written) ?? '')).toBe(number)
    }),
  )
})

test('two numbers below each other are not one', () => {
  expect(parseDialNumber('112\n113')).toBeNull()
  expect(parseDialNumber(' 112\n')).toBe('112')
})

test.each<[string, string | null]>([
  ['callsync://server?address=https%3A%2F%2Fcallsync.example.com', 'https://callsync.example.com'],
  ['callsync://server/?address=http://10.0.0.5:7420', 'http://10.0.0.5:7420'],
  ['callsync://server?address=javascript:alert(1)', null],
  ['callsync://server?address=file:///etc/passwd', null],
  ['callsync://server?other=1', null],
  [`callsync://server?address=https://${'a'.repeat(400)}`, null],
  ['tel://server?address=https://a.example', null],
])('%s offers the server %s', (link, address) => {
  expect(parseLink(link)).toEqual(address === null ? null : { kind: 'server', address })
})

test('of a start’s arguments only links are links', () => {
  const argv = ['/opt/callsync', '--user-data-dir=/x', '--url=tel:1', '/home/a/tel:1', 'tel:112', 'callsync:113']
  expect(linksIn(argv)).toEqual(['tel:112', 'callsync:113'])
})

test('numbers wait until they are taken, each once, and no flood of them', () => {
  let told = 0
  let useless = 0
  const inbox = createInbox({
    onNumber: () => {
      told += 1
    },
    onServerOffer: () => undefined,
    onUseless: () => {
      useless += 1
    },
  })
  inbox.takeLink('tel:112')
  inbox.takeLink('tel:112')
  expect([told, useless]).toEqual([2, 0])
  inbox.takeLink('tel:call-me')
  inbox.takeLink('callsync://server?address=ftp://a.example')
  expect([told, useless]).toEqual([2, 2])
  expect(inbox.takeNumbers()).toEqual([{ number: '112', source: 'link' }])
  expect(inbox.takeNumbers()).toEqual([])
  for (let n = 0; n < 100; n += 1) inbox.takeLink(`tel:${100 + n}`)
  expect(inbox.takeNumbers()).toHaveLength(5)
})

test('a server’s address is offered and never applied: it waits to be taken, once', () => {
  let offers = 0
  const inbox = createInbox({
    onNumber: () => undefined,
    onServerOffer: () => {
      offers += 1
    },
    onUseless: () => undefined,
  })
  inbox.takeLink('callsync://server?address=https://a.example')
  expect(offers).toBe(1)
  expect(inbox.takeNumbers()).toEqual([])
  expect(inbox.takeServerOffer()).toBe('https://a.example')
  expect(inbox.takeServerOffer()).toBeNull()
})

test('what is marked counts before what is copied, on Linux alone; what is no number is passed over', async () => {
  const clipboard = (copied: string, marked: string) => ({
    readText: async () => copied,
    selection: { readText: async () => marked },
  })
  expect(await readSelectedNumber(clipboard('111', '+7 495 000-07-01'), 'linux')).toBe('+74950000701')
  expect(await readSelectedNumber(clipboard('111', 'some words'), 'linux')).toBe('111')
  expect(await readSelectedNumber(clipboard('111', '222'), 'win32')).toBe('111')
  expect(await readSelectedNumber(clipboard('call me', 'rm -rf /'), 'linux')).toBeNull()
})
