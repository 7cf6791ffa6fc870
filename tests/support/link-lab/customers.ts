import { randomUUID } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Heard } from './tones.ts'

const host = '127.0.0.1'

interface SipMessage {
  readonly first: string
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly body: string
}

function parse(text: string): SipMessage {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2)
  const [first = '', ...lines] = head.split('\r\n')
  const headers = lines.flatMap((line) => {
    const colon = line.indexOf(':')
    return colon < 0 ? [] : [{ name: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1).trim() }]
  })
  return { first, headers, body }
}

const header = (message: SipMessage, name: string): string => message.headers.find((one) => one.name === name)?.value ?? ''

/** Customers outside: the SIP peer at the other end of the PBX's trunk, each customer with a tone and an ear of its own. */
export class Customers {
  readonly #socket: Socket
  readonly #pbxPort: number
  readonly #calls = new Map<string, CustomerCall>()
  readonly #awaited: { toneHz: number; taken: (call: CustomerCall) => void }[] = []

  private constructor(socket: Socket, pbxPort: number) {
    this.#socket = socket
    this.#pbxPort = pbxPort
    socket.on('message', (data) => this.#receive(String(data)))
  }

  /** `port`: where the PBX's trunk points to. */
  static async open(ports: { port: number; pbxPort: number }): Promise<Customers> {
    const socket = createSocket('udp4')
    socket.bind(ports.port, host)
    await once(socket, 'listening')
    return new Customers(socket, ports.pbxPort)
  }

  /** Calls a DID of the PBX; resolves when the PBX has answered. */
  async call(request: { from: string; to: string; toneHz: number }): Promise<CustomerCall> {
    const voice = await Voice.open(request.toneHz)
    const call = new CustomerCall({
      voice,
      send: (text) => this.#send(text),
      id: `${randomUUID()}@${host}`,
      port: this.#socket.address().port,
      local: `<sip:${request.from}@${host}>;tag=${randomUUID().slice(0, 8)}`,
      remote: `<sip:${request.to}@${host}:${this.#pbxPort}>`,
      target: `sip:${request.to}@${host}:${this.#pbxPort}`,
    })
    this.#calls.set(call.id, call)
    call.invite()
    await call.answered
    return call
  }

  /** Answers the PBX's next call to the outside. */
  expectCall(toneHz: number): Promise<CustomerCall> {
    return new Promise((taken) => this.#awaited.push({ toneHz, taken }))
  }

  /** Nobody outside answers any more, until somebody is expected to. */
  expectNone(): void {
    this.#awaited.length = 0
  }

  async close(): Promise<void> {
    for (const call of this.#calls.values()) call.leave()
    await new Promise<void>((done) => this.#socket.close(() => done()))
  }

  #send(text: string): void {
    this.#socket.send(text, this.#pbxPort, host)
  }

  #receive(text: string): void {
    const message = parse(text)
    const call = this.#calls.get(header(message, 'call-id'))
    if (message.first.startsWith('SIP/2.0 ')) {
      call?.onResponse(message)
      return
    }
    const [method = ''] = message.first.split(' ')
    if (method === 'ACK') return
    if (method === 'OPTIONS' && !call) this.#send(reply(message, '200 OK'))
    else if (method === 'INVITE' && !call) void this.#take(message)
    else if (call) call.onRequest(method, message)
    else this.#send(reply(message, '481 Call/Transaction Does Not Exist'))
  }

  async #take(invite: SipMessage): Promise<void> {
    const awaited = this.#awaited.shift()
    if (!awaited) {
      this.#send(reply(invite, '486 Busy Here'))
      return
    }
    this.#send(reply(invite, '180 Ringing'))
    const call = new CustomerCall({
      voice: await Voice.open(awaited.toneHz),
      send: (text) => this.#send(text),
      id: header(invite, 'call-id'),
      port: this.#socket.address().port,
      local: `${header(invite, 'to')};tag=${randomUUID().slice(0, 8)}`,
      remote: header(invite, 'from'),
      target: /<([^>]+)>/.exec(header(invite, 'contact'))?.[1] ?? '',
    })
    this.#calls.set(call.id, call)
    call.onRequest('INVITE', invite)
    awaited.taken(call)
  }
}

/** The response to a request; `to` replaces its To header, `sdp` becomes the body. */
function reply(request: SipMessage, status: string, parts: { to?: string; contact?: string; sdp?: string } = {}): string {
  const copied = request.headers.filter(({ name }) => ['via', 'from', 'call-id', 'cseq'].includes(name))
  return write(
    `SIP/2.0 ${status}`,
    [
      ...copied.map(({ name, value }) => `${name}: ${value}`),
      `to: ${parts.to ?? header(request, 'to')}`,
      ...(parts.contact === undefined ? [] : [`contact: ${parts.contact}`]),
      ...(parts.sdp === undefined ? [] : ['content-type: application/sdp']),
    ],
    parts.sdp,
  )
}

function write(first: string, headers: readonly string[], body = ''): string {
  return [first, ...headers, `content-length: ${Buffer.byteLength(body)}`, '', body].join('\r\n')
}

interface CallParts {
  readonly voice: Voice
  readonly send: (text: string) => void
  readonly id: string
  readonly port: number
  readonly local: string
  readonly remote: string
  readonly target: string
}

/** One customer on the line, from the customer's side. */
export class CustomerCall {
  readonly #parts: CallParts
  #remote: string
  #target: string
  #sequence = 1
  #settleAnswered: () => void = () => undefined
  #failAnswered: (error: Error) => void = () => undefined
  readonly answered: Promise<void>
  #settleEnded: () => void = () => undefined
  /** Resolves when the PBX has hung up on the customer, or the customer has. */
  readonly ended: Promise<void>
  /** When the PBX hung up on the customer; null when it did not. */
  hungUpAtMs: number | null = null

  constructor(parts: CallParts) {
    this.#parts = parts
    this.#remote = parts.remote
    this.#target = parts.target
    this.answered = new Promise((done, fail) => {
      this.#settleAnswered = done
      this.#failAnswered = fail
    })
    this.ended = new Promise((done) => {
      this.#settleEnded = done
    })
  }

  get id(): string {
    return this.#parts.id
  }

  invite(): void {
    this.#request('INVITE', this.#sdp())
  }

  /** What the customer has heard so far. */
  heard(): Promise<Heard[]> {
    return this.#parts.voice.heard()
  }

  /** The customer presses a digit; as RFC 4733 has it. */
  press(digit: number): void {
    this.#parts.voice.press(digit)
  }

  /** The customer hangs up. */
  hangUp(): void {
    if (this.hungUpAtMs === null) this.#request('BYE')
    this.leave()
  }

  /** Ends the voice without a word to the PBX. */
  leave(): void {
    this.#parts.voice.close()
    this.#settleEnded()
  }

  onResponse(message: SipMessage): void {
    const status = Number(message.first.split(' ')[1])
    if (!header(message, 'cseq').endsWith('INVITE') || status < 200) return
    if (status >= 300) {
      this.#ack()
      this.#failAnswered(new Error(`the PBX said ${message.first}`))
      return
    }
    this.#remote = header(message, 'to')
    this.#target = /<([^>]+)>/.exec(header(message, 'contact'))?.[1] ?? this.#target
    this.#ack()
    this.#talkTo(message.body)
    this.#settleAnswered()
  }

  onRequest(method: string, message: SipMessage): void {
    const isOffer = method === 'INVITE' || method === 'UPDATE'
    if (method === 'BYE' || method === 'CANCEL') this.hungUpAtMs ??= Date.now()
    this.#parts.send(
      reply(message, '200 OK', {
        to: this.#parts.local,
        contact: this.#contact,
        ...(isOffer && message.body !== '' && { sdp: this.#sdp() }),
      }),
    )
    if (isOffer && message.body !== '') this.#talkTo(message.body)
    if (method === 'INVITE') this.#settleAnswered()
    if (method === 'BYE' || method === 'CANCEL') this.leave()
  }

  get #contact(): string {
    return `<sip:customer@${host}:${this.#parts.port}>`
  }

  #ack(): void {
    this.#parts.send(this.#write('ACK', this.#sequence - 1))
  }

  #request(method: string, body = ''): void {
    this.#parts.send(this.#write(method, this.#sequence++, body))
  }

  #write(method: string, sequence: number, body = ''): string {
    return write(
      `${method} ${this.#target} SIP/2.0`,
      [
        `via: SIP/2.0/UDP ${host}:${this.#parts.port};branch=z9hG4bK${randomUUID()};rport`,
        'max-forwards: 70',
        `from: ${this.#parts.local}`,
        `to: ${this.#remote}`,
        `call-id: ${this.id}`,
        `cseq: ${sequence} ${method}`,
        `contact: ${this.#contact}`,
        'allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE',
        ...(body === '' ? [] : ['content-type: application/sdp']),
      ],
      body,
    )
  }

  #sdp(): string {
    return [
      'v=0',
      `o=- 1 1 IN IP4 ${host}`,
      's=-',
      `c=IN IP4 ${host}`,
      't=0 0',
      `m=audio ${this.#parts.voice.port} RTP/AVP 0 101`,
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=ptime:20',
      'a=sendrecv',
      '',
    ].join('\r\n')
  }

  #talkTo(sdp: string): void {
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1])
    const address = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1]
    if (port > 0 && address !== undefined) this.#parts.voice.talkTo(address, port)
  }
}

/** The thread with a customer's RTP. */
class Voice {
  readonly #worker: Worker
  readonly port: number
  #final: Promise<Heard[]> | null = null

  private constructor(worker: Worker, port: number) {
    this.#worker = worker
    this.port = port
  }

  static async open(toneHz: number): Promise<Voice> {
    const worker = new Worker(new URL('./voice.ts', import.meta.url), { workerData: { address: host, toneHz } })
    const [message]: { port: number }[] = await once(worker, 'message')
    if (!message) throw new Error('the voice has no port')
    return new Voice(worker, message.port)
  }

  talkTo(address: string, port: number): void {
    this.#worker.postMessage({ type: 'talk', host: address, port })
  }

  press(digit: number): void {
    this.#worker.postMessage({ type: 'press', digit })
  }

  /** What was heard, after the call too. */
  heard(): Promise<Heard[]> {
    return this.#final ?? this.#ask()
  }

  close(): void {
    this.#final ??= this.#ask().finally(() => this.#worker.postMessage({ type: 'stop' }))
  }

  async #ask(): Promise<Heard[]> {
    this.#worker.postMessage({ type: 'heard' })
    const [message]: { heard: Heard[] }[] = await once(this.#worker, 'message')
    return message?.heard ?? []
  }
}
