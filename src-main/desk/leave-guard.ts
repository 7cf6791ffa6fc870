import type { DeskState, WindowName } from '../../src-preload/contract/index.ts'
import type { Language } from './language.ts'
import { wordsIn } from './words.ts'

export type Leaving = 'quit' | 'close' | 'reload'

export interface LeaveQuestion {
  readonly message: string
  readonly detail: string
  /** The first one keeps everything as it is. */
  readonly buttons: readonly [stay: string, leave: string]
}

export interface LeaveGuardDeps {
  readonly desk: () => DeskState | null
  readonly language: () => Language
  /** Closing takes the workplace out of sight only. */
  readonly hidesWorkplace: () => boolean
  /** True for the second button. */
  readonly ask: (question: LeaveQuestion) => Promise<boolean>
  readonly quit: () => void
  readonly closeWorkplace: () => void
  readonly now: () => number
}

/** How long a yes counts. A computer that shuts down may be held up by another program and go on: then it is asked again. */
const leaveLastsMs = 30_000

/**
 * What ends a call or costs text is asked about first: the end of the app, the close of the workplace, and its loading anew.
 *
 *   before-quit ──nothing to lose──► quitting: windows close ──a page is kept──► running
 *       │ ▲                                                         (closing hides again)
 *   asked └─yes: leave granted
 */
export function createLeaveGuard(deps: LeaveGuardDeps) {
  let grantedUntilMs = Number.NEGATIVE_INFINITY
  let quitting = false
  let asking = false

  const grant = () => {
    grantedUntilMs = deps.now() + leaveLastsMs
  }
  const isGranted = () => deps.now() < grantedUntilMs
  /** True: nothing is in the way. Else the person is asked, once at a time, and a yes goes on by itself. */
  const mayLeave = (leaving: Leaving, goOn: () => void): boolean => {
    const lines = isGranted() ? [] : losses(deps.desk(), deps.language())
    if (lines.length === 0) return true
    if (!asking) {
      asking = true
      deps
        .ask(question(leaving, lines, deps.language()))
        .then((yes) => {
          if (!yes) return
          grant()
          goOn()
        })
        .catch(() => undefined)
        .finally(() => {
          asking = false
        })
    }
    return false
  }

  return {
    /** From here on nothing is asked, for a while. */
    allow: grant,
    /** False: not now; a yes of the person ends the app. */
    mayQuit(): boolean {
      quitting = mayLeave('quit', deps.quit)
      return quitting
    },
    /** The person closes a window. */
    onClosing(name: WindowName): 'close' | 'hide' | 'stay' {
      if (name !== 'workplace' || quitting) return 'close'
      if (deps.hidesWorkplace() && deps.desk()?.person) return 'hide'
      return mayLeave('close', deps.closeWorkplace) ? 'close' : 'stay'
    },
    /** A page refuses to go. `askNow` holds everything up until the person has answered. A no also ends the end of the app. */
    mayUnload(name: WindowName, leaving: 'close' | 'reload', askNow: (question: LeaveQuestion) => boolean): boolean {
      if (isGranted()) return true
      const known = name === 'workplace' ? losses(deps.desk(), deps.language()) : []
      const lines = known.length > 0 ? known : [wordsIn(deps.language()).leaveUnkept]
      const yes = askNow(question(leaving, lines, deps.language()))
      if (!yes) quitting = false
      return yes
    },
  }
}

export type LeaveGuard = ReturnType<typeof createLeaveGuard>

/** What would be cut off or lost, in words. */
function losses(desk: DeskState | null, language: Language): string[] {
  if (desk === null) return []
  const t = wordsIn(language)
  const lines: string[] = []
  if (desk.call !== null) lines.push(t.leaveCall)
  // «It stays on this computer» is no word for text that the disk has refused.
  if (desk.unkept) lines.push(t.leaveUnkept)
  else if (desk.unsent > 0) lines.push(t.leaveUnsent(desk.unsent))
  return lines
}

function question(leaving: Leaving, lines: readonly string[], language: Language): LeaveQuestion {
  const { message, stay, leave } = wordsIn(language).leave[leaving]
  return { message, detail: lines.join('\n'), buttons: [stay, leave] }
}
