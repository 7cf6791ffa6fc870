// The phone most web applications have: SIP.js' own SessionManager, as its documentation shows it. Answers every call.
import { SessionManager } from '/sip.js/platform/web/index.js'

const settings = new URLSearchParams(location.hash.slice(1))
const setting = (name) => settings.get(name) ?? ''

const manager = new SessionManager(setting('socket'), {
  aor: `sip:${setting('extension')}@${setting('domain')}`,
  media: { remote: { audio: new Audio() } },
  userAgentOptions: {
    authorizationUsername: setting('extension'),
    authorizationPassword: setting('password'),
    logLevel: 'error',
    // Not a choice but the lab's network: there is no STUN server in it.
    sessionDescriptionHandlerFactoryOptions: { peerConnectionConfiguration: { iceServers: [] } },
  },
  delegate: {
    onCallReceived: (session) => manager.answer(session),
    onRegistered: () => {
      document.body.dataset.phone = 'registered'
    },
    onUnregistered: () => {
      document.body.dataset.phone = 'unregistered'
    },
    onServerDisconnect: () => {
      document.body.dataset.phone = 'disconnected'
    },
  },
})
await manager.connect()
await manager.register()
