import { setTimeout as delay } from 'node:timers/promises'
import type { LabBrowser, LinkLab } from './lab.ts'

/** Those an outage strikes: one phone, or two that are compared. */
type Victims = readonly LabBrowser[]

/** One row of the matrix. */
export interface Outage {
  readonly name: string
  /** Breaks the network, the page or the computer and mends it again; resolves when that is done. */
  strike(lab: LinkLab, victims: Victims): Promise<void>
  /** From when on silence is ours: the beginning (media never had to stop), or the moment it can be heard again. */
  readonly measured: 'wholeGap' | 'afterwards'
  /** The way of the media stays as it is: nobody should hear anything. */
  readonly mediaUntouched?: boolean
  /** It strikes everybody, whoever the victims are: the PBX. */
  readonly everybody?: boolean
  /** How long a phone that does everything right could be silent, and a page may be away, ms: for generous limits. */
  readonly lastsMs: number
}

const each = async (victims: Victims, act: (victim: LabBrowser) => unknown): Promise<void> => {
  await Promise.all(victims.map(act))
}

/** What the lab itself makes of a call nothing happens to: the floor of all gaps. */
export const nothing: Outage = {
  name: 'nothing happens',
  measured: 'wholeGap',
  lastsMs: 0,
  strike: () => delay(3000),
}

export const socketCut = (seconds: number): Outage => ({
  name: `socket cut for ${seconds} s`,
  measured: 'wholeGap',
  mediaUntouched: true,
  lastsMs: 0,
  strike: async (lab, victims) => {
    for (const { seat } of victims) lab.phoneGate.refuse(seat.lane)
    await delay(seconds * 1000)
    for (const { seat } of victims) lab.phoneGate.pass(seat.lane)
  },
})

export const silentSocket: Outage = {
  name: 'socket silent, bytes dropped',
  measured: 'wholeGap',
  mediaUntouched: true,
  lastsMs: 0,
  strike: async (lab, victims) => {
    for (const { seat } of victims) lab.phoneGate.swallow(seat.lane)
    await delay(12_000)
  },
}

export const reload: Outage = {
  name: 'page reloaded',
  measured: 'wholeGap',
  lastsMs: 0,
  strike: (_, victims) => each(victims, ({ page }) => page.reload()),
}

/** Opens the page that was closed, at the address it had. */
const reopen = async (victim: LabBrowser, url: string): Promise<void> => {
  victim.page = await victim.context.newPage()
  await victim.page.goto(url)
}

export const pageClosed = (seconds: number): Outage => ({
  name: `page closed for ${seconds} s`,
  measured: 'afterwards',
  lastsMs: seconds * 1000,
  strike: async (_, victims) => {
    const urls = victims.map(({ page }) => page.url())
    await each(victims, ({ page }) => page.close())
    await delay(seconds * 1000)
    await Promise.all(victims.map((victim, index) => reopen(victim, urls[index] ?? '')))
  },
})

export const newAddress: Outage = {
  name: 'new address on the same link',
  measured: 'wholeGap',
  lastsMs: 0,
  strike: async (_, victims) => {
    for (const { seat } of victims) seat.readdress('first')
  },
}

/** Both links are up, and the browser has seen them, before the first goes. */
export const otherKnownLink: Outage = {
  name: 'new address, other link up already',
  measured: 'wholeGap',
  lastsMs: 0,
  strike: async (_, victims) => {
    for (const { seat } of victims) seat.plugSecond()
    await delay(5000)
    for (const { seat } of victims) seat.switchTo('second')
  },
}

export const otherNewLink: Outage = {
  name: 'new address, other link only now',
  measured: 'wholeGap',
  lastsMs: 0,
  strike: async (_, victims) => {
    for (const { seat } of victims) seat.switchTo('second')
  },
}

export const noNetwork = (seconds: number): Outage => ({
  name: `no network for ${seconds} s`,
  measured: 'afterwards',
  lastsMs: seconds * 1000,
  strike: async (_, victims) => {
    for (const { seat } of victims) seat.disconnect()
    await delay(seconds * 1000)
    for (const { seat } of victims) seat.connect()
  },
})

export const freeze = (seconds: number): Outage => ({
  name: `computer asleep for ${seconds} s`,
  measured: 'afterwards',
  lastsMs: seconds * 1000,
  strike: async (_, victims) => {
    for (const { seat } of victims) seat.freeze()
    await delay(seconds * 1000)
    for (const { seat } of victims) seat.wake()
  },
})

export const udpDead = (seconds: number): Outage => ({
  name: `no UDP for ${seconds} s, signalling up`,
  measured: 'afterwards',
  lastsMs: seconds * 1000,
  strike: async (_, victims) => {
    for (const { seat } of victims) seat.cutUdp()
    await delay(seconds * 1000)
    for (const { seat } of victims) seat.healUdp()
  },
})

export const pbxRestart: Outage = {
  name: 'PBX stopped in order and started',
  measured: 'afterwards',
  everybody: true,
  lastsMs: 3000,
  strike: async ({ pbx }) => {
    await pbx.pbx.stop()
    await pbx.pbx.start()
  },
}

export const pbxCrash: Outage = {
  name: 'PBX crashed and started',
  measured: 'afterwards',
  everybody: true,
  lastsMs: 3000,
  strike: async ({ pbx }) => {
    const { pid } = pbx.pbx
    if (pid === null) throw new Error('the PBX does not run')
    const gone = new Promise<void>((done) => {
      const forget = pbx.pbx.onExit(() => {
        forget()
        done()
      })
    })
    process.kill(pid, 'SIGKILL')
    await gone
    await pbx.pbx.start()
  },
}
