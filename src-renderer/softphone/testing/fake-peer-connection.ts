/** As much of an RTCPeerConnection as SIP.js needs to make an offer. Nothing ever flows. */
export class FakePeerConnection extends EventTarget {
  /** What the browser has found of its own addresses. */
  static candidates = 'a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n'
  /** What happens in the middle of making an offer. */
  static meanwhile: () => void = () => undefined
  /** Whether it comes up when the other side has answered. */
  static carries = true
  /** The last that was made. */
  static latest: FakePeerConnection | null = null
  /** What was asked of the sender of tones. */
  readonly tones: string[] = []
  signalingState: RTCSignalingState = 'stable'
  readonly iceGatheringState: RTCIceGatheringState = 'complete'
  readonly iceConnectionState: RTCIceConnectionState = 'new'
  connectionState: RTCPeerConnectionState = 'new'
  localDescription: RTCSessionDescriptionInit | null = null
  remoteDescription: RTCSessionDescriptionInit | null = null
  readonly #senders: { readonly track: MediaStreamTrack; readonly dtmf: object }[] = []
  readonly #audio: { direction: RTCRtpTransceiverDirection } = { direction: 'sendrecv' }

  constructor() {
    super()
    FakePeerConnection.latest = this
  }

  getTransceivers(): readonly { direction: RTCRtpTransceiverDirection }[] {
    return [this.#audio]
  }
  getReceivers(): [] {
    return []
  }
  getSenders(): readonly { readonly track: MediaStreamTrack }[] {
    return this.#senders
  }
  addTrack(track: MediaStreamTrack): void {
    const dtmf = { toneBuffer: '', insertDTMF: (tones: string) => this.tones.push(tones) }
    this.#senders.push({ track, dtmf })
  }
  async createOffer(): Promise<RTCSessionDescriptionInit> {
    FakePeerConnection.meanwhile()
    return { type: 'offer', sdp: this.#sdp() }
  }
  async createAnswer(): Promise<RTCSessionDescriptionInit> {
    return { type: 'answer', sdp: this.#sdp() }
  }
  async setLocalDescription(description: RTCSessionDescriptionInit): Promise<void> {
    if (description.type === 'offer' && this.signalingState !== 'stable') throw new Error(`an offer in ${this.signalingState}`)
    this.localDescription = description
    this.signalingState = description.type === 'offer' ? 'have-local-offer' : 'stable'
  }
  async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    this.remoteDescription = description
    this.signalingState = description.type === 'offer' ? 'have-remote-offer' : 'stable'
    if (FakePeerConnection.carries) this.connectionState = 'connected'
  }
  /** As the browser says it. */
  becomes(state: RTCPeerConnectionState): void {
    this.connectionState = state
    this.dispatchEvent(new Event('connectionstatechange'))
  }
  close(): void {
    this.signalingState = 'closed'
  }

  #sdp(): string {
    return `v=0\r\n${FakePeerConnection.candidates}a=${this.#audio.direction}\r\n`
  }
}
