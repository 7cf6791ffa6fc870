/** The PBX's end of a WebSocket in the page: sees each SIP request, and says what the test wants said. */
export class FakeWebSocket extends EventTarget {
  static opened: FakeWebSocket[] = []
  /** Requests on all sockets, in order. */
  static requests: { readonly socket: FakeWebSocket; readonly text: string }[] = []
  /** The answer to a request; null stays silent. */
  static answer: (request: string) => string | null = () => null

  static reset(): void {
    FakeWebSocket.opened = []
    FakeWebSocket.requests = []
    FakeWebSocket.answer = () => null
  }

  binaryType = 'blob'
  #closed = false

  constructor() {
    super()
    FakeWebSocket.opened.push(this)
    queueMicrotask(() => this.dispatchEvent(new Event('open')))
  }

  send(text: string): void {
    FakeWebSocket.requests.push({ socket: this, text })
    const answer = text.startsWith('SIP/2.0') ? null : FakeWebSocket.answer(text)
    if (answer !== null) queueMicrotask(() => this.receive(answer))
  }

  receive(text: string): void {
    if (!this.#closed) this.dispatchEvent(new MessageEvent('message', { data: text }))
  }

  /** The network cuts it. */
  cut(): void {
    this.close(1006)
  }

  close(code = 1000): void {
    if (this.#closed) return
    this.#closed = true
    queueMicrotask(() => this.dispatchEvent(Object.assign(new Event('close'), { code })))
  }
}

const copied = /^(Via|From|To|Call-ID|CSeq): .*$/gim

/** A final answer to a request, with the headers SIP wants copied. */
export function respond(request: string, status: string, more: readonly string[] = []): string {
  const headers = (request.match(copied) ?? []).map((line) => (/^To: [^;]*$/i.test(line) ? `${line};tag=pbx` : line))
  return [`SIP/2.0 ${status}`, ...headers, ...more, 'Content-Length: 0', '', ''].join('\r\n')
}

/** 200 with an answer. */
export function accept(request: string): string {
  const sdp = 'v=0\r\n'
  const more = ['Contact: <sip:pbx@pbx.invalid;transport=ws>', 'Content-Type: application/sdp']
  return respond(request, '200 OK', more).replace('Content-Length: 0', `Content-Length: ${sdp.length}`) + sdp
}

/** A request of the PBX in the call that this INVITE of ours had opened. */
function within(invite: string, { method, cseq, body = '' }: { method: string; cseq: number; body?: string }): string {
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(invite)?.[1] ?? ''
  return [
    `${method} ${/<(.*?)>/.exec(header('Contact'))?.[1] ?? ''} SIP/2.0`,
    `Via: SIP/2.0/WS pbx.invalid;branch=z9hG4bK${method}${cseq};rport`,
    `From: ${header('To')};tag=pbx`,
    `To: ${header('From')}`,
    `Call-ID: ${header('Call-ID')}`,
    `CSeq: ${cseq} ${method}`,
    'Max-Forwards: 70',
    ...(method === 'INVITE' ? ['Contact: <sip:pbx@pbx.invalid;transport=ws>', 'Content-Type: application/sdp'] : []),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}

export const byeAfter = (invite: string, cseq = 1): string => within(invite, { method: 'BYE', cseq })
export const reinviteAfter = (invite: string, cseq: number): string => within(invite, { method: 'INVITE', cseq, body: 'v=0\r\n' })
export const ackAfter = (invite: string, cseq: number): string => within(invite, { method: 'ACK', cseq })

/** An INVITE of the PBX, without an offer: enough to ring. */
export function inviteTo(target: string): string {
  return [
    `INVITE ${target} SIP/2.0`,
    'Via: SIP/2.0/WS pbx.invalid;branch=z9hG4bKcall1;rport',
    'Max-Forwards: 70',
    'From: "Ivan" <sip:+79161234567@pbx.invalid>;tag=caller',
    `To: <${target}>`,
    'Call-ID: call1',
    'CSeq: 1 INVITE',
    'Contact: <sip:asterisk@pbx.invalid;transport=ws>',
    'X-CallSync-Call: 10.1',
    'X-CallSync-Leg: 10.2',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
}
