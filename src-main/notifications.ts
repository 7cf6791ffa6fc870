/** What is needed of one Electron Notification. */
export interface NotificationLike {
  on(event: 'click' | 'close', listener: () => void): unknown
  show(): void
  close(): void
}

export interface Notifier {
  /** Shows once per page and id. */
  show(senderId: number, notification: { id: string; title: string; body: string }, onClick: () => void): void
  close(senderId: number, id: string): void
  /** The page is gone: nobody could answer its notifications. */
  closeAllOf(senderId: number): void
}

export interface NotifierDeps {
  readonly create: (options: { title: string; body: string }) => NotificationLike
}

/** Notifications of the operating system, kept alive by reference here: Electron drops the clicks of collected ones. */
export function createNotifier(deps: NotifierDeps): Notifier {
  const shown = new Map<number, Map<string, NotificationLike>>()

  const take = (senderId: number, id: string): NotificationLike | undefined => {
    const ofSender = shown.get(senderId)
    const notification = ofSender?.get(id)
    ofSender?.delete(id)
    if (ofSender?.size === 0) shown.delete(senderId)
    return notification
  }

  return {
    show(senderId, { id, title, body }, onClick) {
      const ofSender = shown.get(senderId) ?? new Map<string, NotificationLike>()
      if (ofSender.has(id)) return
      const notification = deps.create({ title, body })
      ofSender.set(id, notification)
      shown.set(senderId, ofSender)
      notification.on('click', onClick)
      notification.on('close', () => void take(senderId, id))
      notification.show()
    },
    close: (senderId, id) => take(senderId, id)?.close(),
    closeAllOf(senderId) {
      for (const id of [...(shown.get(senderId)?.keys() ?? [])]) take(senderId, id)?.close()
    },
  }
}
