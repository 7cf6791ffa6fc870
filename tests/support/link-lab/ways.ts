import type { Way } from './lab.ts'
import { startTurnServer } from './turn-server.ts'

/** Other ways to the PBX than a clean office network with plain WebSockets. */

export const wss: Way = { name: 'SIP over wss', secure: true }

export const rough: Way = {
  name: '5 % lost and 100 ms there and back',
  open: async () => ({ prepare: (seat) => seat.useRough({ lossPercent: 5, delayMs: 50, jitterMs: 5 }) }),
}

export const turn: Way = {
  name: 'media by a TURN server alone',
  open: async (lab) => {
    const server = await startTurnServer(lab.network.address)
    await lab.useIceServers([server.iceServer]).catch(async (error: unknown) => {
      await server.stop()
      throw error
    })
    return { prepare: (seat) => seat.relayOnly(server.port), close: server.stop }
  },
}
