import { createStore } from 'zustand/vanilla'
import type { Clock } from '../platform/clock.ts'
import type { ExtensionLock } from './extension-lock.ts'
import { toneOf } from './line-tone.ts'
import { LineWaiters } from './line-waiters.ts'
import {
  findLine,
  isLive,
  type LineCommand,
  type LineEvent,
  type LineRecord,
  type LinesState,
  type NewLine,
  noLines,
  stepLines,
} from './lines.ts'
import { LinkDriver } from './link-driver.ts'
import { chosenDevices } from './media/device-choice.ts'
import { LineMicrophones, stopTracks } from './media/line-microphones.ts'
import type { PhoneMedia } from './media/media.ts'
import { type AudioSettings, type EndReason, type PhoneActions, PhoneError } from './phone.ts'
import { type PhoneStore, phoneOff } from './phone-store.ts'
import { CallKeeper } from './recovery/call-keeper.ts'
import type { CallMemory, SavedCalls } from './recovery/call-memory.ts'
import { restoredLines } from './recovery/restored-lines.ts'
import type { SipEvent, SipLink } from './sip/sip-link.ts'

export interface PhoneControllerDeps {
  readonly link: SipLink
  readonly media: PhoneMedia
  readonly lock: ExtensionLock
  readonly clock: Clock
  readonly chance: () => number
  readonly audio: AudioSettings
  readonly storeAudio: (settings: AudioSettings) => void
  /** Hints about the network: `navigator.onLine`, and waking from sleep. */
  readonly isOnline: () => boolean
  readonly onOnline: (listener: (online: boolean) => void) => () => void
  readonly onResume: (listener: () => void) => () => void
  /** The way to the network may have changed, or only its measured speed. */
  readonly onNetworkChange: (listener: () => void) => () => void
  /** Where calls survive the page, and what an earlier page left there. */
  readonly memory: CallMemory
  readonly saved: SavedCalls | null
  readonly newLineId: () => string
}

const endedShownMs = 4000
/** How long a line rings on that may be over, when nobody can tell. Queues ring a phone about as long. */
const unsureRingMs = 30_000
const lockPatienceMs = 2_000
const oneWakeMs = 2_000

/** The phone: runs the two machines, carries their commands to the link and the media, and their state to the store. */
export class PhoneController implements PhoneActions {
  readonly store: PhoneStore
  readonly #deps: PhoneControllerDeps
  readonly #driver: LinkDriver
  readonly #disposers: (() => void)[] = []
  readonly #waiters = new LineWaiters()
  readonly #microphones: LineMicrophones
  /** Answered by the person, not yet by the microphone or the PBX: they ring no more. */
  readonly #answering = new Map<string, Promise<void>>()
  readonly #timers = new Set<() => void>()
  readonly #keeper: CallKeeper
  #lines: LinesState = noLines
  #wokeAtMs = 0

  constructor(deps: PhoneControllerDeps, store: PhoneStore = createStore(() => phoneOff(deps.audio))) {
    this.#deps = deps
    this.store = store
    this.#microphones = new LineMicrophones({
      media: deps.media,
      onLost: (lineId) => void this.#replaceMicrophone(lineId).catch(() => undefined),
    })
    this.#driver = new LinkDriver({
      link: deps.link,
      clock: deps.clock,
      chance: deps.chance,
      onState: ({ phase, retryAtMs }) => {
        store.setState({ link: phase, retryAtMs })
        if (!this.#driver.isOpen) this.#keeper.onSocket(false)
      },
      resyncCalls: () => this.#resyncCalls(),
    })
    this.#keeper = new CallKeeper({
      link: deps.link,
      clock: deps.clock,
      memory: deps.memory,
      saved: deps.saved?.calls ?? [],
      openMicrophone: (lineId) => this.#openMicrophone(lineId),
      reconnect: () => this.#driver.on({ type: 'socketDead' }),
      onTrouble: (lineId, trouble) => this.#line({ type: 'trouble', lineId, trouble }),
      onEnd: (lineId, reason) => this.#line({ type: 'ended', lineId, reason }),
    })
  }

  start(): void {
    const { link, media, lock, onOnline, onResume, onNetworkChange, isOnline } = this.#deps
    this.#disposers.push(
      link.subscribe((event) => this.#onSip(event)),
      media.onChange(() => void this.#readMicrophone()),
      media.onBlocked((ringerBlocked) => this.store.setState({ ringerBlocked })),
      onOnline((online) => this.#onOnline(online)),
      onResume(() => this.wake()),
      onNetworkChange(() => this.#onNetworkChange()),
      lock.subscribe((held) => this.#onLock(held)),
    )
    if (!isOnline()) this.#driver.on({ type: 'offline' })
    void this.#readMicrophone()
    lock.start()
  }

  /** Signing out: ends calls and the registration. A closing page does not come here; its calls stay in the PBX. */
  async stop(): Promise<void> {
    for (const dispose of this.#disposers.splice(0)) dispose()
    for (const cancel of this.#timers) cancel()
    this.#driver.reset()
    this.#keeper.stop()
    this.#deps.lock.stop()
    this.#deps.media.dispose()
    this.#waiters.giveUp()
    for (const line of this.#lines.lines) this.#microphones.drop(line.id)
    this.#lines = noLines
    this.store.setState(phoneOff(this.store.getState().audio))
    await this.#deps.link.stop()
  }

  dial(number: string, extension: string | null = null): Promise<void> {
    return this.#call({ number, extension }, (line, nowMs) => ({ type: 'dial', line, nowMs }))
  }

  consult(callerLineId: string, number: string): Promise<void> {
    return this.#call({ number, extension: null }, (line, nowMs) => ({ type: 'consult', lineId: callerLineId, line, nowMs }))
  }

  async #call(
    wanted: { number: string; extension: string | null },
    eventOf: (line: NewLine, nowMs: number) => LineEvent,
  ): Promise<void> {
    this.#requireSocket()
    const id = this.#deps.newLineId()
    const local = await this.#openMicrophone(id)
    if (!this.#driver.isOpen) stopTracks(local)
    this.#requireSocket()
    this.#microphones.keep(id, local)
    const line = { id, ...wanted, name: '', callId: null, legId: null }
    const [next, commands] = stepLines(this.#lines, eventOf(line, this.#deps.clock.nowMs()))
    if (!next.lines.some((one) => one.id === id)) {
      this.#microphones.drop(id)
      throw new PhoneError('wrongPhase', 'Finish or hold the other call first')
    }
    this.#setLines(next, commands)
  }

  answer(lineId: string): Promise<void> {
    return this.#answer(lineId, 'answer')
  }

  endAndAnswer(lineId: string): Promise<void> {
    return this.#answer(lineId, 'endAndAnswer')
  }

  async #answer(lineId: string, how: 'answer' | 'endAndAnswer'): Promise<void> {
    if (findLine(this.#lines, lineId)?.phase !== 'ringingIn') throw new PhoneError('wrongPhase', 'The call no longer rings')
    // A double click, or the key after the button: one answer with one microphone.
    const underWay = this.#answering.get(lineId)
    if (underWay) return underWay
    const answered = this.#openAndAnswer(lineId, how).finally(() => {
      this.#answering.delete(lineId)
      this.#sound()
    })
    this.#answering.set(lineId, answered)
    this.#sound()
    return answered
  }

  async #openAndAnswer(lineId: string, how: 'answer' | 'endAndAnswer'): Promise<void> {
    const local = await this.#openMicrophone(lineId)
    if (findLine(this.#lines, lineId)?.phase !== 'ringingIn') {
      stopTracks(local)
      throw new PhoneError('wrongPhase', 'The call no longer rings')
    }
    this.#microphones.keep(lineId, local)
    try {
      await this.#ask({ type: how, lineId })
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
    this.#line({ type: 'transferred', lineId })
  }

  async completeTransfer(callerLineId: string): Promise<void> {
    this.#requireSocket()
    await this.#ask({ type: 'complete', lineId: callerLineId })
  }

  async backToCaller(callerLineId: string): Promise<void> {
    this.#line({ type: 'backToCaller', lineId: callerLineId })
  }

  expectEnd(lineId: string, reason: EndReason): void {
    this.#line({ type: 'expectEnd', lineId, reason })
  }

  async sendExtension(lineId: string): Promise<void> {
    const extension = findLine(this.#lines, lineId)?.extension ?? null
    if (extension === null) return
    this.#line({ type: 'extensionSent', lineId })
    for (const tone of extension) await this.sendDtmf(lineId, tone)
  }

  async requestMicrophone(): Promise<void> {
    try {
      stopTracks(await this.#deps.media.openMicrophone())
    } finally {
      await this.#readMicrophone()
    }
  }

  listDevices(): ReturnType<PhoneActions['listDevices']> {
    return this.#deps.media.listDevices()
  }

  async chooseDevices(choice: Parameters<PhoneActions['chooseDevices']>[0]): Promise<void> {
    const present = await this.#deps.media.listDevices()
    const before = this.store.getState().audio
    const chosen = chosenDevices(before, choice, present)
    this.#setAudio({ ...before, ...chosen })
    if (chosen.microphone?.id === before.microphone?.id) return
    for (const line of this.#lines.lines) await this.#replaceMicrophone(line.id)
  }

  setAudio(change: Partial<Pick<AudioSettings, 'callVolume' | 'ringerVolume' | 'dtmf'>>): void {
    this.#setAudio({ ...this.store.getState().audio, ...change })
  }

  async setNoiseSuppression(on: boolean): Promise<void> {
    this.#setAudio({ ...this.store.getState().audio, noiseSuppression: on })
    for (const line of this.#lines.lines) await this.#replaceMicrophone(line.id)
  }

  testRinger(): Promise<void> {
    return this.#deps.media.ringOnce()
  }

  watchMicrophone(onLevel: (level: number) => void): ReturnType<PhoneActions['watchMicrophone']> {
    return this.#deps.media.watchLevel(onLevel).finally(() => void this.#readMicrophone())
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

  /** The computer was asleep: what the socket and the connections say of themselves is old. */
  wake(): void {
    const nowMs = this.#deps.clock.nowMs()
    // The page's own clock and the host's notice may both tell.
    if (nowMs - this.#wokeAtMs < oneWakeMs) return
    this.#wokeAtMs = nowMs
    this.#driver.on({ type: 'resume' })
    this.#keeper.doubt()
  }

  #onOnline(online: boolean): void {
    this.#driver.on({ type: online ? 'online' : 'offline' })
    if (online) this.#keeper.doubt()
  }

  #onNetworkChange(): void {
    this.#driver.probeNow()
    this.#keeper.doubt()
  }

  #resyncCalls(): void {
    this.#line({ type: 'socketReplaced' })
    for (const line of this.#lines.lines) if (line.unsure) this.#later(unsureRingMs, () => this.stopRinging(line.id))
    this.#keeper.onSocket(true)
  }

  #onLock(held: boolean): void {
    this.store.setState({ elsewhere: !held })
    if (held) {
      this.#boot()
      this.#driver.on({ type: 'start' })
      return
    }
    // The page before this one may need a moment to let go; a page that lives on does not.
    this.#later(lockPatienceMs, () => this.#keeper.discard())
    this.#driver.on({ type: 'yield' })
    this.#stopWhenIdle()
  }

  /** Shows the calls of the earlier page at once and fetches them. */
  #boot(): void {
    const { saved } = this.#deps
    if (saved === null || !this.#keeper.mayBoot) return
    this.#setLines(restoredLines(saved), [])
    this.#keeper.boot(this.#lines.lines)
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
        const { callId: id, linkedId: callId, legId, number, name, resumes } = event.call
        const lost = resumes ? this.#keeper.lostLine(event.call) : null
        if (lost !== null && this.#mayTakeBack(lost)) {
          void this.#takeBack(id, { ...lost, callId, legId })
          return
        }
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
      case 'moved':
        this.#playRemote(event.callId)
        this.#keeper.onMoved(event.callId)
        this.#line({ type: 'moved', lineId: event.callId })
        return
      case 'ended':
        this.#line({ type: 'ended', lineId: event.callId, reason: event.reason })
    }
  }

  /** Only a call of ours, and only when it can be talked on at once. */
  #mayTakeBack(lost: LineRecord): boolean {
    const others = this.#lines.lines.some(({ id, phase }) => id !== lost.id && phase !== 'ended' && phase !== 'held')
    return this.store.getState().microphone === 'granted' && !others
  }

  /** The PBX kept the other side waiting and gives it back: the same line goes on. */
  async #takeBack(callId: string, lost: LineRecord): Promise<void> {
    const { link } = this.#deps
    link.renameCall(callId, lost.id)
    const line: LineRecord = { ...lost, phase: 'active', trouble: null, endReason: null, turning: null, endsAs: null }
    this.#keeper.revive(line)
    this.#line({ type: 'revived', line })
    try {
      await link.accept(lost.id, await this.#openMicrophone(lost.id))
    } catch {
      this.#line({ type: 'ended', lineId: lost.id, reason: 'mediaFailed' })
      void link.hangUp(lost.id).catch(() => undefined)
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
    const { lines, activeId, consultation } = this.#lines
    this.store.setState({ lines, activeId, consultation })
    for (const line of lines) {
      if (line.phase !== 'ended') this.#deps.link.setMicrophoneLive(line.id, isLive(this.#lines, line))
    }
    this.#keeper.follow(this.#lines)
    this.#sound()
  }

  #sound(): void {
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
      case 'referReplaces':
        void this.#transfer(command.lineId, command.targetId)
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

  async #transfer(lineId: string, targetId: string): Promise<void> {
    const taken = await this.#deps.link.referReplaces(lineId, targetId).catch(() => false)
    this.#line({ type: taken ? 'transferDone' : 'transferFailed', lineId })
  }

  /** Resolves when the machine settles the line. */
  #ask(event: { type: 'answer' | 'endAndAnswer' | 'complete' | 'hold' | 'resume'; lineId: string }): Promise<void> {
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
      await this.#readMicrophone()
    }
  }

  async #readMicrophone(): Promise<void> {
    this.store.setState({ microphone: await this.#deps.media.microphoneState() })
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

  #setAudio(audio: AudioSettings): void {
    this.store.setState({ audio })
    this.#deps.storeAudio(audio)
    this.#deps.media.choose(audio)
  }
}
