import type { CallStats } from '../phone.ts'
import type {
  CallHealth,
  DialogIdentity,
  ExtensionHolder,
  IncomingCall,
  MoveOutcome,
  RegisterOutcome,
  RenegotiationOutcome,
  SipEvent,
  SipLink,
} from './sip-link.ts'

type Answer<T> = T | Promise<T>

/** A SipLink that does as its script says and remembers what was asked of it. */
export class FakeSipLink implements SipLink {
  readonly asked: string[] = []
  readonly live = new Map<string, boolean>()
  onConnect: () => Answer<void> = () => undefined
  onRegister: (limitMs: number) => Answer<RegisterOutcome> = () => ({ ok: true })
  onLookUp: () => Answer<ExtensionHolder> = () => 'this'
  onProbe: () => Answer<boolean> = () => true
  onHold: () => Answer<RenegotiationOutcome> = () => 'ok'
  onUnhold: () => Answer<RenegotiationOutcome> = () => 'ok'
  onRefresh: () => Answer<RenegotiationOutcome> = () => 'ok'
  onMove: (callId: string) => Answer<MoveOutcome> = () => 'ok'
  onHealth: (callId: string) => CallHealth | null = () => null
  onMovesSettled: () => Promise<void> = () => Promise.resolve()
  /** How often a call was moved; each time it has another dialog. */
  moves = 0
  onRefer: () => Answer<boolean> = () => true
  /** What the other side does with an INVITE or a 200; by default the call is established. */
  onOpen: (callId: string) => Answer<void> = (callId) => this.emit({ type: 'established', callId })
  readonly #up = new Set<string>()
  readonly #listeners = new Set<(event: SipEvent) => void>()

  emit(event: SipEvent): void {
    if (event.type === 'established' || event.type === 'moved') this.#up.add(event.callId)
    if (event.type === 'ended') this.#up.delete(event.callId)
    for (const listener of [...this.#listeners]) listener(event)
  }

  incoming(call: Partial<IncomingCall> & { callId: string }): void {
    this.emit({
      type: 'incoming',
      call: { number: '+79161234567', name: '', linkedId: null, legId: null, resumes: false, wanted: false, ...call },
    })
  }

  subscribe(listener: (event: SipEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async connect(): Promise<void> {
    this.asked.push('connect')
    await this.onConnect()
  }

  disconnect(): void {
    this.asked.push('disconnect')
  }

  async register(limitMs: number): Promise<RegisterOutcome> {
    this.asked.push('register')
    return this.onRegister(limitMs)
  }

  async unregister(): Promise<void> {
    this.asked.push('unregister')
  }

  /** Not among what was asked: it is a question of each quarter minute. */
  async lookUp(): Promise<ExtensionHolder> {
    return this.onLookUp()
  }

  async probe(): Promise<boolean> {
    this.asked.push('probe')
    return this.onProbe()
  }

  async invite(callId: string, number: string): Promise<void> {
    this.asked.push(`invite ${number}`)
    await this.onOpen(callId)
  }

  async accept(callId: string): Promise<void> {
    this.asked.push(`accept ${callId}`)
    await this.onOpen(callId)
  }

  async reject(callId: string, status: 410 | 480 | 486 | 603): Promise<void> {
    this.asked.push(`reject ${callId} ${status}`)
  }

  async hangUp(callId: string): Promise<void> {
    this.asked.push(`hangUp ${callId}`)
  }

  async hold(callId: string): Promise<RenegotiationOutcome> {
    this.asked.push(`hold ${callId}`)
    return this.onHold()
  }

  async unhold(callId: string): Promise<RenegotiationOutcome> {
    this.asked.push(`unhold ${callId}`)
    return this.onUnhold()
  }

  async refresh(callId: string): Promise<RenegotiationOutcome> {
    this.asked.push(`refresh ${callId}`)
    return this.onRefresh()
  }

  dialog(callId: string): DialogIdentity | null {
    if (!this.#up.has(callId)) return null
    return { callId: `${callId}@pbx.${this.moves}`, localTag: 'local', remoteTag: 'remote' }
  }

  async move({ callId, from }: Parameters<SipLink['move']>[0]): Promise<MoveOutcome> {
    this.asked.push(`move ${callId} ${from.callId}`)
    const outcome = await this.onMove(callId)
    if (outcome === 'ok' || outcome === 'silent') {
      this.moves += 1
      this.emit({ type: 'moved', callId })
    }
    return outcome
  }

  movesSettled(): Promise<void> {
    return this.onMovesSettled()
  }

  async health(callId: string): Promise<CallHealth | null> {
    return this.onHealth(callId)
  }

  renameCall(callId: string, known: string): void {
    this.asked.push(`rename ${callId} ${known}`)
  }

  async dtmf(callId: string, tone: string, mode: string): Promise<void> {
    this.asked.push(`dtmf ${callId} ${tone} ${mode}`)
  }

  async refer(callId: string, number: string): Promise<boolean> {
    this.asked.push(`refer ${callId} ${number}`)
    return this.onRefer()
  }

  async referReplaces(callId: string, targetCallId: string): Promise<boolean> {
    this.asked.push(`referReplaces ${callId} ${targetCallId}`)
    return this.onRefer()
  }

  setMicrophoneLive(callId: string, live: boolean): void {
    this.live.set(callId, live)
  }

  async replaceMicrophone(callId: string): Promise<void> {
    this.asked.push(`replaceMicrophone ${callId}`)
  }

  remoteStream(): MediaStream | null {
    return null
  }

  async stats(): Promise<CallStats | null> {
    return null
  }

  async stop(): Promise<void> {
    this.asked.push('stop')
  }
}
