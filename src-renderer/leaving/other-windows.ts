import { z } from 'zod'
import type { Clock } from '../platform/clock.ts'
import type { ReasonToStay } from './reason-to-stay.ts'

/** What stands against signing out; `unsent`: cards whose text waits on this computer. */
export interface AtStake {
  readonly reasons: readonly ReasonToStay[]
  readonly unsent: number
}

const reasonOrder = ['call', 'unkept', 'unsent'] as const satisfies readonly ReasonToStay[]
const Said = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ask'), id: z.string() }),
  z.object({ kind: z.literal('answer'), id: z.string(), reasons: z.array(z.enum(reasonOrder)), unsent: z.number().int() }),
])

/** The windows of the same origin, without this one. */
export interface WindowsPort {
  post(said: z.infer<typeof Said>): void
  onSaid(listener: (said: unknown) => void): () => void
}

/** A window answers within a few milliseconds; one that is frozen has no call. */
const patienceMs = 150

/** Signing out ends the session of all windows, so all are asked. Resolves with this window's part and theirs together. */
export function askWindows(
  own: AtStake,
  deps: { readonly port: WindowsPort; readonly clock: Clock; readonly id: string },
): Promise<AtStake> {
  const found: AtStake[] = [own]
  const stop = deps.port.onSaid((said) => {
    const answer = Said.safeParse(said)
    if (answer.success && answer.data.kind === 'answer' && answer.data.id === deps.id) found.push(answer.data)
  })
  deps.port.post({ kind: 'ask', id: deps.id })
  return new Promise((resolve) => {
    deps.clock.after(patienceMs, () => {
      stop()
      resolve({
        reasons: reasonOrder.filter((reason) => found.some(({ reasons }) => reasons.includes(reason))),
        // The windows share one disk: the same cards, not others.
        unsent: Math.max(...found.map(({ unsent }) => unsent)),
      })
    })
  })
}

/** With what the disk holds, for a window that has no desk to tell it. */
export const withStored = (cost: AtStake, cards: number): AtStake =>
  cards === 0
    ? cost
    : {
        reasons: reasonOrder.filter((reason) => reason === 'unsent' || cost.reasons.includes(reason)),
        unsent: Math.max(cost.unsent, cards),
      }

/** Answers other windows as long as it is not disposed. */
export function answerWindows(port: WindowsPort, atStake: () => AtStake): () => void {
  return port.onSaid((said) => {
    const question = Said.safeParse(said)
    if (question.success && question.data.kind === 'ask')
      port.post({ kind: 'answer', id: question.data.id, reasons: [...atStake().reasons], unsent: atStake().unsent })
  })
}

export function openWindowsPort(): WindowsPort & { close(): void } {
  const channel = new BroadcastChannel('callsync-leaving')
  return {
    post: (said) => channel.postMessage(said),
    onSaid(listener) {
      const onMessage = (event: MessageEvent<unknown>) => listener(event.data)
      channel.addEventListener('message', onMessage)
      return () => channel.removeEventListener('message', onMessage)
    },
    close: () => channel.close(),
  }
}
