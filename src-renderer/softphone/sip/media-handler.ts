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

/** From the first usable address: own ones are found within a few milliseconds of each other, those that a server tells take longer. */
const otherAddressesMs = { own: 20, fromServers: 500 }

const lateAddressMs = 3000

const isUdp = (candidate: string): boolean => /^(?:a=)?candidate:\S+ \d+ udp /i.test(candidate)

/** An answer to an offer without a UDP address comes without ICE, and ends the call. */
export const hasPath = (sdp: string): boolean => sdp.split(/\r?\n/).some(isUdp)

export class MediaHandler extends Web.SessionDescriptionHandler {
  readonly #beforeOffer: MediaHandlerDeps['beforeOffer']

  constructor({ logger, microphone, beforeOffer, configuration }: MediaHandlerDeps) {
    super(logger, microphone, configuration)
    this.#beforeOffer = beforeOffer
    const asksServers = (configuration.peerConnectionConfiguration?.iceServers ?? []).length > 0
    this.#hurryGathering(asksServers ? otherAddressesMs.fromServers : otherAddressesMs.own)
  }

  override async getDescription(
    ...call: Parameters<Web.SessionDescriptionHandler['getDescription']>
  ): ReturnType<Web.SessionDescriptionHandler['getDescription']> {
    const description = await super.getDescription(...call)
    await this.#beforeOffer(description.body)
    return hasPath(description.body) ? description : { ...description, body: await this.#withPath(description.body) }
  }

  /** While the computer's networks change, gathering may end with nothing: an address that comes late is waited for. */
  async #withPath(gathered: string): Promise<string> {
    const connection = this.peerConnection
    if (!connection) return gathered
    const late = () => connection.localDescription?.sdp ?? gathered
    await new Promise<void>((resolve) => {
      const look = () => {
        if (!hasPath(late())) return
        clearTimeout(limit)
        connection.removeEventListener('icecandidate', look)
        resolve()
      }
      const limit = setTimeout(resolve, lateAddressMs)
      connection.addEventListener('icecandidate', look)
      look()
    })
    // Without ICE in its answer the PBX would keep a call that neither side hears.
    if (connection.signalingState === 'have-local-offer' && !hasPath(late())) throw new NoPathError('No usable address')
    return late()
  }

  /** SIP.js's own handler never takes back an offer that was refused: the next re-INVITE would find the connection in have-local-offer and fail. */
  async rollbackDescription(): Promise<void> {
    if (this.peerConnection?.signalingState === 'have-local-offer') {
      await this.peerConnection.setLocalDescription({ type: 'rollback' })
    }
  }

  #hurryGathering(waitMs: number): void {
    let found = false
    this.peerConnection?.addEventListener('icecandidate', ({ candidate }) => {
      if (found || candidate === null || !isUdp(candidate.candidate)) return
      found = true
      setTimeout(() => this.iceGatheringComplete(), waitMs)
    })
  }
}
