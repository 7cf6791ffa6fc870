import { type Core, Web } from 'sip.js'

/** The offer has no address that the other side could send to. */
export class NoPathError extends Error {
  override readonly name = 'NoPathError'
}

export interface MediaHandlerDeps {
  readonly logger: Core.Logger
  readonly microphone: () => Promise<MediaStream>
  /** Runs before a description leaves; a rejection keeps it here. */
  readonly beforeOffer: (sdp: string) => Promise<void>
  readonly configuration: Web.SessionDescriptionHandlerConfiguration
}

/** Own addresses are found within a few milliseconds of each other. */
const otherAddressesMs = 20

const isUdp = (candidate: string): boolean => /^(?:a=)?candidate:\S+ \d+ udp /i.test(candidate)

/** An answer to an offer without a UDP address comes without ICE, and ends the call. */
export const hasPath = (sdp: string): boolean => sdp.split(/\r?\n/).some(isUdp)

export class MediaHandler extends Web.SessionDescriptionHandler {
  readonly #beforeOffer: MediaHandlerDeps['beforeOffer']

  constructor({ logger, microphone, beforeOffer, configuration }: MediaHandlerDeps) {
    super(logger, microphone, configuration)
    this.#beforeOffer = beforeOffer
    // Without servers to ask there is nothing to wait for after the own addresses.
    if ((configuration.peerConnectionConfiguration?.iceServers ?? []).length === 0) this.#hurryGathering()
  }

  override async getDescription(
    ...call: Parameters<Web.SessionDescriptionHandler['getDescription']>
  ): ReturnType<Web.SessionDescriptionHandler['getDescription']> {
    const description = await super.getDescription(...call)
    await this.#beforeOffer(description.body)
    return description
  }

  /** SIP.js's own handler never takes back an offer that was refused: the next re-INVITE would find the connection in have-local-offer and fail. */
  async rollbackDescription(): Promise<void> {
    if (this.peerConnection?.signalingState === 'have-local-offer') {
      await this.peerConnection.setLocalDescription({ type: 'rollback' })
    }
  }

  #hurryGathering(): void {
    let found = false
    this.peerConnection?.addEventListener('icecandidate', ({ candidate }) => {
      if (found || candidate === null || !isUdp(candidate.candidate)) return
      found = true
      setTimeout(() => this.iceGatheringComplete(), otherAddressesMs)
    })
  }
}
