import { z } from 'zod'
import type { Session } from '../../server/contract/index.ts'

/**
 * checking ─200→ signedIn, ─401→ signedOut, ─no answer→ unreachable ─3 s→ checking.
 * signedIn ─the server forgot the session→ signedIn, expired: the screens and the call stay, the password is asked for above them.
 * Any ─another window signed out→ signedOut; ─another window signed somebody else in→ checking.
 */
export type Gate =
  | { readonly step: 'checking' | 'unreachable' | 'signedOut' }
  | { readonly step: 'signedIn'; readonly session: Session; readonly expired: boolean }

/** What one window tells the others of the same browser or desktop app, which share its session. */
export const SessionNews = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('signedOut') }),
  z.object({ kind: z.literal('signedIn'), userId: z.string() }),
])
export type SessionNews = z.infer<typeof SessionNews>

/** The gate of a window that heard of it. What is not the present person's leaves at once, before the server was asked. */
export function afterNews(gate: Gate, news: SessionNews): Gate {
  if (news.kind === 'signedOut') return { step: 'signedOut' }
  // The same person: the screens stay, and the call with them.
  return gate.step === 'signedIn' && gate.session.user.id === news.userId ? gate : { step: 'checking' }
}

/** Over a BroadcastChannel, which reaches the windows of the same origin and nobody else. */
export function openSessionChannel(onNews: (news: SessionNews) => void): { tell(news: SessionNews): void; close(): void } {
  const channel = new BroadcastChannel('callsync-session')
  channel.onmessage = (event: MessageEvent<unknown>) => {
    // Another version of the page may say what we cannot read.
    const news = SessionNews.safeParse(event.data)
    if (news.success) onNews(news.data)
  }
  return { tell: (news) => channel.postMessage(news), close: () => channel.close() }
}
