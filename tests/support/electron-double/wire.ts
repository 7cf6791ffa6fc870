/** Requests both ways over a child process's message channel (`serialization: 'advanced'`: undefined and bytes survive). */

export interface ShownMenuEntry {
  readonly label: string
  readonly enabled: boolean
  readonly checked: boolean
  readonly submenu: ShownMenuEntry[]
}

export interface ShownTray {
  /** File name of its picture. */
  readonly icon: string
  readonly toolTip: string
  readonly menu: ShownMenuEntry[]
}

/** What the double in the app's process asks of the one that holds Chromium. */
export interface ChromiumSide {
  createWindow(window: { id: number; preload: string; width: number; height: number }): Promise<void>
  load(window: { id: number; url: string }): Promise<void>
  send(message: { id: number; channel: string; message: unknown }): Promise<void>
  /** With `asking` the page may refuse by `beforeunload`. */
  closeWindow(window: { id: number; asking: boolean }): Promise<void>
  /** Loads the page again; also one whose process died. */
  reload(window: { id: number }): Promise<void>
  setVisible(window: { id: number; visible: boolean }): Promise<void>
  bringToFront(window: { id: number }): Promise<void>
  openExternal(link: { url: string }): Promise<void>
  showNotification(notification: { key: number; title: string; body: string; buttons: string[] }): Promise<void>
  closeNotification(notification: { key: number }): Promise<void>
  showErrorBox(box: { title: string; content: string }): Promise<void>
  /** The number of the button that the test chose. */
  showMessageBox(box: { message: string; detail: string; buttons: string[] }): Promise<number>
  /** The app's process stands still until the file is there, with the number of the button in it. */
  showMessageBoxSync(box: { message: string; detail: string; buttons: string[]; answerFile: string }): Promise<void>
  showTray(tray: ShownTray): Promise<void>
  showMenu(entries: ShownMenuEntry[]): Promise<void>
  /** How many hold the computer awake. */
  keepAwake(now: { count: number }): Promise<void>
  /** The path the test chose for the next file, null for "cancel". */
  askSavePath(suggestion: { defaultPath: string }): Promise<string | null>
}

/** What the holder of Chromium asks of the app's process. */
export interface AppSide {
  invoke(call: { windowId: number; origin: string; isMainFrame: boolean; channel: string; args: unknown[] }): Promise<unknown>
  fetch(request: { url: string; method: string; headers: Record<string, string> }): Promise<{
    status: number
    headers: Record<string, string>
    body: Uint8Array
  }>
  checkPermission(check: { permission: string; mediaType?: string; url: string }): Promise<boolean>
  /** True when a listener prevented it. */
  willNavigate(navigation: { windowId: number; url: string; isMainFrame: boolean }): Promise<boolean>
  windowOpen(open: { windowId: number; url: string }): Promise<void>
  /** The page refuses to go; true when it goes all the same. */
  willPreventUnload(window: { id: number }): Promise<boolean>
  /** Another document has taken the page's place. */
  didNavigate(window: { id: number; url: string }): Promise<void>
  pageCrashed(window: { id: number }): Promise<void>
  windowClosed(window: { id: number }): Promise<void>
  clickNotification(notification: { key: number }): Promise<void>
  pressNotification(notification: { key: number; actionIndex: number }): Promise<void>
  /** The person's cross: the app may prevent it. */
  requestClose(window: { id: number }): Promise<void>
  minimize(window: { id: number }): Promise<void>
  clickTray(): Promise<void>
  /** By the labels on the way to the entry. */
  chooseInTray(choice: { path: string[] }): Promise<void>
  /** False when nothing is registered for it. */
  pressShortcut(shortcut: { accelerator: string }): Promise<boolean>
  setClipboard(text: { clipboard: string; selection: string }): Promise<void>
  power(what: { event: PowerEvent }): Promise<void>
  quit(): Promise<void>
}

export type PowerEvent = 'suspend' | 'resume' | 'lock-screen' | 'unlock-screen'

type Message =
  | { readonly type: 'call'; readonly id: number; readonly method: string; readonly args: unknown }
  | { readonly type: 'reply'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly message: string }

/** `process` in the child, the ChildProcess in the parent. */
export interface Channel {
  on(event: 'message', listener: (message: Message) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
  send?(message: Message, handle: undefined, options: undefined, sent: (error: Error | null) => void): boolean
}

/** Answers the other side's calls with `own` and returns a proxy of the other side. */
export function connectWire<Own extends object, Other extends object>(channel: Channel, own: Own): Other {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let lastId = 0
  let connected = true

  // The other process may be gone before its `disconnect` is heard: an answer is then for nobody, and a call ends with the `disconnect`.
  const send = (message: Message) => {
    if (connected) channel.send?.(message, undefined, undefined, () => undefined)
  }
  const answer = async (message: Extract<Message, { type: 'call' }>) => {
    try {
      const method: unknown = Reflect.get(own, message.method)
      if (typeof method !== 'function') throw new Error(`no method ${message.method}`)
      send({ type: 'reply', id: message.id, value: await method.call(own, message.args) })
    } catch (cause) {
      send({ type: 'failure', id: message.id, message: cause instanceof Error ? cause.message : String(cause) })
    }
  }
  channel.on('message', (message: Message) => {
    if (message.type === 'call') {
      void answer(message)
      return
    }
    const call = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.type === 'reply') call?.resolve(message.value)
    else call?.reject(new Error(message.message))
  })
  channel.on('disconnect', () => {
    connected = false
    for (const call of waiting.values()) call.reject(new Error('the other process is gone'))
    waiting.clear()
  })

  const call = (method: string, args: unknown): Promise<unknown> => {
    if (!connected) return Promise.reject(new Error('the other process is gone'))
    lastId += 1
    const id = lastId
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      send({ type: 'call', id, method, args })
    })
  }
  // Only the methods of `Other` are ever asked for; what a proxy answers is beyond the compiler.
  return new Proxy({}, { get: (_, method) => (args: unknown) => call(String(method), args) }) as Other
}
