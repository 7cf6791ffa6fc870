import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { firstServer } from '../contract/server-mark.ts'
import { AmiLink } from './ami-link.ts'
import { createCommands } from './commands.ts'
import { Listeners } from './listeners.ts'
import { heal } from './live/heal.ts'
import { emptyLiveState } from './live/live-state.ts'
import { reduceAll } from './live/reducer.ts'
import type { PbxChange } from './pbx-state.ts'
import type { AmiAccount, OneTelephony } from './telephony.ts'

/** Joins the link to the live state; nothing is connected before `use`. Names are as this Asterisk has them. */
export function createTelephony(deps: { clock: Clock; random: () => number; logger: Logger }): OneTelephony {
  const { logger } = deps
  const changeListeners = new Listeners<Parameters<Parameters<OneTelephony['onChange']>[0]>>(logger)
  const statusListeners = new Listeners<Parameters<Parameters<OneTelephony['onStatus']>[0]>>(logger)
  const eventListeners = new Listeners<Parameters<Parameters<OneTelephony['onEvents']>[0]>>(logger)
  let live = emptyLiveState
  let account: AmiAccount | null = null

  const tell = (changes: readonly PbxChange[], healed: boolean) => {
    if (changes.length > 0) changeListeners.tell(changes, healed, firstServer)
  }

  const link = new AmiLink({
    clock: deps.clock,
    random: deps.random,
    logger,
    listener: {
      status: (status) => statusListeners.tell(status, firstServer),
      snapshot(snapshot) {
        const healed = heal(live, snapshot)
        live = healed.state
        tell(healed.changes, true)
      },
      events(events) {
        eventListeners.tell(events, firstServer)
        const reduced = reduceAll(live, events)
        live = reduced.state
        tell(reduced.changes, false)
      },
    },
  })

  const forget = () => {
    const emptied = heal(live, { atMs: deps.clock.nowMs(), channels: [], bridges: [], queues: [], endpoints: [] })
    live = emptyLiveState
    tell(emptied.changes, true)
  }

  return {
    commands: createCommands({ link, state: () => live.pbx }),
    state: () => live.pbx,
    channels: () => live.channels,
    status: () => link.status,
    onChange: changeListeners.add,
    onStatus: statusListeners.add,
    onEvents: eventListeners.add,
    use(next) {
      const elsewhere = account !== null && (next?.host !== account.host || next.port !== account.port)
      account = next
      link.use(next)
      // Another machine's calls are not this one's. After the link is down: how they ended was not seen.
      if (elsewhere) forget()
    },
    async stop() {
      account = null
      link.use(null)
      changeListeners.clear()
      statusListeners.clear()
      eventListeners.clear()
    },
  }
}
