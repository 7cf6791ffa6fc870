/** As much of an RTCPeerConnection as SIP.js needs to make an offer. Nothing ever flows. */
export class FakePeerConnection extends EventTarget {
  signalingState: RTCSignalingState = 'stable'
  readonly iceGatheringState: RTCIceGatheringState = 'complete'
  readonly iceConnectionState: RTCIceConnectionState = 'new'
  readonly connectionState: RTCPeerConnectionState = 'new'
  localDescription: RTCSessionDescriptionInit | null = null
  readonly #senders: { readonly track: MediaStreamTrack }[] = []

  getTransceivers(): [] {
    return []
  }
  getReceivers(): [] {
    return []
  }
  getSenders(): readonly { readonly track: MediaStreamTrack }[] {
    return this.#senders
  }
  addTrack(track: MediaStreamTrack): void {
    this.#senders.push({ track })
  }
  async createOffer(): Promise<RTCSessionDescriptionInit> {
    return { type: 'offer', sdp: 'v=0\r\n' }
  }
  async setLocalDescription(description: RTCSessionDescriptionInit): Promise<void> {
    this.localDescription = description
    this.signalingState = 'have-local-offer'
  }
  close(): void {
    this.signalingState = 'closed'
  }
}
