import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'

/** For tests: a mail server on the real wire that keeps what it was given. */
export interface MailServer {
  readonly port: number
  /** Whole letters as they came. */
  readonly letters: Buffer[]
  /** Answers with an error instead, while it is set. */
  failing: string | null
  stop(): Promise<void>
}

export const login = { user: 'callsync', password: 'mail-secret' } as const

export async function startMailServer(): Promise<MailServer> {
  const rig: { failing: string | null } = { failing: null }
  const letters: Buffer[] = []
  const server = new SMTPServer({
    // A certificate nobody vouches for.
    hideSTARTTLS: false,
    allowInsecureAuth: true,
    logger: false,
    onAuth: ({ username, password }, _, done) =>
      username === login.user && password === login.password ? done(null, { user: username }) : done(new Error('wrong password')),
    onRcptTo: ({ address }, _, done) => (address.startsWith('nobody@') ? done(new Error('no such person')) : done()),
    onData: (stream, _, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (rig.failing !== null) return done(new Error(rig.failing))
        letters.push(Buffer.concat(chunks))
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
    get failing() {
      return rig.failing
    },
    set failing(error) {
      rig.failing = error
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
