/** What is needed of Electron's WebContents to hold a page where it is. */
export interface GuardedContents {
  on(event: 'will-navigate' | 'will-redirect' | 'will-frame-navigate', listener: (event: NavigationEvent) => void): unknown
  on(event: 'will-attach-webview', listener: (event: { preventDefault(): void }) => void): unknown
  setWindowOpenHandler(handler: (details: { readonly url: string }) => { action: 'deny' }): void
}

export interface NavigationEvent {
  readonly url: string
  readonly isMainFrame: boolean
  preventDefault(): void
}

export interface NavigationDeps {
  /** Where our own pages may go: themselves. */
  readonly ownOrigins: readonly string[]
  /** Origins that open in the person's own browser. */
  readonly externalOrigins: () => readonly string[]
  readonly openExternal: (url: string) => void
}

const originOf = (url: string): string | null => {
  const parsed = URL.parse(url)
  return parsed && `${parsed.protocol}//${parsed.host}`
}

/** A page stays on its own origin, frames go nowhere, new windows are never pages: at most a link for the person's browser. */
export function guardNavigation(contents: GuardedContents, deps: NavigationDeps): void {
  const hold = (event: NavigationEvent) => {
    const origin = originOf(event.url)
    if (!event.isMainFrame || origin === null || !deps.ownOrigins.includes(origin)) event.preventDefault()
  }
  contents.on('will-navigate', hold)
  contents.on('will-redirect', hold)
  contents.on('will-frame-navigate', hold)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    const origin = originOf(url)
    // An origin begins with its scheme, so the list of web origins also keeps out what other schemes would start.
    if (origin !== null && deps.externalOrigins().includes(origin)) deps.openExternal(url)
    return { action: 'deny' }
  })
}
