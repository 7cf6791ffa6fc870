import type { HidCollection, HidReport, HidReportItem } from './web-hid.ts'

/** HID usage pages. */
export const telephonyPage = 0x0b
const ledPage = 0x08

/** The usages we read and light, page and id in one number as WebHID gives them. */
export const inputUsages = { hook: 0x0b_0020, flash: 0x0b_0021, drop: 0x0b_0026, mute: 0x0b_002f } as const
export const lampUsages = { mute: 0x08_0009, offHook: 0x08_0017, ring: 0x08_0018, hold: 0x08_0020 } as const

export type HeadsetKey = keyof typeof inputUsages
export type HeadsetLamp = keyof typeof lampUsages

interface Slot {
  readonly bitOffset: number
  readonly bitSize: number
}

/** A field that is a switch of its own. */
interface Switch<N> extends Slot {
  readonly name: N
}

/** A field that holds the index of the pressed key. */
interface KeyList extends Slot {
  /** Key by the field's value. */
  readonly keys: ReadonlyMap<number, HeadsetKey>
}

export interface InputLayout {
  readonly switches: readonly Switch<HeadsetKey>[]
  readonly lists: readonly KeyList[]
}

export interface OutputLayout {
  readonly reportId: number
  readonly byteLength: number
  readonly lamps: readonly Switch<HeadsetLamp>[]
}

export interface HeadsetLayout {
  readonly inputs: ReadonlyMap<number, InputLayout>
  readonly outputs: readonly OutputLayout[]
}

const keyNames = new Map<number, HeadsetKey>(Object.entries(inputUsages).map(([name, usage]) => [usage, name as HeadsetKey]))
const lampNames = new Map<number, HeadsetLamp>(Object.entries(lampUsages).map(([name, usage]) => [usage, name as HeadsetLamp]))

/** Where in a device's reports its telephony keys and lamps are; null: it is no headset with a key to answer. */
export function layoutOf(collections: readonly HidCollection[]): HeadsetLayout | null {
  const telephony = collections.filter(holdsTelephony)
  const inputs = new Map<number, InputLayout>()
  const outputs: OutputLayout[] = []
  for (const collection of telephony) {
    for (const report of reportsOf(collection, 'inputReports')) {
      const layout = inputLayout(report)
      if (layout.switches.length + layout.lists.length > 0) inputs.set(report.reportId ?? 0, layout)
    }
    for (const report of reportsOf(collection, 'outputReports')) {
      const layout = outputLayout(report)
      if (layout.lamps.length > 0) outputs.push(layout)
    }
  }
  return inputs.size > 0 ? { inputs, outputs } : null
}

const holdsTelephony = (collection: HidCollection): boolean =>
  collection.usagePage === telephonyPage || (collection.children ?? []).some(holdsTelephony)

/** A collection's reports hold its children's items too; only where it lists none are the children asked. */
function reportsOf(collection: HidCollection, kind: 'inputReports' | 'outputReports'): readonly HidReport[] {
  const own = collection[kind] ?? []
  return own.length > 0 ? own : (collection.children ?? []).flatMap((child) => reportsOf(child, kind))
}

function inputLayout(report: HidReport): InputLayout {
  const switches: Switch<HeadsetKey>[] = []
  const lists: KeyList[] = []
  for (const { item, bitOffset, bitSize, index } of fieldsOf(report)) {
    if (item.isArray) {
      const keys = listedKeys(item)
      if (keys.size > 0) lists.push({ bitOffset, bitSize, keys })
    } else {
      const name = keyNames.get(usageAt(item, index))
      if (name) switches.push({ name, bitOffset, bitSize })
    }
  }
  return { switches, lists }
}

function outputLayout(report: HidReport): OutputLayout {
  const lamps: Switch<HeadsetLamp>[] = []
  let bits = 0
  for (const { item, bitOffset, bitSize, index } of fieldsOf(report)) {
    bits = bitOffset + bitSize
    const name = item.isArray || usageAt(item, index) >>> 16 !== ledPage ? undefined : lampNames.get(usageAt(item, index))
    if (name) lamps.push({ name, bitOffset, bitSize })
  }
  return { reportId: report.reportId ?? 0, byteLength: Math.ceil(bits / 8), lamps }
}

function* fieldsOf(report: HidReport) {
  let bitOffset = 0
  for (const item of report.items ?? []) {
    const bitSize = item.reportSize ?? 0
    for (let index = 0; index < (item.reportCount ?? 0); index++) {
      yield { item: item.isConstant ? padding : item, bitOffset, bitSize, index }
      bitOffset += bitSize
    }
  }
}
const padding: HidReportItem = {}

function usageAt(item: HidReportItem, index: number): number {
  if (item.isRange) {
    const usage = (item.usageMinimum ?? 0) + index
    return usage <= (item.usageMaximum ?? 0) ? usage : 0
  }
  // The last usage stands for all fields after it.
  return item.usages?.[index] ?? item.usages?.at(-1) ?? 0
}

function listedKeys(item: HidReportItem): Map<number, HeadsetKey> {
  const keys = new Map<number, HeadsetKey>()
  const first = item.logicalMinimum ?? 0
  const count = item.isRange ? (item.usageMaximum ?? 0) - (item.usageMinimum ?? 0) + 1 : (item.usages?.length ?? 0)
  for (let at = 0; at < Math.min(count, 0x1_0000); at++) {
    const name = keyNames.get(usageAt(item, at))
    if (name) keys.set(first + at, name)
  }
  return keys
}

/** The keys a report speaks of, and whether each is down. A report too short for a field says nothing of it. */
export function readKeys(layout: InputLayout, data: DataView): ReadonlyMap<HeadsetKey, boolean> {
  const down = new Map<HeadsetKey, boolean>()
  for (const field of layout.switches) {
    const value = readBits(data, field)
    if (value !== null) down.set(field.name, value !== 0)
  }
  for (const list of layout.lists) {
    const value = readBits(data, list)
    if (value === null) continue
    for (const name of list.keys.values()) if (!down.has(name)) down.set(name, false)
    const pressed = list.keys.get(value)
    if (pressed) down.set(pressed, true)
  }
  return down
}

/** One report with the lamps as wanted; those not named are off. */
export function lampReport(layout: OutputLayout, lit: ReadonlySet<HeadsetLamp>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(layout.byteLength)
  for (const { name, bitOffset } of layout.lamps) {
    const at = bitOffset >> 3
    if (lit.has(name)) bytes[at] = (bytes[at] ?? 0) | (1 << (bitOffset & 7))
  }
  return bytes
}

/** Fields lie from the lowest bit of the first byte upwards. */
function readBits(data: DataView, { bitOffset, bitSize }: Slot): number | null {
  if (bitSize === 0 || bitSize > 32 || bitOffset + bitSize > data.byteLength * 8) return null
  let value = 0
  for (let bit = 0; bit < bitSize; bit++) {
    const at = bitOffset + bit
    value += ((data.getUint8(at >> 3) >> (at & 7)) & 1) * 2 ** bit
  }
  return value
}
