import { createHash, randomBytes } from 'node:crypto'
import { WebSocket } from 'ws'

/** What a SIP message is made of; header names in lower case, repeated ones in order. */
interface Message {
  readonly start: string
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: string
}

interface Dialog {
  readonly callId: string
  readonly localTag: string
  remoteTag: string
  /** `From` and `To` of requests we send, without tags. */
  readonly local: string
  readonly remote: string
  target: string
  cseq: number
}

const answerLimitMs = 5_000

/**
 * An operator's phone that does exactly what a test tells it: SIP over WebSocket, WebRTC session descriptions, no media.
 * Asterisk sees an ordinary WebRTC endpoint whose packets never come, which is fine for calls shorter than `rtp_timeout`.
 */
export class ScriptedPhone {
  readonly extension: string
  readonly #domain: string
  readonly #password: string
  readonly #socket: WebSocket
  readonly #calls = new Map<string, PhoneCall>()
  readonly #waiting = new Map<string, (response: Message) => void>()
  readonly #incoming: PhoneCall[] = []
  #taker: ((call: PhoneCall) => void) | null = null
  #registration = { callId: token(), cseq: 0 }

  private constructor(deps: { extension: string; domain: string; password: string; socket: WebSocket }) {
    this.extension = deps.extension
    this.#domain = deps.domain
    this.#password = deps.password
    this.#socket = deps.socket
    deps.socket.on('message', (data) => this.#receive(parse(String(data))))
  }

  static async connect(options: {
    socketUrl: string
    domain: string
    extension: string
    password: string
  }): Promise<ScriptedPhone> {
    const socket = new WebSocket(options.socketUrl, 'sip')
    await new Promise<void>((done, fail) => {
      socket.once('open', () => done())
      socket.once('error', fail)
    })
    const phone = new ScriptedPhone({ ...options, socket })
    await phone.register(120)
    return phone
  }

  /** `expiresS` 0 takes the contact away. */
  async register(expiresS: number): Promise<void> {
    const target = `sip:${this.#domain}`
    const dialog: Dialog = {
      callId: this.#registration.callId,
      localTag: token(),
      remoteTag: '',
      local: this.#address,
      remote: this.#address,
      target,
      cseq: this.#registration.cseq,
    }
    const response = await this.request('REGISTER', dialog, {
      contact: `${this.#contact};expires=${expiresS}`,
      expires: String(expiresS),
    })
    this.#registration.cseq = dialog.cseq
    if (statusOf(response) !== 200) throw new Error(`REGISTER of ${this.extension}: ${response.start}`)
  }

  /** The next call that rings here, or that rang and nobody took from here yet. */
  async incoming(): Promise<PhoneCall> {
    const ready = this.#incoming.shift()
    if (ready) return ready
    return new Promise((done) => {
      this.#taker = done
    })
  }

  /** Calls a number; resolves when the INVITE is on its way. */
  call(number: string, headers: Readonly<Record<string, string>> = {}): PhoneCall {
    const target = `sip:${number}@${this.#domain}`
    const dialog: Dialog = {
      callId: token(),
      localTag: token(),
      remoteTag: '',
      local: this.#address,
      remote: `<${target}>`,
      target,
      cseq: 0,
    }
    const call = new PhoneCall({ phone: this, dialog, invite: null })
    this.#calls.set(dialog.callId, call)
    call.start(headers)
    return call
  }

  /** A new call in the place of that one, as a reloaded page makes it. */
  replace(call: PhoneCall): PhoneCall {
    return this.call(this.extension, { replaces: call.replacesHeader() })
  }

  /** The socket goes without a word. */
  close(): void {
    this.#socket.terminate()
  }

  get #address(): string {
    return `<sip:${this.extension}@${this.#domain}>`
  }

  get #contact(): string {
    return `<sip:${this.extension}@phone.invalid;transport=ws>`
  }

  forget(callId: string): void {
    this.#calls.delete(callId)
  }

  /** Sends a request and resolves with its final response; a challenge is answered. */
  async request(
    method: string,
    dialog: Dialog,
    headers: Readonly<Record<string, string>> = {},
    body = '',
    onProvisional: (response: Message) => void = () => undefined,
  ): Promise<Message> {
    let authorization: Record<string, string> = {}
    for (let attempt = 0; ; attempt++) {
      dialog.cseq++
      const branch = `z9hG4bK${token()}`
      const response = await new Promise<Message>((done, fail) => {
        const limit = setTimeout(() => fail(new Error(`${method} of ${this.extension}: no answer`)), answerLimitMs * 12)
        this.#waiting.set(`${branch} ${method}`, (message) => {
          if (statusOf(message) < 200) return onProvisional(message)
          clearTimeout(limit)
          this.#waiting.delete(`${branch} ${method}`)
          done(message)
        })
        this.send(
          `${method} ${dialog.target} SIP/2.0`,
          {
            via: `SIP/2.0/WS phone.invalid;branch=${branch}`,
            'max-forwards': '70',
            from: `${dialog.local};tag=${dialog.localTag}`,
            to: dialog.remoteTag === '' ? dialog.remote : `${dialog.remote};tag=${dialog.remoteTag}`,
            'call-id': dialog.callId,
            cseq: `${dialog.cseq} ${method}`,
            ...(method === 'REGISTER' ? {} : { contact: this.#contact }),
            supported: 'replaces,outbound',
            ...headers,
            ...authorization,
          },
          body,
        )
      })
      if (method === 'INVITE') {
        if (statusOf(response) < 300) return response
        // the ACK of a refusal belongs to the INVITE's own transaction
        this.send(`ACK ${dialog.target} SIP/2.0`, {
          via: `SIP/2.0/WS phone.invalid;branch=${branch}`,
          'max-forwards': '70',
          from: header(response, 'from'),
          to: header(response, 'to'),
          'call-id': dialog.callId,
          cseq: `${dialog.cseq} ACK`,
        })
      }
      if (statusOf(response) !== 401 || attempt > 0) return response
      authorization = { authorization: this.#digest(method, dialog.target, header(response, 'www-authenticate')) }
    }
  }

  send(start: string, headers: Readonly<Record<string, string>>, body = ''): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    const type = body === '' ? [] : ['content-type: application/sdp']
    this.#socket.send([start, ...lines, ...type, `content-length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'))
  }

  respond(request: Message, status: string, localTag: string, body = ''): void {
    const to = header(request, 'to')
    const vias = request.headers.get('via') ?? []
    this.send(
      `SIP/2.0 ${status}`,
      {
        via: vias.join(', '),
        from: header(request, 'from'),
        to: to.includes(';tag=') ? to : `${to};tag=${localTag}`,
        'call-id': header(request, 'call-id'),
        cseq: header(request, 'cseq'),
        contact: this.#contact,
      },
      body,
    )
  }

  #receive(message: Message | null): void {
    if (!message) return
    const [method] = header(message, 'cseq').split(' ').slice(1)
    if (message.start.startsWith('SIP/2.0')) {
      const branch = /branch=([^;,]+)/.exec(header(message, 'via'))?.[1] ?? ''
      this.#waiting.get(`${branch} ${method}`)?.(message)
      return
    }
    const callId = header(message, 'call-id')
    const call = this.#calls.get(callId)
    if (call) call.receive(message)
    else if (method === 'INVITE') this.#ring(callId, message)
    else if (method !== 'ACK')
      this.respond(message, method === 'OPTIONS' || method === 'NOTIFY' ? '200 OK' : '481 No call', token())
  }

  #ring(callId: string, invite: Message): void {
    const from = header(invite, 'from')
    const dialog: Dialog = {
      callId,
      localTag: token(),
      remoteTag: /;tag=([^;]+)/.exec(from)?.[1] ?? '',
      local: header(invite, 'to').replace(/;tag=.*/, ''),
      remote: from.replace(/;tag=.*/, ''),
      target: /<([^>]+)>/.exec(header(invite, 'contact'))?.[1] ?? '',
      cseq: 0,
    }
    const call = new PhoneCall({ phone: this, dialog, invite })
    this.#calls.set(callId, call)
    this.respond(invite, '180 Ringing', dialog.localTag)
    const taker = this.#taker
    this.#taker = null
    if (taker) taker(call)
    else this.#incoming.push(call)
  }

  #digest(method: string, uri: string, challenge: string): string {
    const value = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? ''
    const md5 = (input: string) => createHash('md5').update(input).digest('hex')
    const [realm, nonce, cnonce] = [value('realm'), value('nonce'), token()]
    const secret = md5(`${this.extension}:${realm}:${this.#password}`)
    const response = md5([secret, nonce, '00000001', cnonce, 'auth', md5(`${method}:${uri}`)].join(':'))
    const opaque = value('opaque') === '' ? '' : `, opaque="${value('opaque')}"`
    return `Digest username="${this.extension}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="${cnonce}"${opaque}`
  }
}

/** One call on a scripted phone. */
export class PhoneCall {
  readonly #phone: ScriptedPhone
  readonly #dialog: Dialog
  readonly #invite: Message | null
  readonly #answered = Promise.withResolvers<boolean>()
  readonly #ended = Promise.withResolvers<void>()
  #up = false

  constructor(deps: { phone: ScriptedPhone; dialog: Dialog; invite: Message | null }) {
    this.#phone = deps.phone
    this.#dialog = deps.dialog
    this.#invite = deps.invite
  }

  /** True when the other side answered an outgoing call, false when it did not. */
  get answered(): Promise<boolean> {
    return this.#answered.promise
  }

  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** A header of the INVITE that rang here. */
  header(name: string): string {
    return this.#invite ? header(this.#invite, name.toLowerCase()) : ''
  }

  replacesHeader(): string {
    return `${this.#dialog.callId};to-tag=${this.#dialog.remoteTag};from-tag=${this.#dialog.localTag}`
  }

  start(headers: Readonly<Record<string, string>>): void {
    void this.#phone.request('INVITE', this.#dialog, headers, offer('actpass', 'sendrecv')).then(
      (response) => {
        if (statusOf(response) >= 300) return this.#end()
        this.#dialog.remoteTag = /;tag=([^;]+)/.exec(header(response, 'to'))?.[1] ?? ''
        this.#dialog.target = /<([^>]+)>/.exec(header(response, 'contact'))?.[1] ?? this.#dialog.target
        this.#acknowledge()
        this.#up = true
        this.#answered.resolve(true)
      },
      () => this.#end(),
    )
  }

  /** Resolves when Asterisk has acknowledged. */
  async answer(): Promise<void> {
    if (!this.#invite) throw new Error('only a ringing call can be answered')
    this.#phone.respond(this.#invite, '200 OK', this.#dialog.localTag, offer('active', 'sendrecv'))
    await this.#answered.promise
  }

  reject(status = '486 Busy Here'): void {
    if (!this.#invite) throw new Error('only a ringing call can be rejected')
    this.#phone.respond(this.#invite, status, this.#dialog.localTag)
  }

  async hangUp(): Promise<void> {
    if (this.#up) await this.#phone.request('BYE', this.#dialog)
    this.#end()
  }

  hold(): Promise<void> {
    return this.#reinvite('sendonly')
  }

  unhold(): Promise<void> {
    return this.#reinvite('sendrecv')
  }

  /** Sends the other side to a number. */
  async blindTransfer(number: string): Promise<void> {
    await this.#refer(`<sip:${number}@${domainOf(this.#dialog.target)}>`)
  }

  /** Joins the other side with whoever is on `other`. */
  async attendedTransfer(other: PhoneCall): Promise<void> {
    const uri = other.#dialog.target.replace(/;.*/, '')
    await this.#refer(`<${uri}?Replaces=${encodeURIComponent(other.replacesHeader())}>`)
  }

  receive(request: Message): void {
    const [method] = request.start.split(' ')
    if (method === 'ACK') {
      this.#up = true
      this.#answered.resolve(true)
      return
    }
    if (method === 'INVITE') this.#phone.respond(request, '200 OK', this.#dialog.localTag, offer('active', 'sendrecv'))
    else this.#phone.respond(request, '200 OK', this.#dialog.localTag)
    if (method === 'CANCEL' && this.#invite) this.#phone.respond(this.#invite, '487 Request Terminated', this.#dialog.localTag)
    if (method === 'BYE' || method === 'CANCEL') this.#end()
  }

  async #reinvite(direction: 'sendonly' | 'sendrecv'): Promise<void> {
    const response = await this.#phone.request('INVITE', this.#dialog, {}, offer('actpass', direction))
    if (statusOf(response) !== 200) throw new Error(`re-INVITE: ${response.start}`)
    this.#acknowledge()
  }

  async #refer(to: string): Promise<void> {
    const response = await this.#phone.request('REFER', this.#dialog, {
      'refer-to': to,
      'referred-by': this.#dialog.local,
    })
    if (statusOf(response) !== 202) throw new Error(`REFER: ${response.start}`)
  }

  #acknowledge(): void {
    this.#phone.send(`ACK ${this.#dialog.target} SIP/2.0`, {
      via: `SIP/2.0/WS phone.invalid;branch=z9hG4bK${token()}`,
      'max-forwards': '70',
      from: `${this.#dialog.local};tag=${this.#dialog.localTag}`,
      to: `${this.#dialog.remote};tag=${this.#dialog.remoteTag}`,
      'call-id': this.#dialog.callId,
      cseq: `${this.#dialog.cseq} ACK`,
    })
  }

  #end(): void {
    this.#up = false
    this.#phone.forget(this.#dialog.callId)
    this.#answered.resolve(false)
    this.#ended.resolve()
  }
}

function token(): string {
  return randomBytes(8).toString('hex')
}

function domainOf(uri: string): string {
  return /@([^;>]+)/.exec(uri)?.[1] ?? uri.replace(/^sips?:/, '')
}

function header(message: Message, name: string): string {
  return message.headers.get(name)?.[0] ?? ''
}

function statusOf(response: Message): number {
  return Number(response.start.split(' ')[1] ?? 0)
}

const longNames: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
}

function parse(text: string): Message | null {
  const end = text.indexOf('\r\n\r\n')
  const [start, ...lines] = (end < 0 ? text : text.slice(0, end)).split('\r\n')
  if (!start) return null
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const short = line.slice(0, colon).trim().toLowerCase()
    const name = longNames[short] ?? short
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()])
  }
  return { start, headers, body: end < 0 ? '' : text.slice(end + 4) }
}

/** A WebRTC session description with a certificate and a candidate nobody stands behind. */
function offer(setup: 'actpass' | 'active', direction: 'sendrecv' | 'sendonly'): string {
  const fingerprint = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0').toUpperCase()).join(':')
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 0',
    'c=IN IP4 127.0.0.1',
    'a=rtcp-mux',
    'a=mid:0',
    `a=${direction}`,
    'a=ice-ufrag:phone000',
    'a=ice-pwd:phone000phone000phone000',
    'a=candidate:1 1 udp 2122260223 127.0.0.1 9 typ host',
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=setup:${setup}`,
    'a=rtpmap:0 PCMU/8000',
    '',
  ].join('\r\n')
}
