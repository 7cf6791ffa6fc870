import type { DeskState } from '../../src-preload/contract/index.ts'
import { wordsOf } from './words.ts'

export interface QuitQuestion {
  readonly message: string
  readonly detail: string
  /** The first one keeps the app. */
  readonly buttons: readonly [stay: string, quit: string]
}

export interface QuitGuard {
  /** False: not now, the person is being asked; a yes ends the app. */
  mayQuit(): boolean
  /** From here on nothing is asked. */
  allow(): void
  /** The person has been asked and wants to go. */
  isAllowed(): boolean
}

export interface QuitGuardDeps {
  readonly desk: () => DeskState | null
  /** True for the second button. */
  readonly ask: (question: QuitQuestion) => Promise<boolean>
  readonly quit: () => void
}

/** Ending the app during a call or with work that the server does not have asks first. */
export function createQuitGuard(deps: QuitGuardDeps): QuitGuard {
  let allowed = false
  let asking = false
  return {
    allow() {
      allowed = true
    },
    isAllowed: () => allowed,
    mayQuit() {
      const question = allowed ? null : quitQuestion(deps.desk())
      if (question === null) return true
      if (!asking) {
        asking = true
        deps.ask(question).then(
          (yes) => {
            asking = false
            if (!yes) return
            allowed = true
            deps.quit()
          },
          () => {
            asking = false
          },
        )
      }
      return false
    },
  }
}

/** null: nothing would be cut off. */
function quitQuestion(desk: DeskState | null): QuitQuestion | null {
  if (desk === null || (desk.call === null && desk.unsent === 0 && !desk.unkept)) return null
  const t = wordsOf(desk)
  const lines = [
    desk.call === null ? null : t.quitInCall,
    // «It stays on this computer» is no word for text that the disk has refused.
    desk.unkept ? t.quitUnkept : desk.unsent === 0 ? null : t.quitUnsent(desk.unsent),
  ]
  return { message: t.quitQuestion, detail: lines.filter(Boolean).join('\n'), buttons: [t.stay, t.quitAnyway] }
}
