/** What is needed of the details Electron gives with a permission request or check. */
export interface PermissionDetails {
  readonly isMainFrame: boolean
  readonly requestingUrl?: string
  /** Of a request. */
  readonly mediaTypes?: readonly string[]
  /** Of a check. */
  readonly mediaType?: string
}

/** What is needed of Electron's Session. */
export interface PermissionSession {
  setPermissionRequestHandler(
    handler:
      | ((contents: object, permission: string, callback: (granted: boolean) => void, details: PermissionDetails) => void)
      | null,
  ): void
  setPermissionCheckHandler(
    handler: ((contents: object | null, permission: string, origin: string, details: PermissionDetails) => boolean) | null,
  ): void
}

/**
 * Since Chromium 142 a page asks before it reaches a private or loopback address; a company's server and PBX are just that.
 * Where it may reach is the matter of the page's Content-Security-Policy.
 */
const localNetwork: readonly string[] = ['local-network-access', 'local-network', 'loopback-network']

/** The microphone, notifications, the choice of a loudspeaker, headset buttons and the company's network, for our own main frames. Nothing else, nobody else. */
export function isPermitted(permission: string, details: PermissionDetails, ownOrigins: readonly string[]): boolean {
  // macOS asks for the network stack as a whole, without a page; only our pages ever load in this session.
  if (localNetwork.includes(permission) && details.requestingUrl === undefined) return true
  if (!details.isMainFrame || !isOwn(details.requestingUrl, ownOrigins)) return false
  // Which device a page may read is guardHeadsets' matter.
  if (permission === 'notifications' || permission === 'speaker-selection' || permission === 'hid') return true
  if (localNetwork.includes(permission)) return true
  if (permission !== 'media') return false
  const kinds = details.mediaTypes ?? (details.mediaType === undefined ? [] : [details.mediaType])
  return kinds.length > 0 && kinds.every((kind) => kind === 'audio')
}

/** By scheme and host: Node gives `null` as the origin of a scheme that only Electron knows. */
function isOwn(url: string | undefined, ownOrigins: readonly string[]): boolean {
  const parsed = URL.parse(url ?? '')
  return parsed !== null && ownOrigins.includes(`${parsed.protocol}//${parsed.host}`)
}

export function guardPermissions(session: PermissionSession, ownOrigins: readonly string[]): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) =>
    callback(isPermitted(permission, details, ownOrigins)),
  )
  session.setPermissionCheckHandler((_contents, permission, _origin, details) => isPermitted(permission, details, ownOrigins))
}
