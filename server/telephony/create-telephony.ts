import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { firstServer } from '../contract/server-mark.ts'
import { AmiLink } from './ami-link.ts'
import { createCommands } from './commands.ts'
import { heal } from './live/heal.ts'
import { emptyLiveState } from './live/live-state.ts'
import { reduceAll } from './live/reducer.ts'
import type { PbxChange } from './pbx-state.ts'
import type { AmiAccount, OneTelephony } from './telephony.ts'

/** Joins the link to the live state; nothing is connected before `use`. Names are as this Asterisk has them. */
export function createTelephony(deps: { clock: Clock; random: () => number; logger: Logger }): OneTelephony {
  const { logger } = deps
  const changeListeners = new Set<Parameters<OneTelephony['onChange']>[0]>()
  const statusListeners = new Set<Parameters<OneTelephony['onStatus']>[0]>()
  const eventListeners = new Set<Parameters<OneTelephony['onEvents']>[0]>()
  let live = emptyLiveState
  let account: AmiAccount | null = null

  const tell = (changes: readonly PbxChange[], healed: boolean) => {
    if (changes.length === 0) return
    for (const listener of [...changeListeners]) {
      try {
        listener(changes, healed, firstServer)
      } catch (error) {
        logger.error({ err: error }, 'A listener to telephony failed')
      }
    }
  }

  const link = new AmiLink({
    clock: deps.clock,
    random: deps.random,
    logger,
    listener: {
      status(status) {
        for (const listener of [...statusListeners]) {
          try {
            listener(status, firstServer)
          } catch (error) {
            logger.error({ err: error }, 'A listener to telephony failed')
          }
        }
      },
      snapshot(snapshot) {
        const healed = heal(live, snapshot)
        live = healed.state
        tell(healed.changes, true)
      },
      events(events) {
        for (const listener of [...eventListeners]) {
          try {
            listener(events, firstServer)
          } catch (error) {
            logger.error({ err: error }, 'A listener to telephony failed')
          }
        }
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
    onChange(listener) {
      changeListeners.add(listener)
      return () => changeListeners.delete(listener)
    },
    onStatus(listener) {
      statusListeners.add(listener)
      return () => statusListeners.delete(listener)
    },
    onEvents(listener) {
      eventListeners.add(listener)
      return () => eventListeners.delete(listener)
    },
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
