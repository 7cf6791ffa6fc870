import { createStore } from 'zustand/vanilla'
import type { Clock } from '../platform/clock.ts'
import type { ExtensionLock } from './extension-lock.ts'
import { toneOf } from './line-tone.ts'
import { LineWaiters } from './line-waiters.ts'
import { findLine, isLive, type LineCommand, type LineEvent, type LinesState, noLines, stepLines } from './lines.ts'
import { LinkDriver } from './link-driver.ts'
import { LineMicrophones, stopTracks } from './media/line-microphones.ts'
import type { PhoneMedia } from './media/media.ts'
import { type AudioSettings, type PhoneActions, PhoneError } from './phone.ts'
import { PhoneSound } from './phone-sound.ts'
import { type PhoneStore, phoneOff } from './phone-store.ts'
import type { SipEvent, SipLink } from './sip/sip-link.ts'

export interface PhoneControllerDeps {
  readonly link: SipLink
  readonly media: PhoneMedia
  readonly lock: ExtensionLock
  readonly clock: Clock
  readonly chance: () => number
  readonly audio: AudioSettings
  readonly storeAudio: (settings: AudioSettings) => void
  /** Another window of this computer chose; returns its disposer. */
  readonly onAudioStored: (listener: (settings: AudioSettings) => void) => () => void
  /** Hints about the network: `navigator.onLine`, and waking from sleep. */
  readonly isOnline: () => boolean
  readonly onOnline: (listener: (online: boolean) => void) => () => void
  readonly onResume: (listener: () => void) => () => void
  readonly newLineId: () => string
}

const endedShownMs = 4000
/** How long a line rings on that may be over, when nobody can tell. Queues ring a phone about as long. */
const unsureRingMs = 30_000

/** The phone: runs the two machines, carries their commands to the link and the media, and their state to the store. */
export class PhoneController implements PhoneActions {
  readonly store: PhoneStore
  readonly #deps: PhoneControllerDeps
  readonly #driver: LinkDriver
  readonly #disposers: (() => void)[] = []
  readonly #waiters = new LineWaiters()
  readonly #microphones: LineMicrophones
  readonly #sound: PhoneSound
  /** Answered by the person, not yet by the microphone or the PBX: they ring no more. */
  readonly #answering = new Map<string, Promise<void>>()
  readonly #timers = new Set<() => void>()
  #lines: LinesState = noLines

  constructor(deps: PhoneControllerDeps, store: PhoneStore = createStore(() => phoneOff(deps.audio))) {
    this.#deps = deps
    this.store = store
    this.#microphones = new LineMicrophones({
      media: deps.media,
      onLost: (lineId) => void this.#replaceMicrophone(lineId).catch(() => undefined),
    })
    this.#sound = new PhoneSound({
      media: deps.media,
      store,
      storeAudio: deps.storeAudio,
      onAudioStored: deps.onAudioStored,
      onMicrophone: async () => {
        for (const line of this.#lines.lines) await this.#replaceMicrophone(line.id)
      },
    })
    this.#driver = new LinkDriver({
      link: deps.link,
      clock: deps.clock,
      chance: deps.chance,
      onState: ({ phase, retryAtMs }) => store.setState({ link: phase, retryAtMs }),
      resyncCalls: () => this.#resyncCalls(),
    })
  }

  start(): void {
    const { link, lock, onOnline, onResume, isOnline } = this.#deps
    this.#disposers.push(
      link.subscribe((event) => this.#onSip(event)),
      onOnline((online) => this.#driver.on({ type: online ? 'online' : 'offline' })),
      onResume(() => this.#driver.on({ type: 'resume' })),
      lock.subscribe((held) => this.#onLock(held)),
    )
    if (!isOnline()) this.#driver.on({ type: 'offline' })
    this.#sound.start()
    lock.start()
  }

  /** Signing out: ends calls and the registration. A closing page does not come here; its calls stay in the PBX. */
  async stop(): Promise<void> {
    for (const dispose of this.#disposers.splice(0)) dispose()
    for (const cancel of this.#timers) cancel()
    this.#driver.reset()
    this.#deps.lock.stop()
    this.#sound.stop()
    this.#waiters.giveUp()
    for (const line of this.#lines.lines) this.#microphones.drop(line.id)
    this.#lines = noLines
    this.store.setState(phoneOff(this.store.getState().audio))
    await this.#deps.link.stop()
  }

  async dial(number: string): Promise<void> {
    this.#requireSocket()
    const id = this.#deps.newLineId()
    const local = await this.#openMicrophone(id)
    if (!this.#driver.isOpen) stopTracks(local)
    this.#requireSocket()
    this.#microphones.keep(id, local)
    const line = { id, number, name: '', callId: null, legId: null }
    const [next, commands] = stepLines(this.#lines, { type: 'dial', line, nowMs: this.#deps.clock.nowMs() })
    if (!next.lines.some((one) => one.id === id)) {
      this.#microphones.drop(id)
      throw new PhoneError('wrongPhase', 'Finish or hold the other call first')
    }
    this.#setLines(next, commands)
  }

  async answer(lineId: string): Promise<void> {
    if (findLine(this.#lines, lineId)?.phase !== 'ringingIn') throw new PhoneError('wrongPhase', 'The call no longer rings')
    // A double click, or the key after the button: one answer with one microphone.
    const underWay = this.#answering.get(lineId)
    if (underWay) return underWay
    const answered = this.#openAndAnswer(lineId).finally(() => {
      this.#answering.delete(lineId)
      this.#playTone()
    })
    this.#answering.set(lineId, answered)
    this.#playTone()
    return answered
  }

  async #openAndAnswer(lineId: string): Promise<void> {
    const local = await this.#openMicrophone(lineId)
    if (findLine(this.#lines, lineId)?.phase !== 'ringingIn') {
      stopTracks(local)
      throw new PhoneError('wrongPhase', 'The call no longer rings')
    }
    this.#microphones.keep(lineId, local)
    try {
      await this.#ask({ type: 'answer', lineId })
    } catch (error) {
      this.#microphones.drop(lineId)
      throw error
    }
  }

  reject(lineId: string): Promise<void> {
    return this.hangUp(lineId)
  }

  stopRinging(lineId: string): void {
    const line = findLine(this.#lines, lineId)
    if (line?.phase !== 'ringingIn' || !line.unsure) return
    this.#line({ type: 'ended', lineId, reason: 'missed' })
    void this.#deps.link.hangUp(lineId).catch(() => undefined)
  }

  async hangUp(lineId: string): Promise<void> {
    this.#line({ type: 'hangUp', lineId })
  }

  hold(lineId: string): Promise<void> {
    return this.#ask({ type: 'hold', lineId })
  }

  resume(lineId: string): Promise<void> {
    return this.#ask({ type: 'resume', lineId })
  }

  setMuted(lineId: string, muted: boolean): void {
    this.#line({ type: 'mute', lineId, muted })
  }

  async sendDtmf(lineId: string, tone: string): Promise<void> {
    if (!/^[0-9*#A-D]$/.test(tone)) throw new PhoneError('wrongPhase', 'No such tone')
    if (findLine(this.#lines, lineId)?.phase !== 'active') throw new PhoneError('wrongPhase', 'Tones need an active call')
    await this.#deps.link.dtmf(lineId, tone, this.store.getState().audio.dtmf)
  }

  async blindTransfer(lineId: string, number: string): Promise<void> {
    const phase = findLine(this.#lines, lineId)?.phase
    if (phase !== 'active' && phase !== 'held') throw new PhoneError('wrongPhase', 'Only an answered call can be transferred')
    this.#requireSocket()
    const taken = await this.#deps.link.refer(lineId, number).catch(() => false)
    if (!taken) throw new PhoneError('refused', 'The number did not take the call')
    this.#line({ type: 'hangUp', lineId })
  }

  requestMicrophone(): Promise<void> {
    return this.#sound.requestMicrophone()
  }

  listDevices(): ReturnType<PhoneActions['listDevices']> {
    return this.#sound.listDevices()
  }

  chooseDevices(choice: Parameters<PhoneActions['chooseDevices']>[0]): Promise<void> {
    return this.#sound.chooseDevices(choice)
  }

  setAudio(change: Parameters<PhoneActions['setAudio']>[0]): void {
    this.#sound.setAudio(change)
  }

  testRinger(): Promise<void> {
    return this.#sound.testRinger()
  }

  watchMicrophone(onLevel: (level: number) => void): ReturnType<PhoneActions['watchMicrophone']> {
    return this.#sound.watchMicrophone(onLevel)
  }

  stats(lineId: string): ReturnType<PhoneActions['stats']> {
    return this.#deps.link.stats(lineId)
  }

  takeOver(): void {
    this.#deps.lock.steal()
  }

  reconnect(): void {
    this.#driver.on({ type: 'retry' })
  }

  // --- link ---

  #resyncCalls(): void {
    this.#line({ type: 'socketReplaced' })
    for (const line of this.#lines.lines) {
      // A 481 ends the line by an event of the link; a refusal leaves it to the next attempt.
      if (line.phase === 'active' || line.phase === 'held') void this.#deps.link.refresh(line.id).catch(() => undefined)
      if (line.unsure) this.#later(unsureRingMs, () => this.stopRinging(line.id))
    }
  }

  #onLock(held: boolean): void {
    this.store.setState({ elsewhere: !held })
    if (held) {
      this.#driver.on({ type: 'start' })
      return
    }
    this.#driver.on({ type: 'yield' })
    this.#stopWhenIdle()
  }

  /** The extension is another page's: this one's socket stays only for the calls still on it. */
  #stopWhenIdle(): void {
    if (!this.store.getState().elsewhere) return
    if (this.#lines.lines.every((line) => line.phase === 'ended')) this.#driver.on({ type: 'stop' })
  }

  // --- lines ---

  #onSip(event: SipEvent): void {
    const nowMs = this.#deps.clock.nowMs()
    switch (event.type) {
      case 'socketClosed':
        this.#driver.on({ type: 'socketClosed' })
        return
      case 'registrationLost':
        this.#driver.on({ type: 'registerFailed', status: event.status, retryAfterMs: event.retryAfterMs })
        return
      case 'incoming': {
        const { callId: id, linkedId: callId, legId, number, name } = event.call
        this.#line({ type: 'incoming', line: { id, number, name, callId, legId }, nowMs })
        return
      }
      case 'ringing':
        this.#line({ type: 'ringing', lineId: event.callId })
        this.#playRemote(event.callId)
        return
      case 'established':
        this.#playRemote(event.callId)
        this.#microphones.handOver(event.callId)
        this.#line({ type: 'established', lineId: event.callId, nowMs })
        return
      case 'media':
        this.#line({ type: 'media', lineId: event.callId, flowing: event.flowing })
        // Perhaps the call is over and its BYE was lost: the answer tells.
        if (!event.flowing) void this.#deps.link.refresh(event.callId).catch(() => undefined)
        return
      case 'ended':
        this.#line({ type: 'ended', lineId: event.callId, reason: event.reason })
    }
  }

  #playRemote(callId: string): void {
    const stream = this.#deps.link.remoteStream(callId)
    if (stream && stream.getAudioTracks().length > 0) this.#deps.media.playCall(callId, stream)
  }

  #line(event: LineEvent): void {
    const [next, commands] = stepLines(this.#lines, event)
    this.#setLines(next, commands)
  }

  #setLines(next: LinesState, commands: readonly LineCommand[]): void {
    this.#lines = next
    for (const command of commands) this.#runLine(command)
    // A command may have moved on already; what is shown and heard is always the latest.
    const { lines, activeId } = this.#lines
    this.store.setState({ lines, activeId })
    for (const line of lines) {
      if (line.phase !== 'ended') this.#deps.link.setMicrophoneLive(line.id, isLive(this.#lines, line))
    }
    this.#playTone()
  }

  #playTone(): void {
    const tone = toneOf(this.#lines.lines, {
      isAnswering: (lineId) => this.#answering.has(lineId),
      hasEarlyMedia: (lineId) => (this.#deps.link.remoteStream(lineId)?.getAudioTracks().length ?? 0) > 0,
    })
    this.#deps.media.playTone(tone)
  }

  #runLine(command: LineCommand): void {
    const { link } = this.#deps
    switch (command.type) {
      case 'invite':
      case 'accept':
        void this.#open(command.type, command.lineId)
        return
      case 'hangUp':
        void link.hangUp(command.lineId).catch(() => undefined)
        return
      case 'reject':
        void link.reject(command.lineId, command.status).catch(() => undefined)
        return
      case 'hold':
        void this.#turn(link.hold(command.lineId), command.lineId, 'hold')
        return
      case 'unhold':
        void this.#turn(link.unhold(command.lineId), command.lineId, 'resume')
        return
      case 'settle':
        this.#waiters.settle(command.lineId, command.error)
        return
      case 'expireLater': {
        this.#deps.media.stopCall(command.lineId)
        this.#microphones.drop(command.lineId)
        this.#later(endedShownMs, () => this.#line({ type: 'expire', lineId: command.lineId }))
        queueMicrotask(() => this.#stopWhenIdle())
      }
    }
  }

  async #open(kind: 'invite' | 'accept', lineId: string): Promise<void> {
    const local = this.#microphones.waitingFor(lineId)
    const line = findLine(this.#lines, lineId)
    try {
      if (!local || !line) throw new Error('No microphone')
      if (kind === 'invite') await this.#deps.link.invite(lineId, line.number, local)
      else await this.#deps.link.accept(lineId, local)
    } catch {
      // The link has told why, if it knew; a line that is over already ignores this.
      this.#line({ type: 'ended', lineId, reason: 'mediaFailed' })
      // The PBX may still ring, or wait for an answer.
      void this.#deps.link.hangUp(lineId).catch(() => undefined)
    }
  }

  #later(delayMs: number, action: () => void): void {
    const cancel = this.#deps.clock.after(delayMs, () => {
      this.#timers.delete(cancel)
      action()
    })
    this.#timers.add(cancel)
  }

  async #turn(outcome: ReturnType<SipLink['hold']>, lineId: string, kind: 'hold' | 'resume'): Promise<void> {
    const done = (await outcome.catch(() => 'refused')) === 'ok'
    this.#line({ type: done ? `${kind}Done` : `${kind}Failed`, lineId })
  }

  /** Resolves when the machine settles the line. */
  #ask(event: Extract<LineEvent, { type: 'answer' | 'hold' | 'resume' | 'hangUp' }>): Promise<void> {
    return this.#waiters.wait(event.lineId, () => this.#line(event))
  }

  #requireSocket(): void {
    if (!this.#driver.isOpen) throw new PhoneError('notConnected', 'The phone has no connection to the PBX')
  }

  // --- media ---

  async #openMicrophone(lineId: string): Promise<MediaStream> {
    try {
      return await this.#microphones.open(lineId)
    } finally {
      await this.#sound.readMicrophone()
    }
  }

  async #replaceMicrophone(lineId: string): Promise<void> {
    const phase = findLine(this.#lines, lineId)?.phase
    if (phase !== 'active' && phase !== 'held') return
    const local = await this.#openMicrophone(lineId)
    try {
      await this.#deps.link.replaceMicrophone(lineId, local)
    } catch (error) {
      stopTracks(local)
      throw error
    }
  }
}
