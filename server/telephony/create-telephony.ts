import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { AmiEvent } from './ami-event.ts'
import { AmiLink } from './ami-link.ts'
import { createCommands } from './commands.ts'
import { heal } from './live/heal.ts'
import { emptyLiveState } from './live/live-state.ts'
import { reduceAll } from './live/reducer.ts'
import type { PbxChange } from './pbx-state.ts'
import type { AmiAccount, Telephony } from './telephony.ts'

/** Joins the link to the live state; nothing is connected before `use`. */
export function createTelephony(deps: { clock: Clock; random: () => number; logger: Logger }): Telephony {
  const { logger } = deps
  const changeListeners = new Set<Parameters<Telephony['onChange']>[0]>()
  const statusListeners = new Set<Parameters<Telephony['onStatus']>[0]>()
  const eventListeners = new Set<(events: readonly AmiEvent[]) => void>()
  let live = emptyLiveState
  let account: AmiAccount | null = null

  const tell = (changes: readonly PbxChange[], healed: boolean) => {
    if (changes.length === 0) return
    for (const listener of [...changeListeners]) {
      try {
        listener(changes, healed)
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
            listener(status)
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
            listener(events)
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
