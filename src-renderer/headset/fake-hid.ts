import type { Hid, HidCollection, HidDevice, HidInputEvent, HidPlugEvent } from './web-hid.ts'

/** A headset for tests: its reports as the test sends them, its lamps as they were lit. */
export class FakeHeadset implements HidDevice {
  readonly productName: string
  readonly collections: readonly HidCollection[]
  opened = false
  /** Another program holds it. */
  blocked = false
  readonly lamps: { reportId: number; bytes: number[] }[] = []
  readonly #listeners = new Set<(event: HidInputEvent) => void>()

  constructor(productName: string, collections: readonly HidCollection[]) {
    this.productName = productName
    this.collections = collections
  }

  async open(): Promise<void> {
    if (this.blocked) throw new DOMException('in use', 'NotAllowedError')
    this.opened = true
  }

  async close(): Promise<void> {
    this.opened = false
  }

  async sendReport(reportId: number, data: Uint8Array): Promise<void> {
    if (!this.opened) throw new DOMException('closed', 'InvalidStateError')
    this.lamps.push({ reportId, bytes: [...data] })
  }

  addEventListener(_type: 'inputreport', listener: (event: HidInputEvent) => void): void {
    this.#listeners.add(listener)
  }

  removeEventListener(_type: 'inputreport', listener: (event: HidInputEvent) => void): void {
    this.#listeners.delete(listener)
  }

  report(reportId: number, ...bytes: number[]): void {
    const event = { reportId, data: new DataView(Uint8Array.from(bytes).buffer) }
    for (const listener of this.#listeners) listener(event)
  }
}

export class FakeHid implements Hid {
  allowed: HidDevice[] = []
  /** What the person will choose when asked. */
  choice: HidDevice[] = []
  readonly #listeners = {
    connect: new Set<(event: HidPlugEvent) => void>(),
    disconnect: new Set<(event: HidPlugEvent) => void>(),
  }

  async getDevices(): Promise<readonly HidDevice[]> {
    return this.allowed
  }

  async requestDevice(): Promise<readonly HidDevice[]> {
    return this.choice
  }

  addEventListener(type: 'connect' | 'disconnect', listener: (event: HidPlugEvent) => void): void {
    this.#listeners[type].add(listener)
  }

  removeEventListener(type: 'connect' | 'disconnect', listener: (event: HidPlugEvent) => void): void {
    this.#listeners[type].delete(listener)
  }

  plug(device: HidDevice): void {
    this.allowed = [...this.allowed, device]
    for (const listener of this.#listeners.connect) listener({ device })
  }

  unplug(device: FakeHeadset): void {
    this.allowed = this.allowed.filter((other) => other !== device)
    device.opened = false
    for (const listener of this.#listeners.disconnect) listener({ device })
  }
}
