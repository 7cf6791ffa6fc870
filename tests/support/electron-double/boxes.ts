import { EventEmitter } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { AppSide, ChromiumSide } from './wire.ts'

interface MessageBox {
  readonly message: string
  readonly detail: string
  readonly buttons: string[]
}

interface NotificationOptions {
  readonly title: string
  readonly body: string
  readonly actions?: readonly { readonly text: string }[]
}

function waitForFile(file: string): string {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 10) {
    if (existsSync(file)) return readFileSync(file, 'utf8')
    Atomics.wait(pause, 0, 0, 10)
  }
  throw new Error('nobody answered the message box')
}

/** The double's boxes and notifications, with the hand of the person who answers them. */
export function createBoxes(chromium: () => ChromiumSide, userData: string) {
  const ignore = () => undefined

  const dialog = {
    async showSaveDialog(...args: readonly [...window: object[], options: { defaultPath: string }]) {
      const options = args.at(-1)
      const defaultPath = options && 'defaultPath' in options ? options.defaultPath : ''
      const path = await chromium().askSavePath({ defaultPath })
      return { canceled: path === null, filePath: path ?? '' }
    },
    async showMessageBox({ message, detail, buttons }: MessageBox) {
      return { response: await chromium().showMessageBox({ message, detail, buttons }) }
    },
    /** Nothing else runs in the app's process until the person has answered. */
    showMessageBoxSync(...args: readonly [window: object, box: MessageBox] | readonly [box: MessageBox]): number {
      const { message, detail, buttons } = args.length === 2 ? args[1] : args[0]
      lastAnswer += 1
      const answerFile = join(userData, `double.answer-${lastAnswer}`)
      chromium().showMessageBoxSync({ message, detail, buttons, answerFile }).catch(ignore)
      const answer = waitForFile(answerFile)
      rmSync(answerFile)
      return Number(answer)
    },
    showErrorBox(title: string, content: string): void {
      process.stderr.write(`${title}: ${content}\n`)
      chromium().showErrorBox({ title, content }).catch(ignore)
    },
  }

  let lastAnswer = 0

  const notifications = new Map<number, Notification>()
  let lastNotificationKey = 0

  class Notification extends EventEmitter {
    private readonly key: number
    private readonly options: NotificationOptions

    constructor(options: NotificationOptions) {
      super()
      lastNotificationKey += 1
      this.key = lastNotificationKey
      this.options = options
    }
    show(): void {
      notifications.set(this.key, this)
      const { title, body, actions = [] } = this.options
      chromium()
        .showNotification({ key: this.key, title, body, buttons: actions.map(({ text }) => text) })
        .catch(ignore)
    }
    close(): void {
      notifications.delete(this.key)
      chromium().closeNotification({ key: this.key }).catch(ignore)
      this.emit('close')
    }
  }

  const person: Pick<AppSide, 'clickNotification' | 'pressNotification'> = {
    async clickNotification({ key }) {
      notifications.get(key)?.emit('click')
    },
    async pressNotification({ key, actionIndex }) {
      notifications.get(key)?.emit('action', { actionIndex })
    },
  }
  return { dialog, Notification, person }
}
