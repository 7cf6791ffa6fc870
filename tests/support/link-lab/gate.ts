import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** What happens to a lane's traffic: passed on, kept back until it passes again, or every connection reset. */
type GateMode = 'pass' | 'hold' | 'refuse'

interface Passage {
  readonly lane: string
  readonly client: Socket
  readonly target: Socket
  /** Bytes of both directions disappear; neither side is told. */
  swallows: boolean
}

export interface GateDeps {
  /** Where it listens, on a port the kernel chooses. */
  readonly address: string
  readonly target: { readonly host: string; readonly port: number }
  /** Whose traffic this is, by the client's address: each lane has a mode of its own. */
  readonly laneOf: (address: string) => string
}

/** A TCP proxy in front of a server, which can do to each lane what a bad network does to a connection. */
export class Gate {
  readonly #deps: GateDeps
  readonly #server: Server
  readonly #passages = new Set<Passage>()
  readonly #modes = new Map<string, GateMode>()
  #accepted = 0

  private constructor(deps: GateDeps) {
    this.#deps = deps
    this.#server = createServer((client) => this.#accept(client))
  }

  static async open(deps: GateDeps): Promise<Gate> {
    const gate = new Gate(deps)
    gate.#server.listen(0, deps.address)
    await once(gate.#server, 'listening')
    return gate
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the gate does not listen')
    return address.port
  }

  /** Connections made so far, refused ones included. */
  get accepted(): number {
    return this.#accepted
  }

  /** Resets the lane's connections; new ones pass. */
  reset(lane: string): void {
    for (const passage of this.#of(lane)) this.#reset(passage)
  }

  /** Resets the lane's connections and every new one, until `pass`. */
  refuse(lane: string): void {
    this.#modes.set(lane, 'refuse')
    this.reset(lane)
  }

  /** The lane's present connections go silent for good: nothing arrives, nothing is closed. New ones pass. */
  swallow(lane: string): void {
    for (const passage of this.#of(lane)) passage.swallows = true
  }

  /** Nothing passes on the lane until `pass`, then all of it in order. */
  hold(lane: string): void {
    this.#modes.set(lane, 'hold')
    for (const { client, target } of this.#of(lane)) {
      client.pause()
      target.pause()
    }
  }

  /** The lane is open again. */
  pass(lane: string): void {
    this.#modes.set(lane, 'pass')
    for (const { client, target } of this.#of(lane)) {
      client.resume()
      target.resume()
    }
  }

  async close(): Promise<void> {
    for (const passage of [...this.#passages]) this.#reset(passage)
    await new Promise<void>((done) => this.#server.close(() => done()))
  }

  #accept(client: Socket): void {
    this.#accepted++
    client.on('error', () => undefined)
    const lane = this.#deps.laneOf(client.remoteAddress ?? '')
    const mode = this.#modes.get(lane) ?? 'pass'
    if (mode === 'refuse') {
      client.resetAndDestroy()
      return
    }
    const target = connect(this.#deps.target)
    const passage: Passage = { lane, client, target, swallows: false }
    this.#passages.add(passage)
    this.#join(passage, client, target)
    this.#join(passage, target, client)
    if (mode === 'hold') {
      client.pause()
      target.pause()
    }
  }

  #join(passage: Passage, from: Socket, to: Socket): void {
    from.setNoDelay(true)
    from.on('data', (chunk) => {
      if (!passage.swallows) to.write(chunk)
    })
    from.on('end', () => {
      if (!passage.swallows) to.end()
    })
    from.on('error', () => {
      if (!passage.swallows) to.resetAndDestroy()
    })
    from.on('close', () => {
      // The other side of a silent connection is not told, and stays until the gate closes.
      if (!passage.swallows || to.destroyed) this.#passages.delete(passage)
      // What is on its way still arrives.
      if (!passage.swallows) to.destroySoon()
    })
  }

  #reset({ client, target }: Passage): void {
    // A socket that is still connecting cannot be reset.
    for (const socket of [client, target]) {
      if (socket.connecting) socket.destroy()
      else socket.resetAndDestroy()
    }
  }

  #of(lane: string): Passage[] {
    return [...this.#passages].filter((passage) => passage.lane === lane)
  }
}
