import type { Way } from '../../tests/support/link-lab/lab.ts'
import {
  freeze,
  newAddress,
  noNetwork,
  nothing,
  type Outage,
  otherKnownLink,
  otherNewLink,
  pageClosed,
  reload,
  silentSocket,
  socketCut,
  udpDead,
} from '../../tests/support/link-lab/outages.ts'
import { conference, consultation, dialled, held, type Setting, talk, twoCalls } from '../../tests/support/link-lab/scenes.ts'
import { rough, turn, wss } from '../../tests/support/link-lab/ways.ts'

export interface Goal {
  readonly p50?: number
  readonly p95?: number
}

export interface Row {
  readonly name: string
  readonly outage: Outage
  readonly setting: Setting
  /** Without one: a clean network and plain WebSockets. */
  readonly way?: Way
  /** The stock phone is beside it, with a plain call: it has no other. */
  readonly stock?: boolean
  /** One phone at a time: a page that opens takes a whole processor, which each operator's computer has for it. */
  readonly alone?: boolean
  /** ms, for the longest silence of whoever is no operator: they must not notice. The operator's stands beside it. */
  readonly goal?: Goal
}

const notHeard = { p95: 40 }
const reloaded = { p50: 400, p95: 800 }

const cases: readonly Omit<Row, 'name' | 'setting'>[] = [
  { outage: reload, alone: true, goal: reloaded },
  // Without a goal: the app starts from nothing, and the customer hears music meanwhile.
  { outage: pageClosed(5), alone: true },
  { outage: nothing },
  { outage: socketCut(2), goal: notHeard },
  { outage: socketCut(10), goal: notHeard },
  { outage: socketCut(30), goal: notHeard },
  { outage: silentSocket, goal: notHeard },
  // Chromium's list of addresses learns of it after 0.5 to 3 s.
  { outage: newAddress, goal: { p95: 4000 } },
  { outage: otherKnownLink, goal: { p95: 1000 } },
  { outage: otherNewLink, goal: { p95: 4000 } },
  { outage: noNetwork(10), goal: { p95: 4000 } },
  { outage: udpDead(10) },
  { outage: udpDead(25) },
  { outage: freeze(20), goal: { p95: 500 } },
  { outage: freeze(50), goal: { p95: 500 } },
]

/** Those of the cases that these outages are. */
const named = (kind: string, setting: Setting, outages: readonly Outage[]): readonly Row[] =>
  outages.flatMap(({ name }) =>
    cases.filter(({ outage }) => outage.name === name).map((one) => ({ ...one, setting, name: `${kind}, ${name}` })),
  )

const other = [reload, nothing, socketCut(2), otherNewLink]
const allRows: readonly Row[] = [
  ...cases.map((one) => ({ ...one, setting: talk, name: one.outage.name, stock: true })),
  ...named('dialled call', dialled, [reload, otherNewLink, freeze(20)]).map((row) => ({ ...row, stock: true })),
  ...named('held call', held, other),
  ...named('two calls', twoCalls, other),
  ...named('consultation', consultation, other),
  ...named('conference', conference, other),
  ...named(wss.name, talk, [reload, socketCut(2)]).map((row) => ({ ...row, way: wss })),
  // Without goals: packets are lost by the way itself, and each exchange of an opening page takes its 100 ms.
  ...named(rough.name, talk, [reload, nothing, socketCut(2)]).map(({ goal, ...row }) => ({ ...row, way: rough })),
  ...named(turn.name, talk, [reload, socketCut(2)]).map((row) => ({ ...row, way: turn })),
]

/** In the order in which they are run: of each way those of one phone first, before the others' phones are opened. */
export const rowsOf = (way: Way | undefined): readonly Row[] => {
  const rows = allRows.filter((row) => row.way === way)
  return [...rows.filter(({ alone }) => alone), ...rows.filter(({ alone }) => !alone)]
}
/** undefined: the clean network. */
export const ways: readonly (Way | undefined)[] = [undefined, wss, rough, turn]
