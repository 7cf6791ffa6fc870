import { createServer, type Server, type Socket } from 'node:net'

export type AmiHeaders = Readonly<Record<string, string>>

/** Answers one action on its connection; nothing written is no answer. */
export type AmiHandler = (action: AmiHeaders, peer: AmiPeer) => void

/** One connected client. */
export class AmiPeer {
  readonly #socket: Socket
  readonly closed: Promise<void>

  constructor(socket: Socket) {
    this.#socket = socket
    this.closed = new Promise((done) => socket.once('close', () => done()))
    socket.on('error', () => undefined)
  }

  send(...messages: readonly AmiHeaders[]): void {
    const text = messages.map(
      (message) =>
        `${Object.entries(message)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\r\n')}\r\n\r\n`,
    )
    this.#socket.write(text.join(''))
  }

  write(text: string): void {
    this.#socket.write(text)
  }

  /** Resolves when the client has taken all that was written so far, but for what the kernel holds for it. */
  taken(): Promise<void> {
    return new Promise((done) => this.#socket.write('', () => done()))
  }

  /** The answer to a list action. */
  list(action: AmiHeaders, items: readonly AmiHeaders[]): void {
    const id = { ActionID: action['ActionID'] ?? '' }
    this.send({ Response: 'Success', ...id, EventList: 'start' }, ...items.map((item) => ({ ...item, ...id })), {
      Event: `${action['Action']}Complete`,
      ...id,
      EventList: 'Complete',
    })
  }

  ok(action: AmiHeaders, more: AmiHeaders = {}): void {
    this.send({ Response: 'Success', ActionID: action['ActionID'] ?? '', ...more })
  }

  error(action: AmiHeaders, message: string): void {
    this.send({ Response: 'Error', ActionID: action['ActionID'] ?? '', Message: message })
  }

  drop(): void {
    this.#socket.destroy()
  }
}

/** A manager interface that says what a test wants, over a real socket. */
export class ScriptedAmi {
  readonly secret = 'right'
  readonly peers: AmiPeer[] = []
  readonly actions: AmiHeaders[] = []
  /** Accepts and reads, and answers nothing any more. */
  silent = false
  greeting = 'Asterisk Call Manager/11.0.0\r\n'
  readonly #handlers = new Map<string, AmiHandler>()
  readonly #server: Server
  readonly #watchers = new Set<() => void>()

  private constructor() {
    // As Asterisk's: an event does not wait until the one before it is acknowledged.
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket))
    this.on('Login', (action, peer) =>
      action['Secret'] === this.secret ? peer.ok(action) : peer.error(action, 'Authentication failed'),
    )
    this.on('Events', (action, peer) => peer.ok(action))
    this.on('Ping', (action, peer) => peer.ok(action, { Ping: 'Pong' }))
    for (const name of ['Status', 'BridgeList', 'QueueStatus', 'PJSIPShowEndpoints']) {
      this.on(name, (action, peer) => peer.list(action, []))
    }
  }

  static async start(port = 0): Promise<ScriptedAmi> {
    const ami = new ScriptedAmi()
    await new Promise<void>((done, fail) => {
      ami.#server.once('error', fail)
      ami.#server.listen(port, '127.0.0.1', done)
    })
    return ami
  }

  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('not listening')
    return address.port
  }

  on(action: string, handler: AmiHandler): void {
    this.#handlers.set(action, handler)
  }

  count(action: string): number {
    return this.actions.filter((sent) => sent['Action'] === action).length
  }

  /** Resolves as soon as it holds; looked at after each connection, action and close. */
  async until(holds: () => boolean): Promise<void> {
    if (holds()) return
    await new Promise<void>((done) => {
      const look = () => {
        if (!holds()) return
        this.#watchers.delete(look)
        done()
      }
      this.#watchers.add(look)
    })
  }

  async stop(): Promise<void> {
    for (const peer of this.peers) peer.drop()
    await new Promise<void>((done) => this.#server.close(() => done()))
  }

  #changed(): void {
    for (const look of [...this.#watchers]) look()
  }

  #accept(socket: Socket): void {
    const peer = new AmiPeer(socket)
    this.peers.push(peer)
    void peer.closed.then(() => this.#changed())
    socket.setEncoding('utf8')
    socket.write(this.greeting)
    let text = ''
    socket.on('data', (chunk: string) => {
      text += chunk
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const lines = text.slice(0, end).split('\r\n')
        text = text.slice(end + 4)
        const action = Object.fromEntries(
          lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        )
        // names of actions are case-insensitive, and the client library says `login`
        const name = (action['Action'] ?? '').replace(/^login$/, 'Login')
        this.actions.push({ ...action, Action: name })
        if (!this.silent) this.#handlers.get(name)?.(action, peer)
        this.#changed()
      }
    })
    this.#changed()
  }
}
