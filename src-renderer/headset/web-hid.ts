/** What is needed of WebHID, which TypeScript's DOM library does not describe. */
export interface HidReportItem {
  readonly isArray?: boolean
  readonly isConstant?: boolean
  readonly isRange?: boolean
  /** Page in the upper 16 bits, id in the lower; of an item that is no range. */
  readonly usages?: readonly number[]
  readonly usageMinimum?: number
  readonly usageMaximum?: number
  readonly reportSize?: number
  readonly reportCount?: number
  readonly logicalMinimum?: number
}

export interface HidReport {
  readonly reportId?: number
  readonly items?: readonly HidReportItem[]
}

export interface HidCollection {
  readonly usagePage?: number
  readonly usage?: number
  readonly children?: readonly HidCollection[]
  readonly inputReports?: readonly HidReport[]
  readonly outputReports?: readonly HidReport[]
}

export interface HidInputEvent {
  readonly reportId: number
  /** Without the report's id. */
  readonly data: DataView
}

export interface HidDevice {
  readonly productName: string
  readonly opened: boolean
  readonly collections: readonly HidCollection[]
  open(): Promise<void>
  close(): Promise<void>
  sendReport(reportId: number, data: Uint8Array<ArrayBuffer>): Promise<void>
  addEventListener(type: 'inputreport', listener: (event: HidInputEvent) => void): void
  removeEventListener(type: 'inputreport', listener: (event: HidInputEvent) => void): void
}

export interface HidPlugEvent {
  readonly device: HidDevice
}

export interface Hid {
  /** Those the person has allowed before. */
  getDevices(): Promise<readonly HidDevice[]>
  /** Asks the person; only in answer to a click. */
  requestDevice(options: { filters: readonly { usagePage: number }[] }): Promise<readonly HidDevice[]>
  addEventListener(type: 'connect' | 'disconnect', listener: (event: HidPlugEvent) => void): void
  removeEventListener(type: 'connect' | 'disconnect', listener: (event: HidPlugEvent) => void): void
}

/** null where the page has no WebHID: Firefox, Safari, a page that is not secure. */
export const webHid = (): Hid | null => (navigator as Navigator & { readonly hid?: Hid }).hid ?? null
