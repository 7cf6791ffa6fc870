import type { Clock } from '../clock.ts'
import type { ConnectionCheck } from '../contract/settings.ts'
import { AmiConnection } from './ami-connection.ts'
import { connectTimeoutMs } from './ami-link.ts'
import { lackingContexts } from './callsync-contexts.ts'
import type { AmiAccount, TestConnection } from './telephony.ts'

/** Actions the product sends; a manager user that may not send one of them sees half a product. */
const neededActions = [
  'Status',
  'BridgeList',
  'QueueStatus',
  'QueuePause',
  'QueueAdd',
  'QueueRemove',
  'Originate',
  'Redirect',
  'Hangup',
  'Getvar',
  'Setvar',
  'MixMonitorMute',
  'PJSIPShowEndpoints',
]

/** The driver Asterisk 21 removed; its phones cannot be seen through PJSIP's actions. */
const chanSipOnly = 'This PBX has its phones on chan_sip, which is not supported: move them to chan_pjsip'

export function createTestConnection(deps: { clock: Clock }): TestConnection {
  return async (account, socketUrl) => {
    const checks: ConnectionCheck[] = []
    const endpoints: string[] = []
    const queues: string[] = []
    let connection: AmiConnection | null = null
    let hasChanSip = false
    let hasPjsip = true
    const steps: [ConnectionCheck['step'], () => Promise<string>][] = [
      [
        'reach',
        async () => {
          connection = await reach(deps.clock, account)
          return `${account.host}:${account.port}`
        },
      ],
      [
        'signIn',
        async () => {
          await connection?.signIn()
          return account.user
        },
      ],
      [
        'rights',
        async () => {
          const reply = await connection?.action({ action: 'ListCommands' })
          const lacks = (action: string): boolean => reply?.response[action.toLowerCase()] === undefined
          hasChanSip = !lacks('SIPpeers')
          hasPjsip = !lacks('PJSIPShowEndpoints')
          // Without PJSIP it is no right that lacks: the next step says what does.
          const missing = neededActions.filter((action) => lacks(action) && !(hasChanSip && action === 'PJSIPShowEndpoints'))
          if (missing.length > 0) throw new Error(`No right to: ${missing.join(', ')}`)
          return neededActions.filter((action) => !lacks(action)).join(', ')
        },
      ],
      [
        'endpoints',
        async () => {
          if (!hasPjsip) throw new Error(chanSipOnly)
          const reply = await connection?.action({ action: 'PJSIPShowEndpoints' }, { list: true })
          for (const item of reply?.items ?? []) if (item['objectname']) endpoints.push(item['objectname'])
          if (endpoints.length === 0 && hasChanSip) throw new Error(chanSipOnly)
          return String(endpoints.length)
        },
      ],
      [
        'queues',
        async () => {
          const reply = await connection?.action({ action: 'QueueStatus' }, { list: true })
          for (const item of reply?.items ?? []) {
            if (item['event'] === 'QueueParams' && item['queue']) queues.push(item['queue'])
          }
          return String(queues.length)
        },
      ],
      [
        'contexts',
        async () => {
          const lacking = await lackingContexts(async (name) => {
            const reply = await connection?.action({ action: 'Getvar', variable: name })
            return reply?.response['value'] ?? ''
          })
          if (lacking.length > 0) throw new Error(lacking.join(', '))
          return 'callsync.conf'
        },
      ],
    ]
    try {
      for (const [step, run] of steps) {
        try {
          checks.push({ step, ok: true, detail: await run() })
        } catch (error) {
          checks.push({ step, ok: false, detail: error instanceof Error ? error.message : String(error) })
          // Without callsync.conf the phone lacks features; the rest works and is worth to be tested.
          if (step !== 'contexts') break
        }
      }
    } finally {
      closeIfAny(connection)
    }
    const usable = checks.every(({ step, ok }) => ok || step === 'contexts')
    if (socketUrl !== undefined && usable) checks.push(await trySocket(deps.clock, socketUrl))
    return { checks, endpoints: endpoints.sort(), queues: queues.sort() }
  }
}

function closeIfAny(connection: AmiConnection | null): void {
  connection?.close()
}

/** An upgrade to the subprotocol the softphones speak, closed at once. */
function trySocket(clock: Clock, socketUrl: string): Promise<ConnectionCheck> {
  return new Promise((resolve) => {
    const done = (ok: boolean, detail: string) => {
      stopTimer()
      resolve({ step: 'softphoneSocket', ok, detail })
      socket?.close()
    }
    const stopTimer = clock.after(connectTimeoutMs, () => done(false, 'No answer'))
    let socket: WebSocket | null = null
    try {
      socket = new WebSocket(socketUrl, 'sip')
      socket.addEventListener('open', () => done(true, socketUrl))
      socket.addEventListener('error', (event) => done(false, 'message' in event ? String(event.message) : 'No connection'))
    } catch (error) {
      done(false, error instanceof Error ? error.message : String(error))
    }
  })
}

function reach(clock: Clock, account: AmiAccount): Promise<AmiConnection> {
  return new Promise((resolve, reject) => {
    const stopTimer = clock.after(connectTimeoutMs, () => {
      connection.close()
      reject(new Error('No answer'))
    })
    const connection: AmiConnection = new AmiConnection({
      clock,
      account,
      onConnect: () => {
        stopTimer()
        resolve(connection)
      },
      onClose: (error) => {
        stopTimer()
        reject(error ?? new Error('The connection closed'))
      },
      onEvent: () => {},
    })
  })
}
