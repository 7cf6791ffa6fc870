import { type DraftChannel, DraftNews } from './draft-channel.ts'

/** Over a BroadcastChannel, which reaches the windows of the same origin and nobody else. */
export function openDraftChannel(userId: string): DraftChannel & { close(): void } {
  const channel = new BroadcastChannel('callsync-drafts')
  return {
    tell: (news) => channel.postMessage(news),
    onNews(listener) {
      const onMessage = (event: MessageEvent<unknown>) => {
        const news = DraftNews.safeParse(event.data)
        // Another person may be signed in elsewhere; another version may say what we cannot read.
        if (news.success && news.data.userId === userId) listener(news.data)
      }
      channel.addEventListener('message', onMessage)
      return () => channel.removeEventListener('message', onMessage)
    },
    close: () => channel.close(),
  }
}
