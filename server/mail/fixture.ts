import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'

/** For tests: a mail server on the real wire that keeps what it was given. */
export interface MailServer {
  readonly port: number
  /** Whole letters as they came. */
  readonly letters: Buffer[]
  /** How many of them came encrypted. */
  readonly encrypted: number
  /** How many clients showed it a name and password. */
  readonly signIns: number
  /** Answers with an error instead, while it is set. */
  failing: string | null
  stop(): Promise<void>
}

export const login = { user: 'callsync', password: 'mail-secret' } as const

/** What it shows who asks for encryption. */
interface Certificate {
  readonly key: Buffer
  readonly cert: Buffer
}

/** `secure`: encrypted from the first byte. Without a certificate it shows one that nobody vouches for; `plain`: it has none at all. */
export async function startMailServer(
  options: { certificate?: Certificate; secure?: boolean; plain?: boolean } = {},
): Promise<MailServer> {
  const rig: { failing: string | null; encrypted: number; signIns: number } = { failing: null, encrypted: 0, signIns: 0 }
  const letters: Buffer[] = []
  const server = new SMTPServer({
    ...options.certificate,
    secure: options.secure ?? false,
    disabledCommands: options.plain ? ['STARTTLS'] : [],
    allowInsecureAuth: true,
    logger: false,
    onAuth: ({ username, password }, _, done) => {
      rig.signIns++
      const isRight = username === login.user && password === login.password
      return isRight ? done(null, { user: username }) : done(new Error('wrong password'))
    },
    onRcptTo: ({ address }, _, done) => (address.startsWith('nobody@') ? done(new Error('no such person')) : done()),
    onData: (stream, { secure }, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (rig.failing !== null) return done(new Error(rig.failing))
        letters.push(Buffer.concat(chunks))
        if (secure) rig.encrypted++
        done()
      })
    },
  })
  // Clients that hang up over a certificate are no news here.
  server.on('error', () => undefined)
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    letters,
    get encrypted() {
      return rig.encrypted
    },
    get signIns() {
      return rig.signIns
    },
    get failing() {
      return rig.failing
    },
    set failing(error) {
      rig.failing = error
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
