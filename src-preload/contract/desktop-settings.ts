import { z } from 'zod'

export const ShortcutAction = z.enum(['answer', 'hangUp', 'toggleHold', 'toggleMute', 'dialSelection'])
export type ShortcutAction = z.infer<typeof ShortcutAction>

/** What a person chose for this computer. A shortcut is an Electron accelerator such as `Control+Alt+A`; absent: off, as all are at first. */
export const DesktopSettings = z.object({
  launchAtLogin: z.boolean(),
  closeToTray: z.boolean(),
  showIsland: z.boolean(),
  shortcuts: z.partialRecord(ShortcutAction, z.string().max(60)),
})
export type DesktopSettings = z.infer<typeof DesktopSettings>

export const ShortcutState = z.object({
  action: ShortcutAction,
  accelerator: z.string(),
  /** `taken`: another program holds it, or the desktop refuses. `unproven`: registered, but some desktops say so without meaning it: press it. */
  state: z.enum(['works', 'unproven', 'taken', 'invalid']),
  lastPressedMs: z.number().int().nullable(),
})
export type ShortcutState = z.infer<typeof ShortcutState>

/** What came of trying a server's address. `certificate`: TLS is not trusted, and only the company's policy file may allow it. */
export const ServerCheck = z.discriminatedUnion('result', [
  z.object({ result: z.literal('ok'), address: z.string(), serverVersion: z.string() }),
  z.object({ result: z.literal('invalid') }),
  z.object({ result: z.literal('unreachable'), detail: z.string() }),
  z.object({ result: z.literal('notCallSync') }),
  z.object({ result: z.literal('otherVersion'), server: z.number().int(), client: z.number().int() }),
  /** A call is on, or typed text is nowhere but on the page: not now. */
  z.object({ result: z.literal('busy') }),
  /** The company's configuration sets the address; it cannot be changed here. */
  z.object({ result: z.literal('managed'), address: z.string() }),
  z.object({ result: z.literal('certificate'), detail: z.string(), fingerprint: z.string().nullable() }),
])
export type ServerCheck = z.infer<typeof ServerCheck>

export const UpdateState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('none'), version: z.string() }),
  z.object({ state: z.literal('downloading'), version: z.string(), percent: z.number() }),
  /** Installed when the person says so or at the next quit, never during a call. */
  z.object({ state: z.literal('ready'), version: z.string() }),
  z.object({ state: z.literal('failed'), version: z.string(), reason: z.string() }),
])
export type UpdateState = z.infer<typeof UpdateState>
