import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import PostalMime from 'postal-mime'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { login, type MailServer, startMailServer } from './fixture.ts'
import { type MailAccount, sendMail } from './smtp.ts'

const fixture = (name: string) => readFileSync(resolve(import.meta.dirname, `../../tests/fixtures/mail-tls/${name}.pem`))
const certificate = (name: string) => ({ cert: fixture(name), key: fixture(`${name}-key`) })
/** A house's own: no computer trusts it by itself. */
const authority = fixture('authority').toString()
const letter = { to: ['boss@office.test'], subject: 'Отчёт', text: 'Отчёт во вложении.', messageId: 'a@callsync' }

let server: MailServer
afterEach(() => server.stop())
const account = (more: Partial<MailAccount>): MailAccount => ({
  host: '127.0.0.1',
  port: server.port,
  security: 'tls',
  ...login,
  from: 'crm@office.test',
  authorities: authority,
  ...more,
})

describe.each(['tls', 'starttls'] as const)('over %s', (security) => {
  const secure = security === 'tls'

  it('a letter arrives at a server whose certificate the house’s own authority vouches for', async () => {
    server = await startMailServer({ certificate: certificate('localhost'), secure })
    expect(await sendMail(account({ security }), letter)).toEqual({ refused: [] })
    expect(await sendMail(account({ security, host: 'localhost' }), letter)).toEqual({ refused: [] })
    expect(server.letters).toHaveLength(2)
    expect(server.encrypted).toBe(2)
  })

  it('none is given to a server that nobody we trust vouches for, nor to one of another name', async () => {
    server = await startMailServer({ certificate: certificate('localhost'), secure })
    await expect(sendMail(account({ security, authorities: '' }), letter)).rejects.toMatchObject({ problem: 'tls' })
    await server.stop()
    server = await startMailServer({ certificate: certificate('other-name'), secure })
    await expect(sendMail(account({ security }), letter)).rejects.toMatchObject({ problem: 'tls' })
    expect([server.letters.length, server.signIns]).toEqual([0, 0])
  })
})

it('neither a letter nor the password goes in the clear to a server that offers no encryption', async () => {
  server = await startMailServer({ plain: true })
  await expect(sendMail(account({ security: 'starttls' }), letter)).rejects.toMatchObject({ problem: 'tls' })
  expect([server.letters.length, server.signIns]).toEqual([0, 0])
})

describe('to a server in the clear', () => {
  beforeEach(async () => {
    server = await startMailServer()
  })
  const plain = () => account({ security: 'none', authorities: '' })
  const test = { to: ['boss@office.test'], subject: 'Проверка\r\nBcc: evil@x.test', text: 'Письмо', messageId: 'a@callsync' }

  it('tells a wrong password, a refusal, a certificate nobody vouches for and a server that is not there apart', async () => {
    const failed = (more: object) => sendMail({ ...plain(), ...more }, test)
    await expect(failed({ password: 'wrong' })).rejects.toMatchObject({ problem: 'signIn' })
    await expect(failed({ security: 'starttls' })).rejects.toMatchObject({ problem: 'tls' })
    await expect(sendMail(plain(), { ...test, to: ['nobody@office.test'] })).rejects.toMatchObject({ problem: 'refused' })
    await expect(failed({ port: 1 })).rejects.toMatchObject({ problem: 'reach' })
    expect(server.letters).toHaveLength(0)
  })

  it('lets no subject become a head of its own', async () => {
    await sendMail(plain(), test)
    const { headers } = await PostalMime.parse(server.letters[0] ?? '')
    expect(headers.some(({ key }) => key === 'bcc')).toBe(false)
  })
})
