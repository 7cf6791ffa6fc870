import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import WebSocket from 'ws'

export interface SipInvite {
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Just enough of a softphone to see what Asterisk sends one: registers over the WebSocket and answers every INVITE with
 * 486. No audio; for that there is a browser.
 */
export class SipSocket {
  readonly #socket: WebSocket
  readonly #tag = randomUUID().slice(0, 8)
  readonly #callId = randomUUID()
  readonly #invites: SipInvite[] = []
  #waiting: ((invite: SipInvite) => void) | null = null
  #onRegister: (response: string) => void = () => undefined

  private constructor(socket: WebSocket) {
    this.#socket = socket
    // from the first byte on: Asterisk asks with OPTIONS in the same breath as it accepts a REGISTER
    socket.on('message', (data) => this.#receive(String(data)))
  }

  static async register(phone: { socketUrl: string; domain: string; extension: string; password: string }): Promise<SipSocket> {
    const socket = new WebSocket(phone.socketUrl, 'sip')
    await once(socket, 'open')
    const sip = new SipSocket(socket)
    const challenge = await sip.#registerOnce(phone, 1, null)
    const [, realm = ''] = /realm="([^"]*)"/.exec(challenge) ?? []
    const [, nonce = ''] = /nonce="([^"]*)"/.exec(challenge) ?? []
    const [, opaque] = /opaque="([^"]*)"/.exec(challenge) ?? []
    const uri = `sip:${phone.domain}`
    const digest = md5(
      `${md5(`${phone.extension}:${realm}:${phone.password}`)}:${nonce}:00000001:0a4f113b:auth:${md5(`REGISTER:${uri}`)}`,
    )
    const answer = await sip.#registerOnce(
      phone,
      2,
      `Digest username="${phone.extension}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${digest}", algorithm=MD5, qop=auth, nc=00000001, cnonce="0a4f113b"${opaque === undefined ? '' : `, opaque="${opaque}"`}`,
    )
    if (!answer.startsWith('SIP/2.0 200')) throw new Error(`Asterisk refused the registration: ${answer.split('\r\n')[0]}`)
    return sip
  }

  /** The next INVITE, or one that came already. */
  invite(): Promise<SipInvite> {
    const present = this.#invites.shift()
    if (present) return Promise.resolve(present)
    return new Promise((done) => {
      this.#waiting = done
    })
  }

  close(): void {
    this.#socket.close()
  }

  #registerOnce(phone: { domain: string; extension: string }, sequence: number, authorization: string | null): Promise<string> {
    const address = `sip:${phone.extension}@${phone.domain}`
    const lines = [
      `REGISTER sip:${phone.domain} SIP/2.0`,
      `Via: SIP/2.0/WS test.invalid;branch=z9hG4bK${randomUUID()}`,
      'Max-Forwards: 70',
      `From: <${address}>;tag=${this.#tag}`,
      `To: <${address}>`,
      `Call-ID: ${this.#callId}`,
      `CSeq: ${sequence} REGISTER`,
      `Contact: <sip:${phone.extension}@test.invalid;transport=ws>;expires=60`,
      ...(authorization === null ? [] : [`Authorization: ${authorization}`]),
      'Content-Length: 0',
    ]
    // Heard where all is heard: the answer and an OPTIONS may come as one piece, and nothing waits between the two.
    const answered = new Promise<string>((resolve, reject) => {
      this.#onRegister = resolve
      AbortSignal.timeout(20_000).addEventListener('abort', () => reject(new Error('Asterisk does not answer a REGISTER')))
    })
    this.#socket.send(`${lines.join('\r\n')}\r\n\r\n`)
    return answered
  }

  #receive(text: string): void {
    const [head = ''] = text.split('\r\n\r\n')
    const [first = '', ...lines] = head.split('\r\n')
    const method = first.split(' ')[0] ?? ''
    if (method === 'SIP/2.0' && lines.some((line) => /^cseq:.*REGISTER/i.test(line))) this.#onRegister(text)
    if (method === 'SIP/2.0' || method === '' || method === 'ACK') return
    const dialog = lines.filter((line) => /^(via|from|call-id|cseq|record-route):/i.test(line))
    const to = lines.find((line) => /^to:/i.test(line)) ?? ''
    const status = method === 'INVITE' ? '486 Busy Here' : '200 OK'
    this.#socket.send([`SIP/2.0 ${status}`, ...dialog, `${to};tag=${this.#tag}`, 'Content-Length: 0', '', ''].join('\r\n'))
    if (method !== 'INVITE') return
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    )
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting) waiting({ headers })
    else this.#invites.push({ headers })
  }
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
