/** HID usage page of telephony: keys to answer, hang up and mute. */
const telephonyPage = 0x0b

export interface HidDeviceLike {
  readonly deviceId: string
  readonly name: string
}

/** What is needed of Electron's Session. */
export interface HidSession {
  on(
    event: 'select-hid-device',
    listener: (
      event: { preventDefault(): void },
      details: {
        readonly deviceList: readonly HidDeviceLike[]
        readonly frame: { readonly origin: string; readonly parent: object | null } | null
      },
      callback: (deviceId?: string | null) => void,
    ) => void,
  ): unknown
  setDevicePermissionHandler(
    handler: ((details: { readonly deviceType: string; readonly origin: string; readonly device: object }) => boolean) | null,
  ): void
}

export interface HeadsetGuardDeps {
  readonly session: HidSession
  readonly ownOrigins: readonly string[]
  /** Asks the person which one; null: none of them. */
  readonly chooseOne: (names: readonly string[]) => Promise<number | null>
}

/**
 * Our own main frames may read headsets, and no other device: a keyboard or a security key has no telephony keys.
 * The page asks in answer to a click; one headset is taken as it is, among several the person chooses.
 */
export function guardHeadsets({ session, ownOrigins, chooseOne }: HeadsetGuardDeps): void {
  const isOwn = (origin: string) => ownOrigins.includes(origin.replace(/\/$/, ''))
  session.setDevicePermissionHandler(
    ({ deviceType, origin, device }) => deviceType === 'hid' && isOwn(origin) && isHeadset(device),
  )
  session.on('select-hid-device', (event, { deviceList, frame }, callback) => {
    event.preventDefault()
    const headsets = deviceList.filter(isHeadset)
    if (frame === null || frame.parent !== null || !isOwn(frame.origin) || headsets.length === 0) return callback(null)
    if (headsets.length === 1) return callback(headsets[0]?.deviceId ?? null)
    chooseOne(headsets.map(({ name }) => name)).then(
      (at) => callback(at === null ? null : (headsets[at]?.deviceId ?? null)),
      () => callback(null),
    )
  })
}

/** Electron hands the device's own description on; one that cannot be read is no headset. */
function isHeadset(device: object): boolean {
  const collections: unknown = 'collections' in device ? device.collections : null
  return Array.isArray(collections) && collections.some(hasTelephony)
}

function hasTelephony(collection: unknown): boolean {
  if (typeof collection !== 'object' || collection === null) return false
  if ('usagePage' in collection && collection.usagePage === telephonyPage) return true
  return 'children' in collection && Array.isArray(collection.children) && collection.children.some(hasTelephony)
}
