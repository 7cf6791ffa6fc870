import { z } from 'zod'
import type { PhonePress } from '../desktop/phone-press.ts'
import type { HeadsetLink, HeadsetState } from './headset-link.ts'
import { layoutOf, telephonyPage } from './report-layout.ts'
import type { Hid } from './web-hid.ts'

const presses = ['answer', 'reject', 'hangUp', 'toggleHold', 'toggleMute'] as const satisfies readonly PhonePress[]
const State = z.discriminatedUnion('state', [
  z.object({ state: z.literal('none') }),
  z.object({ state: z.literal('connected'), name: z.string(), lastPress: z.enum(presses).nullable() }),
  z.object({ state: z.literal('blocked'), name: z.string() }),
]) satisfies z.ZodType<HeadsetState>

/** `ask`, `use`: by a window that sets the headset; `state`: by the one that has the phone, and the headset with it. */
const Said = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ask') }),
  z.object({ kind: z.literal('use'), name: z.string() }),
  z.object({ kind: z.literal('state'), state: State }),
])
type Said = z.infer<typeof Said>

/** The other windows of this computer's app. */
export interface HeadsetPort {
  post(said: Said): void
  onSaid(listener: (said: unknown) => void): () => void
}

/** Where the headset is: lets other windows see it and choose another one. */
export function shareHeadset(deps: {
  readonly port: HeadsetPort
  readonly link: Pick<HeadsetLink, 'use'>
  readonly state: () => HeadsetState
}): { changed(): void; stop(): void } {
  const changed = () => deps.port.post({ kind: 'state', state: deps.state() })
  const stop = deps.port.onSaid((text) => {
    const said = Said.safeParse(text)
    if (!said.success) return
    if (said.data.kind === 'ask') changed()
    if (said.data.kind === 'use') void deps.link.use(said.data.name).catch(() => false)
  })
  changed()
  return { changed, stop }
}

/** In a window without the phone: the person chooses here, the window that has the phone takes it. */
export function remoteHeadset(deps: {
  readonly port: HeadsetPort
  readonly hid: Hid
  readonly onState: (state: HeadsetState) => void
}): { choose(): Promise<boolean>; stop(): void } {
  const stop = deps.port.onSaid((text) => {
    const said = Said.safeParse(text)
    if (said.success && said.data.kind === 'state') deps.onState(said.data.state)
  })
  deps.port.post({ kind: 'ask' })
  return {
    async choose() {
      const [device] = await deps.hid.requestDevice({ filters: [{ usagePage: telephonyPage }] })
      if (!device || !layoutOf(device.collections)) return false
      deps.port.post({ kind: 'use', name: device.productName })
      return true
    },
    stop,
  }
}

export function openHeadsetPort(): HeadsetPort & { close(): void } {
  const channel = new BroadcastChannel('callsync-headset')
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
