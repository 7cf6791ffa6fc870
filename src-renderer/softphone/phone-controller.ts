import { createStore } from 'zustand/vanilla'
import type { Clock } from '../platform/clock.ts'
import type { ExtensionLock } from './extension-lock.ts'
import { LineDriver } from './line-driver.ts'
import type { LineEvent, LineRecord, LinesState, NewLine } from './lines.ts'
import type { LinkState } from './link-machine.ts'
import { LineAudio } from './media/line-audio.ts'
import { stopTracks } from './media/line-microphones.ts'
import type { PhoneMedia } from './media/media.ts'
import { PhoneSound } from './media/phone-sound.ts'
import { type AudioSettings, type EndReason, type LearntOfCard, type PhoneActions, PhoneError } from './phone.ts'
import { type NetworkHints, PhoneLink } from './phone-link.ts'
import { type PhoneStore, phoneOff } from './phone-store.ts'
import { CallKeeper, type CallKeeperDeps } from './recovery/call-keeper.ts'
import type { CallMemory, SavedCalls } from './recovery/call-memory.ts'
import type { GivenUpMemory } from './recovery/given-up.ts'
import { GivenUpNews, isRising } from './recovery/given-up-news.ts'
import { restoredLines } from './recovery/restored-lines.ts'
import type { SipEvent, SipLink } from './sip/sip-link.ts'

export interface PhoneControllerDeps {
  readonly link: SipLink
  readonly media: PhoneMedia
  readonly lock: ExtensionLock
  readonly clock: Clock
  readonly chance: () => number
  readonly hints: NetworkHints
  readonly audio: AudioSettings
  readonly storeAudio: (settings: AudioSettings) => void
  /** Another window of this computer chose; returns its disposer. */
  readonly onAudioStored: (listener: (settings: AudioSettings) => void) => () => void
  /** Where calls survive the page, and what an earlier page left there. */
  readonly memory: CallMemory
  readonly saved: SavedCalls | null
  readonly givenUp: GivenUpMemory
  readonly findDialogs: CallKeeperDeps['findDialogs']
  readonly newLineId: () => string
  /** The page goes; the listener has no time to wait for anything. */
  readonly onLeave: (listener: () => void) => () => void
}

/** How long a line rings on that may be over, when nobody can tell. Queues ring a phone about as long. */
const unsureRingMs = 30_000
const lockPatienceMs = 2_000

/** The phone: what a person does, the link and the recovery say goes to the lines, their state to the store. */
export class PhoneController implements PhoneActions {
  readonly store: PhoneStore
  readonly #deps: PhoneControllerDeps
  readonly #connection: PhoneLink
  readonly #audio: LineAudio
  readonly #disposers: (() => void)[] = []
  readonly #sound: PhoneSound
  readonly #keeper: CallKeeper
  readonly #givenUp: GivenUpNews
  readonly #lines: LineDriver
  /** Lines that ring, whose caller the PBX keeps for us. */
  readonly #givenBack = new Set<string>()
  #held = true
  #displaced = false

  constructor(deps: PhoneControllerDeps, store: PhoneStore = createStore(() => phoneOff(deps.audio))) {
    this.#deps = deps
    this.store = store
    this.#audio = new LineAudio({
      link: deps.link,
      media: deps.media,
      clock: deps.clock,
      wanted: () => store.getState().audio.microphone,
      talking: () => this.#lines.lines.filter(({ phase }) => phase === 'active' || phase === 'held').map(({ id }) => id),
      onAsked: () => void this.#sound.readMicrophone(),
      onSubstitute: (substitute) => store.setState({ substitute }),
    })
    this.#sound = new PhoneSound({
      media: deps.media,
      store,
      storeAudio: deps.storeAudio,
      onAudioStored: deps.onAudioStored,
      onMicrophone: () => this.#audio.replaceAll(),
      onDevices: () => this.#audio.follow(),
    })
    this.#lines = new LineDriver({
      ...deps,
      audio: this.#audio,
      waitingTone: () => store.getState().audio.waitingTone,
      onLines: (state) => this.#onLines(state),
    })
    this.#connection = new PhoneLink({
      ...deps,
      onState: (state) => this.#onLink(state),
      onSocket: (open) => this.#onSocket(open),
      onHeld: (held) => this.#onHeld(held),
      onDoubt: () => this.#keeper.doubt(),
    })
    this.#givenUp = new GivenUpNews({ memory: deps.givenUp, store, clock: deps.clock })
    this.#keeper = new CallKeeper({
      link: deps.link,
      clock: deps.clock,
      memory: deps.memory,
      saved: deps.saved?.calls ?? [],
      findDialogs: deps.findDialogs,
      openMicrophone: (lineId) => this.#audio.open(lineId),
      reconnect: () => this.#connection.replaceSocket(),
      tell: (news) => this.#lines.on(news),
      onEnd: (lineId, reason) => {
        this.#lines.on({ type: 'ended', lineId, reason })
        // What the link still has of it.
        void deps.link.hangUp(lineId).catch(() => undefined)
      },
    })
  }

  start(): void {
    const { link, onLeave } = this.#deps
    this.#disposers.push(
      link.subscribe((event) => this.#onSip(event)),
      onLeave(() => this.#leave()),
    )
    this.#givenUp.start()
    this.#sound.start()
    this.#connection.start()
  }

  /** Signing out: ends calls and the registration. A closing page does not come here; its calls stay in the PBX. */
  async stop(): Promise<void> {
    for (const dispose of this.#disposers.splice(0)) dispose()
    this.#connection.stop()
    this.#keeper.stop()
    this.#sound.stop()
    this.#audio.stop()
    this.#lines.stop()
    this.#givenUp.stop()
    this.store.setState(phoneOff(this.store.getState().audio))
    await this.#deps.link.stop()
  }

  /** Resolves when no call is just being fetched back: a page that goes would take it along. */
  movesSettled(): Promise<void> {
    return this.#deps.link.movesSettled()
  }

  /** Resolves when the calls of the page before are here, or a first try has failed. */
  callsRestored(): Promise<void> {
    return this.#keeper.restored()
  }

  dial(number: string, extension: string | null = null): Promise<void> {
    return this.#call({ number, extension }, (line, nowMs) => ({ type: 'dial', line, nowMs }))
  }

  consult(callerLineId: string, number: string, extension: string | null = null): Promise<void> {
    return this.#call({ number, extension }, (line, nowMs) => ({ type: 'consult', lineId: callerLineId, line, nowMs }))
  }

  async #call(
    wanted: { number: string; extension: string | null },
    eventOf: (line: NewLine, nowMs: number) => LineEvent,
  ): Promise<void> {
    this.#requireSocket()
    const id = this.#deps.newLineId()
    const local = await this.#audio.open(id)
    if (!this.#connection.isOpen) stopTracks(local)
    this.#requireSocket()
    const line = { id, ...wanted, name: '', callId: null, legId: null }
    this.#givenUp.forget(wanted.number)
    this.#lines.open(line, local, eventOf(line, this.#deps.clock.nowMs()))
  }

  answer(lineId: string): Promise<void> {
    return this.#lines.answer(lineId, 'answer')
  }

  endAndAnswer(lineId: string): Promise<void> {
    return this.#lines.answer(lineId, 'endAndAnswer')
  }

  reject(lineId: string): Promise<void> {
    return this.hangUp(lineId)
  }

  stopRinging(lineId: string): void {
    const line = this.#lines.find(lineId)
    if (line?.phase !== 'ringingIn' || !line.unsure) return
    this.#lines.on({ type: 'ended', lineId, reason: 'missed' })
    void this.#deps.link.hangUp(lineId).catch(() => undefined)
  }

  async hangUp(lineId: string): Promise<void> {
    this.#lines.on({ type: 'hangUp', lineId })
  }

  hold(lineId: string): Promise<void> {
    return this.#lines.ask({ type: 'hold', lineId })
  }

  resume(lineId: string): Promise<void> {
    return this.#lines.ask({ type: 'resume', lineId })
  }

  setMuted(lineId: string, muted: boolean): void {
    this.#lines.on({ type: 'mute', lineId, muted })
  }

  async sendDtmf(lineId: string, tone: string): Promise<void> {
    if (!/^[0-9*#A-D]$/.test(tone)) throw new PhoneError('wrongPhase', 'No such tone')
    if (this.#lines.find(lineId)?.phase !== 'active') throw new PhoneError('wrongPhase', 'Tones need an active call')
    await this.#deps.link.dtmf(lineId, tone, this.store.getState().audio.dtmf)
  }

  async blindTransfer(lineId: string, number: string): Promise<void> {
    const phase = this.#lines.find(lineId)?.phase
    if (phase !== 'active' && phase !== 'held') throw new PhoneError('wrongPhase', 'Only an answered call can be transferred')
    this.#requireSocket()
    const taken = await this.#deps.link.refer(lineId, number).catch(() => false)
    if (!taken) throw new PhoneError('refused', 'The number did not take the call')
    this.#lines.on({ type: 'transferred', lineId })
  }

  async completeTransfer(callerLineId: string): Promise<void> {
    this.#requireSocket()
    await this.#lines.ask({ type: 'complete', lineId: callerLineId })
  }

  async backToCaller(callerLineId: string): Promise<void> {
    this.#lines.on({ type: 'backToCaller', lineId: callerLineId })
  }

  expectEnd(lineId: string, reason: EndReason | null): void {
    this.#lines.on({ type: 'expectEnd', lineId, reason })
  }

  learn(lineId: string, learnt: LearntOfCard): void {
    this.#lines.on({ type: 'learnt', lineId, learnt })
  }

  async sendExtension(lineId: string): Promise<void> {
    const extension = this.#lines.find(lineId)?.extension ?? null
    if (extension === null) return
    this.#lines.on({ type: 'extensionSent', lineId })
    for (const tone of extension) await this.sendDtmf(lineId, tone)
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

  setNoiseSuppression(on: boolean): Promise<void> {
    return this.#sound.setNoiseSuppression(on)
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
    this.#connection.takeOver()
  }

  reconnect(): void {
    this.#connection.reconnect()
  }

  // --- link ---

  /** The host says that the computer was asleep. */
  wake(): void {
    this.#connection.wake()
  }

  #onSocket(open: boolean): void {
    if (open) {
      this.#lines.on({ type: 'socketReplaced' })
      for (const line of this.#lines.lines) if (line.unsure) this.#lines.later(unsureRingMs, () => this.stopRinging(line.id))
    }
    this.#keeper.onSocket(open)
  }

  #onLink({ phase, retryAtMs, displaced }: LinkState): void {
    this.store.setState({ link: phase, retryAtMs })
    if (displaced === this.#displaced) return
    this.#displaced = displaced
    this.#showElsewhere()
  }

  #showElsewhere(): void {
    this.store.setState({ elsewhere: this.#held ? (this.#displaced ? 'computer' : null) : 'page' })
    queueMicrotask(() => this.#stopWhenIdle())
  }

  #onHeld(held: boolean): void {
    this.#held = held
    this.#showElsewhere()
    if (held) {
      this.#boot()
      return
    }
    // The page before this one may need a moment to let go; a page that lives on does not.
    this.#lines.later(lockPatienceMs, () => this.#keeper.discard())
  }

  /** Shows the calls of the earlier page at once and fetches them. */
  #boot(): void {
    const { saved } = this.#deps
    if (saved === null || !this.#keeper.mayBoot) return
    this.#lines.restore(restoredLines(saved))
    this.#keeper.boot(this.#lines.lines)
  }

  /** The extension is another phone's: this one's socket stays only for the calls still on it. */
  #stopWhenIdle(): void {
    if (this.store.getState().elsewhere === null) return
    if (this.#lines.lines.every((line) => line.phase === 'ended')) this.#connection.disconnect()
  }

  /** Calls outlive the page; what only rings, here or at the other side, would ring for nobody. */
  #leave(): void {
    const { link } = this.#deps
    for (const line of this.#lines.lines.filter(isRising)) {
      // After 480 the PBX gives a caller who waits for us to others, or up; after 410 the caller waits on for the next page.
      const isOurs = this.#givenBack.has(line.id)
      void (line.direction === 'inbound' ? link.reject(line.id, isOurs ? 410 : 480) : link.hangUp(line.id)).catch(() => undefined)
      if (!isOurs) this.#givenUp.leave(line)
    }
  }

  // --- lines ---

  #onSip(event: SipEvent): void {
    const nowMs = this.#deps.clock.nowMs()
    switch (event.type) {
      case 'incoming': {
        const { callId: id, linkedId: callId, legId, number, name, resumes, wanted } = event.call
        const lost = resumes ? this.#keeper.lostLine(event.call) : null
        if (lost !== null && this.#mayTakeBack(lost)) {
          void this.#takeBack(id, { ...lost, callId, legId })
          return
        }
        this.#givenUp.forget(number)
        if (resumes) this.#givenBack.add(id)
        this.#lines.on({ type: 'incoming', line: { id, number, name, callId, legId }, nowMs })
        if (wanted && this.#isFree(id)) void this.answer(id).catch(() => undefined)
        return
      }
      case 'ringing':
        this.#lines.on({ type: 'ringing', lineId: event.callId })
        this.#playRemote(event.callId)
        return
      case 'established':
        this.#playRemote(event.callId)
        this.#audio.microphones.handOver(event.callId)
        this.#lines.on({ type: 'established', lineId: event.callId, nowMs })
        this.#audio.look()
        return
      case 'moved':
        this.#playRemote(event.callId)
        this.#keeper.onMoved(event.callId)
        this.#lines.on({ type: 'moved', lineId: event.callId })
        this.#audio.look()
        return
      case 'ended':
        this.#givenBack.delete(event.callId)
        this.#lines.on({ type: 'ended', lineId: event.callId, reason: event.reason })
        this.#audio.look()
    }
  }

  /** Only a call of ours, and only when it can be talked on at once. */
  #mayTakeBack(lost: LineRecord): boolean {
    return this.#isFree(lost.id)
  }

  #isFree(lineId: string): boolean {
    const others = this.#lines.lines.some(({ id, phase }) => id !== lineId && phase !== 'ended' && phase !== 'held')
    return this.store.getState().microphone === 'granted' && !others
  }

  /** The PBX kept the other side waiting and gives it back: the same line goes on. */
  async #takeBack(callId: string, lost: LineRecord): Promise<void> {
    const { link } = this.#deps
    link.renameCall(callId, lost.id)
    const line: LineRecord = { ...lost, phase: 'active', trouble: null, endReason: null, turning: null, endsAs: null }
    this.#keeper.revive(line)
    this.#lines.on({ type: 'revived', line })
    try {
      await link.accept(lost.id, await this.#audio.open(lost.id))
    } catch {
      this.#lines.on({ type: 'ended', lineId: lost.id, reason: 'mediaFailed' })
      void link.hangUp(lost.id).catch(() => undefined)
    }
  }

  #playRemote(callId: string): void {
    const stream = this.#deps.link.remoteStream(callId)
    if (stream && stream.getAudioTracks().length > 0) this.#deps.media.playCall(callId, stream)
  }

  #onLines(state: LinesState): void {
    const { lines, activeId, consultation } = state
    this.store.setState({ lines, activeId, consultation })
    this.#keeper.follow(state)
    this.#givenUp.follow(lines.filter(({ id }) => !this.#givenBack.has(id)))
    queueMicrotask(() => this.#stopWhenIdle())
  }

  #requireSocket(): void {
    if (!this.#connection.isOpen) throw new PhoneError('notConnected', 'The phone has no connection to the PBX')
  }
}
