import type { PhoneMedia } from './media.ts'

export interface LineMicrophonesDeps {
  readonly media: Pick<PhoneMedia, 'openMicrophone'>
  /** The device behind a line's microphone was unplugged: nothing is sent any more. Not called for one that we stopped. */
  readonly onLost: (lineId: string) => void
}

/** The microphone of each line: ours until its call is up, then the link's, and watched to the line's end. */
export class LineMicrophones {
  readonly #deps: LineMicrophonesDeps
  readonly #waiting = new Map<string, MediaStream>()
  readonly #used = new Map<string, MediaStream>()

  constructor(deps: LineMicrophonesDeps) {
    this.#deps = deps
  }

  /** Opens one and watches it for the line. */
  async open(lineId: string): Promise<MediaStream> {
    const local = await this.#deps.media.openMicrophone()
    for (const track of local.getTracks()) track.addEventListener('ended', () => this.#deps.onLost(lineId), { once: true })
    this.#used.set(lineId, local)
    return local
  }

  /** The one that was opened for the line last. */
  usedBy(lineId: string): MediaStream | undefined {
    return this.#used.get(lineId)
  }

  /** Waits for its INVITE or 200. */
  keep(lineId: string, local: MediaStream): void {
    this.#waiting.set(lineId, local)
  }

  waitingFor(lineId: string): MediaStream | undefined {
    return this.#waiting.get(lineId)
  }

  /** The call is up: its microphone belongs to the link, which stops it. */
  handOver(lineId: string): void {
    this.#waiting.delete(lineId)
  }

  /** The line is over. Stops the one that never came to be used. */
  drop(lineId: string): void {
    const local = this.#waiting.get(lineId)
    this.#waiting.delete(lineId)
    this.#used.delete(lineId)
    if (local) stopTracks(local)
  }
}

export function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
