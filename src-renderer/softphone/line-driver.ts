import type { Clock } from '../platform/clock.ts'
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
import type { LineAudio } from './media/line-audio.ts'
import { stopTracks } from './media/line-microphones.ts'
import type { PhoneMedia } from './media/media.ts'
import { PhoneError } from './phone.ts'
import type { SipLink } from './sip/sip-link.ts'

export interface LineDriverDeps {
  readonly link: SipLink
  readonly media: PhoneMedia
  readonly clock: Clock
  readonly audio: LineAudio
  /** Whether a second call is heard. */
  readonly waitingTone: () => boolean
  readonly onLines: (state: LinesState) => void
}

const endedShownMs = 4000

/** Runs the line machine: its commands on the link and the media, its lines' tones and microphones. */
export class LineDriver {
  readonly #deps: LineDriverDeps
  readonly #waiters = new LineWaiters()
  /** Answered by the person, not yet by the microphone or the PBX: they ring no more. */
  readonly #answering = new Map<string, Promise<void>>()
  readonly #timers = new Set<() => void>()
  #state: LinesState = noLines

  constructor(deps: LineDriverDeps) {
    this.#deps = deps
  }

  get lines(): readonly LineRecord[] {
    return this.#state.lines
  }

  find(lineId: string): LineRecord | undefined {
    return findLine(this.#state, lineId)
  }

  stop(): void {
    for (const cancel of this.#timers) cancel()
    this.#waiters.giveUp()
    for (const { id } of this.lines) this.#deps.audio.microphones.drop(id)
    this.#state = noLines
  }

  on(event: LineEvent): void {
    const [next, commands] = stepLines(this.#state, event)
    this.#set(next, commands)
  }

  /** The lines of an earlier page. */
  restore(state: LinesState): void {
    this.#set(state, [])
  }

  /** Resolves when the machine settles the line. */
  ask(event: { type: 'answer' | 'endAndAnswer' | 'complete' | 'hold' | 'resume'; lineId: string }): Promise<void> {
    return this.#waiters.wait(event.lineId, () => this.on(event))
  }

  /** A new line of our own, with its microphone, which becomes the link's or is stopped. */
  open(line: NewLine, local: MediaStream, event: LineEvent): void {
    const { microphones } = this.#deps.audio
    microphones.keep(line.id, local)
    const [next, commands] = stepLines(this.#state, event)
    if (!next.lines.some(({ id }) => id === line.id)) {
      microphones.drop(line.id)
      throw new PhoneError('wrongPhase', 'Finish or hold the other call first')
    }
    this.#set(next, commands)
  }

  async answer(lineId: string, how: 'answer' | 'endAndAnswer'): Promise<void> {
    if (this.find(lineId)?.phase !== 'ringingIn') throw new PhoneError('wrongPhase', 'The call no longer rings')
    // A double click, or the key after the button: one answer with one microphone.
    const underWay = this.#answering.get(lineId)
    if (underWay) return underWay
    const answered = this.#openAndAnswer(lineId, how).finally(() => {
      this.#answering.delete(lineId)
      this.#playTone()
    })
    this.#answering.set(lineId, answered)
    this.#playTone()
    return answered
  }

  later(delayMs: number, action: () => void): void {
    const cancel = this.#deps.clock.after(delayMs, () => {
      this.#timers.delete(cancel)
      action()
    })
    this.#timers.add(cancel)
  }

  async #openAndAnswer(lineId: string, how: 'answer' | 'endAndAnswer'): Promise<void> {
    const { audio } = this.#deps
    const local = await audio.open(lineId)
    if (this.find(lineId)?.phase !== 'ringingIn') {
      stopTracks(local)
      throw new PhoneError('wrongPhase', 'The call no longer rings')
    }
    audio.microphones.keep(lineId, local)
    try {
      await this.ask({ type: how, lineId })
    } catch (error) {
      audio.microphones.drop(lineId)
      throw error
    }
  }

  #set(next: LinesState, commands: readonly LineCommand[]): void {
    this.#state = next
    for (const command of commands) this.#run(command)
    // A command may have moved on already; what is shown and heard is always the latest.
    for (const line of this.lines) {
      if (line.phase !== 'ended') this.#deps.link.setMicrophoneLive(line.id, isLive(this.#state, line))
    }
    this.#deps.onLines(this.#state)
    this.#playTone()
  }

  #playTone(): void {
    const { link, media, waitingTone } = this.#deps
    const tone = toneOf(this.lines, {
      isAnswering: (lineId) => this.#answering.has(lineId),
      hasEarlyMedia: (lineId) => (link.remoteStream(lineId)?.getAudioTracks().length ?? 0) > 0,
    })
    media.playTone(tone === 'waiting' && !waitingTone() ? null : tone)
  }

  #run(command: LineCommand): void {
    const { link, media, audio } = this.#deps
    switch (command.type) {
      case 'invite':
      case 'accept':
        void this.#call(command.type, command.lineId)
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
      case 'expireLater':
        media.stopCall(command.lineId)
        audio.microphones.drop(command.lineId)
        this.later(endedShownMs, () => this.on({ type: 'expire', lineId: command.lineId }))
    }
  }

  async #call(kind: 'invite' | 'accept', lineId: string): Promise<void> {
    const { link, audio } = this.#deps
    const local = audio.microphones.waitingFor(lineId)
    const line = this.find(lineId)
    try {
      if (!local || !line) throw new Error('No microphone')
      if (kind === 'invite') await link.invite(lineId, line.number, local)
      else await link.accept(lineId, local)
    } catch {
      // The link has told why, if it knew; a line that is over already ignores this.
      this.on({ type: 'ended', lineId, reason: 'mediaFailed' })
      // The PBX may still ring, or wait for an answer.
      void link.hangUp(lineId).catch(() => undefined)
    }
  }

  async #turn(outcome: ReturnType<SipLink['hold']>, lineId: string, kind: 'hold' | 'resume'): Promise<void> {
    const done = (await outcome.catch(() => 'refused')) === 'ok'
    this.on({ type: done ? `${kind}Done` : `${kind}Failed`, lineId })
  }

  async #transfer(lineId: string, targetId: string): Promise<void> {
    const taken = await this.#deps.link.referReplaces(lineId, targetId).catch(() => false)
    this.on({ type: taken ? 'transferDone' : 'transferFailed', lineId })
  }
}
