import { getCACertificates } from 'node:tls'
import { createTransport } from 'nodemailer'
import type { MailProblem, MailSettings } from '../contract/index.ts'

export interface MailAccount extends MailSettings {
  readonly password: string
}

export interface Letter {
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  /** Without the brackets; a letter sent again has the same, by which mail programs drop the second. */
  readonly messageId: string
  readonly attachment?: { readonly fileName: string; readonly content: Buffer }
}

/** Sends over SMTP. Resolves with those who were refused while others were not; throws MailError. */
export type SendMail = (account: MailAccount, letter: Letter) => Promise<{ readonly refused: readonly string[] }>

export class MailError extends Error {
  override readonly name = 'MailError'
  readonly problem: MailProblem

  constructor(problem: MailProblem, message: string, cause?: unknown) {
    super(message, { cause })
    this.problem = problem
  }
}

const timeoutMs = 20_000

export const sendMail: SendMail = async (account, letter) => {
  const { host, port, security, user, password, from, authorities } = account
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    // Given, they stand in place of the usual ones.
    ...(authorities !== '' && { tls: { ca: [...getCACertificates('default'), authorities] } }),
    ...(user !== '' && { auth: { user, pass: password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: 3 * timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    const sent = await transport.sendMail({
      from,
      to: [...letter.to],
      subject: letter.subject,
      text: letter.text,
      messageId: `<${letter.messageId}>`,
      ...(letter.attachment && {
        attachments: [{ filename: letter.attachment.fileName, content: letter.attachment.content }],
      }),
    })
    return { refused: sent.rejected }
  } catch (error) {
    throw new MailError(problemOf(error), error instanceof Error ? error.message : String(error), error)
  } finally {
    transport.close()
  }
}

const byCode: Readonly<Record<string, MailProblem>> = {
  EAUTH: 'signIn',
  ENOAUTH: 'signIn',
  ETLS: 'tls',
  EENVELOPE: 'refused',
  EMESSAGE: 'refused',
  ECONNECTION: 'reach',
  ETIMEDOUT: 'reach',
  EDNS: 'reach',
  ESOCKET: 'reach',
  EPROTOCOL: 'reach',
}

function problemOf(error: unknown): MailProblem {
  if (!(error instanceof Error)) return 'reach'
  if (/certificate|self.signed|SSL|TLS/i.test(error.message)) return 'tls'
  return ('code' in error && typeof error.code === 'string' && byCode[error.code]) || 'reach'
}
