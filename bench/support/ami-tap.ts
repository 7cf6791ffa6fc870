import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** Between the server and Asterisk's manager port: passes everything on, and notes when a channel's ringing came by. */
export class AmiTap {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #ringingAtMs = new Map<string, number>()

  private constructor(target: { host: string; port: number }) {
    this.#server = createServer((client) => {
      const asterisk = connect(target)
      for (const [socket, other] of [
        [client, asterisk],
        [asterisk, client],
      ] as const) {
        socket.setNoDelay(true)
        this.#sockets.add(socket)
        socket.on('error', () => other.destroy())
        socket.on('close', () => {
          this.#sockets.delete(socket)
          other.destroy()
        })
      }
      client.on('data', (chunk) => asterisk.write(chunk))
      let rest = ''
      asterisk.on('data', (chunk: Buffer) => {
        const nowMs = Date.now()
        client.write(chunk)
        const events = (rest + chunk.toString('latin1')).split('\r\n\r\n')
        rest = events.pop() ?? ''
        for (const event of events) this.#note(event, nowMs)
      })
    })
  }

  static async start(target: { host: string; port: number }): Promise<AmiTap> {
    const tap = new AmiTap(target)
    await new Promise<void>((done) => tap.#server.listen(0, '127.0.0.1', done))
    return tap
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the tap does not listen')
    return address.port
  }

  /** When the first event that calls this channel ringing arrived; null when none has. */
  ringingAtMs(uniqueid: string): number | null {
    return this.#ringingAtMs.get(uniqueid) ?? null
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((done) => this.#server.close(done))
  }

  #note(event: string, nowMs: number): void {
    // 5 is Ringing; Dial events carry the called channel as Dest…
    for (const prefix of ['', 'Dest']) {
      if (!new RegExp(`^${prefix}ChannelState: 5\\r?$`, 'm').test(event)) continue
      const uniqueid = new RegExp(`^${prefix}Uniqueid: (\\S+)`, 'm').exec(event)?.[1]
      if (uniqueid !== undefined && !this.#ringingAtMs.has(uniqueid)) this.#ringingAtMs.set(uniqueid, nowMs)
    }
  }
}
