import type { PhonePress } from '../desktop/phone-press.ts'
import { type HeadsetPhone, type KeysDown, lampsOf, pressesOf } from './headset-keys.ts'
import { type HeadsetLayout, lampReport, layoutOf, readKeys, telephonyPage } from './report-layout.ts'
import type { Hid, HidDevice, HidInputEvent, HidPlugEvent } from './web-hid.ts'

/** `blocked`: plugged in, but another program holds it. */
export type HeadsetState =
  | { readonly state: 'none' }
  | { readonly state: 'connected'; readonly name: string; readonly lastPress: PhonePress | null }
  | { readonly state: 'blocked'; readonly name: string }

export interface HeadsetLinkDeps {
  readonly hid: Hid
  readonly onPress: (press: PhonePress) => void
  readonly onState: (state: HeadsetState) => void
}

const onHook: HeadsetPhone = { ringing: false, inCall: false, held: false, muted: false }

interface Connected {
  readonly device: HidDevice
  readonly layout: HeadsetLayout
  readonly onReport: (event: HidInputEvent) => void
}

/** The buttons and lamps of one headset: the first allowed one that has telephony keys, found again when it is plugged in. */
export class HeadsetLink {
  readonly #deps: HeadsetLinkDeps
  #headset: Connected | null = null
  #opening: HidDevice | null = null
  #phone: HeadsetPhone = onHook
  #down: KeysDown = new Map()
  /** Lamps as last sent, by report. */
  readonly #sent = new Map<number, string>()
  #lamps: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(deps: HeadsetLinkDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    const { hid } = this.#deps
    hid.addEventListener('connect', this.#onPlugged)
    hid.addEventListener('disconnect', this.#onUnplugged)
    for (const device of await hid.getDevices()) if (await this.#connect(device)) return
  }

  /** Puts the lamps out and lets go of the device. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#deps.hid.removeEventListener('connect', this.#onPlugged)
    this.#deps.hid.removeEventListener('disconnect', this.#onUnplugged)
    this.show(onHook)
    await this.#lamps
    const headset = this.#letGo()
    await headset?.device.close().catch(() => undefined)
  }

  /** Lets the person choose a headset, in answer to a click. False when they chose none that has telephony keys. */
  async choose(): Promise<boolean> {
    const [device] = await this.#deps.hid.requestDevice({ filters: [{ usagePage: telephonyPage }] })
    return device !== undefined && this.#changeTo(device)
  }

  /** Takes the allowed headset of that name, chosen in another window. False when there is none. */
  async use(name: string): Promise<boolean> {
    const devices = await this.#deps.hid.getDevices()
    const device = devices.find(({ productName, collections }) => productName === name && layoutOf(collections) !== null)
    return device !== undefined && this.#changeTo(device)
  }

  /** The phone changed; the lamps follow. */
  show(phone: HeadsetPhone): void {
    this.#phone = phone
    this.#light()
  }

  async #changeTo(device: HidDevice): Promise<boolean> {
    if (this.#stopped) return false
    const before = this.#headset
    if (before?.device === device) return true
    this.#letGo()
    await before?.device.close().catch(() => undefined)
    return this.#connect(device)
  }

  #onPlugged = ({ device }: HidPlugEvent): void => void this.#connect(device)

  #onUnplugged = ({ device }: HidPlugEvent): void => {
    if (this.#headset?.device !== device) return
    this.#letGo()
    this.#deps.onState({ state: 'none' })
  }

  async #connect(device: HidDevice): Promise<boolean> {
    if (this.#stopped || this.#headset || this.#opening) return false
    const layout = layoutOf(device.collections)
    if (!layout) return false
    this.#opening = device
    try {
      if (!device.opened) await device.open()
    } catch {
      this.#deps.onState({ state: 'blocked', name: device.productName })
      return false
    } finally {
      this.#opening = null
    }
    if (this.#stopped) {
      await device.close().catch(() => undefined)
      return false
    }
    const onReport = (event: HidInputEvent) => this.#onReport(event)
    device.addEventListener('inputreport', onReport)
    this.#headset = { device, layout, onReport }
    this.#down = new Map()
    this.#sent.clear()
    this.#deps.onState({ state: 'connected', name: device.productName, lastPress: null })
    this.#light()
    return true
  }

  #letGo(): Connected | null {
    const headset = this.#headset
    headset?.device.removeEventListener('inputreport', headset.onReport)
    this.#headset = null
    return headset
  }

  #onReport({ reportId, data }: HidInputEvent): void {
    const headset = this.#headset
    const layout = headset?.layout.inputs.get(reportId)
    if (!headset || !layout) return
    const before = this.#down
    // A report speaks only of its own keys; what the others were stays.
    this.#down = new Map([...before, ...readKeys(layout, data)])
    for (const press of pressesOf(before, this.#down, this.#phone)) {
      this.#deps.onState({ state: 'connected', name: headset.device.productName, lastPress: press })
      this.#deps.onPress(press)
    }
  }

  #light(): void {
    const headset = this.#headset
    if (!headset) return
    const lit = lampsOf(this.#phone)
    for (const output of headset.layout.outputs) {
      const report = lampReport(output, lit)
      const key = report.join()
      if (this.#sent.get(output.reportId) === key) continue
      this.#sent.set(output.reportId, key)
      // One after the other, so that the last state is what stays lit. A lamp that fails is no reason to disturb a call.
      this.#lamps = this.#lamps.then(() => headset.device.sendReport(output.reportId, report)).catch(() => undefined)
    }
  }
}
