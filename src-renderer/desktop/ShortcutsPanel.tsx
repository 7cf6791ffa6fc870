import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { type DesktopSettings, ShortcutAction, type ShortcutState } from '../../src-preload/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import { usePlatform } from '../app/platform.ts'
import panel from '../settings/Settings.module.css'
import { Kbd } from '../ui/index.ts'
import { acceleratorOf, actionWith, shownAccelerator, withShortcut } from './accelerator.ts'
import classes from './desktop.module.css'
import { words } from './words.ts'

/** How often a press is looked for while this page is open. */
const lookEveryMs = 700
const isMac = navigator.platform.startsWith('Mac')

interface ShortcutsPanelProps {
  readonly settings: DesktopSettings
  readonly onChange: (settings: DesktopSettings) => Promise<void>
}

/** Global shortcuts: set by pressing the keys, proven by pressing them again. */
export function ShortcutsPanel({ settings, onChange }: ShortcutsPanelProps) {
  const t = useWords(words).settings
  const states = useShortcutStates(settings)
  const [recording, setRecording] = useState<ShortcutAction | null>(null)
  const [problem, setProblem] = useState<string | null>(null)

  useEffect(() => {
    if (recording === null) return
    const onKeyDown = (event: KeyboardEvent) => {
      event.preventDefault()
      event.stopPropagation()
      if (event.key === 'Escape') return setRecording(null)
      const recorded = acceleratorOf(event, isMac)
      if ('refused' in recorded) return setProblem(recorded.refused === 'bare' ? t.needsModifier : null)
      const other = actionWith(settings.shortcuts, recorded.accelerator, recording)
      if (other !== null) return setProblem(t.usedBy(t.actions[other]))
      setRecording(null)
      setProblem(null)
      void onChange(withShortcut(settings, recording, recorded.accelerator))
    }
    // Before every other key of the page.
    window.addEventListener('keydown', onKeyDown, true)
    return () => window.removeEventListener('keydown', onKeyDown, true)
  }, [recording, settings, onChange, t])

  return (
    <section className={panel.panel}>
      <h2 className={panel.panelTitle}>{t.shortcuts}</h2>
      <p className={panel.note}>{t.shortcutsNote}</p>
      {ShortcutAction.options.map((action) => {
        const accelerator = settings.shortcuts[action]
        const state = states.find((one) => one.action === action && one.accelerator === accelerator)
        return (
          <div key={action} className={classes.shortcut} data-testid={`shortcut-${action}`}>
            <span>{t.actions[action]}</span>
            <span className={classes.shortcutKeys}>
              {accelerator !== undefined && state && <ShortcutNote state={state} />}
              {recording === action ? (
                <span role="status">{t.record}</span>
              ) : accelerator === undefined ? (
                <span className={classes.shortcutState}>{t.none}</span>
              ) : (
                <Kbd keys={shownAccelerator(accelerator)} />
              )}
            </span>
            <span style={{ display: 'flex', gap: 4 }}>
              <Button
                size="compact-xs"
                variant="default"
                onClick={() => {
                  setProblem(null)
                  setRecording(recording === action ? null : action)
                }}
              >
                {recording === action ? t.cancel : t.set}
              </Button>
              {accelerator !== undefined && recording !== action && (
                <Button size="compact-xs" variant="subtle" onClick={() => void onChange(withShortcut(settings, action, null))}>
                  {t.clear}
                </Button>
              )}
            </span>
            {recording === action && problem !== null && (
              <span className={classes.problem} style={{ gridColumn: '1 / -1', margin: '0 0 6px' }} role="alert">
                {problem}
              </span>
            )}
          </div>
        )
      })}
    </section>
  )
}

/** A registration that was only claimed is proven by its first press. */
function ShortcutNote({ state }: { state: ShortcutState }) {
  const t = useWords(words).settings
  const shown = state.state === 'unproven' && state.lastPressedMs !== null ? 'works' : state.state
  return (
    <span className={classes.shortcutState} data-state={shown} role="status">
      {t.state[shown]}
      {shown === 'unproven' && ` · ${t.pressToProve}`}
    </span>
  )
}

function useShortcutStates(settings: DesktopSettings): readonly ShortcutState[] {
  const platform = usePlatform()
  const [states, setStates] = useState<readonly ShortcutState[]>([])
  // biome-ignore lint/correctness/useExhaustiveDependencies: other settings are other states
  useEffect(() => {
    let stopped = false
    const look = () =>
      void platform.settings.shortcuts().then(
        (found) => stopped || setStates(found),
        () => undefined,
      )
    look()
    const timer = setInterval(look, lookEveryMs)
    return () => {
      stopped = true
      clearInterval(timer)
    }
  }, [platform, settings])
  return states
}
