import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../server/clock.ts'
import { AmiConnection } from '../../server/telephony/ami-connection.ts'
import type { AmiFields } from '../../server/telephony/ami-event.ts'
import { project, startAsterisk, type TestPbx } from './pbx.ts'

/** Speech of a caller: a 700 Hz tone, then words. */
export const callerSpeech = join(project, 'tests/fixtures/caller-speech.wav')

export interface CarrierCall {
  readonly id: string
  /** True when the other side answered, false when it did not. */
  readonly answered: Promise<boolean>
  /** Resolves when the call has ended at the carrier, with Asterisk's hang-up cause (16 is the ordinary one). */
  readonly ended: Promise<number>
}

export interface CallRequest {
  /** Caller's number, E.164. */
  readonly from: string
  readonly fromName?: string
  /** A DID of the PBX, e.g. +74950000701. */
  readonly to: string
  /** Played over and over, a second apart; null for a silent caller. */
  readonly play?: string | null
  /** What the caller hears goes to `ear`, where it can be followed while they talk, not to the `heard` of `recording`. */
  readonly followed?: boolean
}

/** The outside world: a second Asterisk at the other end of the PBX's SIP trunk. */
export class Carrier {
  readonly #asterisk: TestPbx
  readonly #ami: AmiConnection
  readonly #calls = new Map<string, { answered: (yes: boolean) => void; ended: (cause: number) => void }>()
  #nextCall = 1

  private constructor(asterisk: TestPbx, connect: (onEvent: (event: AmiFields) => void) => AmiConnection) {
    this.#asterisk = asterisk
    this.#ami = connect((event) => this.#receive(event))
  }

  /** The carrier of this PBX: takes the place its trunk points to. */
  static async start(options: { pbx: TestPbx; name: string }): Promise<Carrier> {
    const asterisk = await startAsterisk({
      name: options.name,
      templates: [join(project, 'resources/pbx/conf'), join(project, 'tests/support/carrier-conf')],
      sounds: join(project, 'resources/pbx/sounds'),
      sip: options.pbx.ports.trunk,
      trunk: options.pbx.ports.sip,
    })
    try {
      const { host, amiPort, amiUser, amiSecret } = asterisk.file
      let connected: () => void = () => undefined
      let failed: (error: Error) => void = () => undefined
      const ready = new Promise<void>((done, fail) => {
        connected = done
        failed = fail
      })
      const carrier = new Carrier(
        asterisk,
        (onEvent) =>
          new AmiConnection({
            clock: systemClock,
            account: { host, port: amiPort, user: amiUser, secret: amiSecret },
            onConnect: connected,
            onClose: (error) => failed(error ?? new Error('the carrier closed its AMI')),
            onEvent,
          }),
      )
      await ready
      await carrier.#ami.signIn()
      return carrier
    } catch (error) {
      await asterisk.stop()
      throw error
    }
  }

  /** Rings the PBX. Resolves when the call is on its way. */
  async call(request: CallRequest): Promise<CarrierCall> {
    const id = `${this.#asterisk.pbx.pid}-${this.#nextCall++}`
    let settleAnswered: (yes: boolean) => void = () => undefined
    let settleEnded: (cause: number) => void = () => undefined
    const answered = new Promise<boolean>((done) => {
      settleAnswered = done
    })
    const ended = new Promise<number>((done) => {
      settleEnded = done
    })
    this.#calls.set(id, { answered: settleAnswered, ended: settleEnded })
    const play = request.play === undefined ? callerSpeech : request.play
    await this.#ami.action({
      action: 'Originate',
      channel: `PJSIP/${request.to}@trunk`,
      channelid: id,
      context: 'caller',
      exten: 's',
      priority: '1',
      timeout: '90000',
      async: 'true',
      callerid: `"${request.fromName ?? ''}" <${request.from}>`,
      variable: {
        // Asterisk finds the best format of a sound by itself and wants no ending
        PLAY: play === null ? '' : play.replace(/\.[a-z0-9]+$/, ''),
        HEARD: request.followed ? this.ear({ id }) : this.recording({ id }).heard,
        SENT: this.recording({ id }).sent,
      },
    })
    return { id, answered, ended }
  }

  /** Ends the call from the caller's side; resolves when it has ended and its recordings are closed. */
  async hangUp(call: CarrierCall): Promise<void> {
    if (!this.#calls.has(call.id)) return
    await this.#ami.action({ action: 'Hangup', channel: call.id, cause: '16' })
    await call.ended
  }

  /** The two sides of the call as they crossed the trunk. There from the answer on. */
  recording(call: { id: string }): { heard: string; sent: string } {
    const folder = this.#asterisk.file.recordingsDir
    return { heard: join(folder, `${call.id}-heard.wav`), sent: join(folder, `${call.id}-sent.wav`) }
  }

  /** What the caller of a followed call hears, for `nextOf`. */
  ear(call: { id: string }): string {
    return join(this.#asterisk.file.recordingsDir, `${call.id}-heard.sln48`)
  }

  /** The sides of the latest call the PBX made to this number; null when none was answered. */
  recordingTo(number: string): { heard: string; sent: string } | null {
    const folder = this.#asterisk.file.recordingsDir
    const recording = { heard: join(folder, `${number}-heard.wav`), sent: join(folder, `${number}-sent.wav`) }
    return existsSync(recording.heard) ? recording : null
  }

  async stop(): Promise<void> {
    this.#ami.close()
    await this.#asterisk.stop()
  }

  #receive(event: AmiFields): void {
    if (event['event'] === 'OriginateResponse')
      this.#calls.get(event['uniqueid'] ?? '')?.answered(event['response'] === 'Success')
    if (event['event'] !== 'Hangup') return
    const call = this.#calls.get(event['uniqueid'] ?? '')
    if (!call) return
    this.#calls.delete(event['uniqueid'] ?? '')
    call.answered(false)
    call.ended(Number(event['cause'] ?? 0))
  }
}
