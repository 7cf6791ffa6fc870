import { Web } from 'sip.js'

/** SIP.js's own handler never takes back an offer that was refused: the next re-INVITE would find the connection in have-local-offer and fail. */
export class MediaHandler extends Web.SessionDescriptionHandler {
  async rollbackDescription(): Promise<void> {
    if (this.peerConnection?.signalingState === 'have-local-offer') {
      await this.peerConnection.setLocalDescription({ type: 'rollback' })
    }
  }
}
