/** What is needed of one Electron Notification. */
export interface NotificationLike {
  on(event: 'click' | 'close', listener: () => void): unknown
  /** macOS and Windows. */
  on(event: 'action', listener: (details: { actionIndex: number }) => void): unknown
  show(): void
  close(): void
}

export interface NotificationText {
  readonly id: string
  readonly title: string
  readonly body: string
}

/** A ringing call's buttons, in their order. */
export interface AnswerButtons {
  readonly labels: readonly [answer: string, reject: string]
  readonly onPress: (button: 'answer' | 'reject') => void
}

export interface Notifier {
  /** Shows once per page and id. With buttons where the OS has them. */
  show(senderId: number, notification: NotificationText, on: { click: () => void; buttons?: AnswerButtons }): void
  close(senderId: number, id: string): void
  /** The ringing is over: what had buttons goes. */
  closeAnswerable(): void
  /** The page is gone: nobody could answer its notifications. */
  closeAllOf(senderId: number): void
  /** A locked screen shows notifications to whoever passes: what is shown goes, and what comes names nobody and has no buttons. */
  setLocked(locked: boolean): void
}

export interface NotifierDeps {
  readonly create: (options: {
    title: string
    body: string
    actions?: { type: 'button'; text: string }[]
    timeoutType?: 'never'
    urgency?: 'critical'
  }) => NotificationLike
  /** The title of one that names nobody. */
  readonly discreetTitle: (rings: boolean) => string
}

interface Shown {
  readonly notification: NotificationLike
  readonly answerable: boolean
}

/** Notifications of the operating system, kept alive by reference here: Electron drops the clicks of collected ones. */
export function createNotifier(deps: NotifierDeps): Notifier {
  const shown = new Map<number, Map<string, Shown>>()
  let locked = false

  const take = (senderId: number, id: string): NotificationLike | undefined => {
    const ofSender = shown.get(senderId)
    const taken = ofSender?.get(id)
    ofSender?.delete(id)
    if (ofSender?.size === 0) shown.delete(senderId)
    return taken?.notification
  }

  const closeAllOf = (senderId: number) => {
    for (const id of [...(shown.get(senderId)?.keys() ?? [])]) take(senderId, id)?.close()
  }

  return {
    show(senderId, { id, title, body }, { click, buttons }) {
      const ofSender = shown.get(senderId) ?? new Map<string, Shown>()
      if (ofSender.has(id)) return
      const notification = deps.create({
        ...(locked ? { title: deps.discreetTitle(buttons !== undefined), body: '' } : { title, body }),
        ...(buttons && {
          actions: locked ? [] : buttons.labels.map((text) => ({ type: 'button' as const, text })),
          // As long as it rings.
          timeoutType: 'never',
          urgency: 'critical',
        }),
      })
      ofSender.set(id, { notification, answerable: buttons !== undefined })
      shown.set(senderId, ofSender)
      notification.on('click', click)
      if (buttons) {
        notification.on('action', ({ actionIndex }) => {
          const button = (['answer', 'reject'] as const)[actionIndex]
          if (button !== undefined) buttons.onPress(button)
          take(senderId, id)?.close()
        })
      }
      notification.on('close', () => void take(senderId, id))
      notification.show()
    },
    close: (senderId, id) => take(senderId, id)?.close(),
    closeAnswerable() {
      const over = [...shown].flatMap(([senderId, ofSender]) =>
        [...ofSender].filter(([, { answerable }]) => answerable).map(([id]) => [senderId, id] as const),
      )
      for (const [senderId, id] of over) take(senderId, id)?.close()
    },
    closeAllOf,
    setLocked(next) {
      locked = next
      if (locked) for (const senderId of [...shown.keys()]) closeAllOf(senderId)
    },
  }
}
