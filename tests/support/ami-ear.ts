import { systemClock } from '../../server/clock.ts'
import { AmiConnection } from '../../server/telephony/ami-connection.ts'
import type { AmiFields } from '../../server/telephony/ami-event.ts'
import type { PbxFile } from '../../server/telephony/pbx-file.ts'

/** What Asterisk itself says it received, beside the server's own connection. */
export class AmiEar {
  readonly events: AmiFields[] = []
  readonly #connection: AmiConnection

  private constructor(connect: (onEvent: (event: AmiFields) => void) => AmiConnection) {
    this.#connection = connect((event) => this.events.push(event))
  }

  static async start({ host, amiPort, amiUser, amiSecret }: PbxFile): Promise<AmiEar> {
    let connected: () => void = () => undefined
    let failed: (error: Error) => void = () => undefined
    const ready = new Promise<void>((done, fail) => {
      connected = done
      failed = fail
    })
    const ear = new AmiEar(
      (onEvent) =>
        new AmiConnection({
          clock: systemClock,
          account: { host, port: amiPort, user: amiUser, secret: amiSecret },
          onConnect: connected,
          onClose: (error) => failed(error ?? new Error('Asterisk closed its AMI')),
          onEvent,
        }),
    )
    await ready
    await ear.#connection.signIn()
    return ear
  }

  /** The tones that arrived on channels of this extension, in order. */
  tonesFrom(extension: string): string {
    return this.tones('Received', new RegExp(`^PJSIP/${extension}-`))
  }

  /** The tones that came from, or went to, channels of such a name, in order. */
  tones(direction: 'Received' | 'Sent', channel: RegExp): string {
    return this.events
      .filter((event) => event['event'] === 'DTMFEnd' && event['direction'] === direction)
      .filter((event) => channel.test(event['channel'] ?? ''))
      .map((event) => event['digit'])
      .join('')
  }

  stop(): void {
    this.#connection.close()
  }
}
