import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import type { RecordCheck, RecordStore, RecordTrial } from '../../../server/contract/index.ts'
import { useFormat } from '../../app/format.ts'
import { useWords } from '../../app/i18n.ts'
import shared from '../Settings.module.css'
import classes from './Record.module.css'
import { trialWords } from './trial-words.ts'
import { words } from './words.ts'

interface TrialResultProps {
  readonly trial: RecordTrial
  readonly store: RecordStore
  readonly onZone: (timeZone: string) => void
}

/** What a test of a source found, step by step. */
export function TrialResult({ trial, store, onZone }: TrialResultProps) {
  const all = useWords(words)
  const t = useWords(trialWords)
  const format = useFormat()
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    panel.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  const { checks, rows, newestMs, shiftMs, betterTimeZone, problems } = trial
  const notes: Partial<Record<RecordCheck['step'], string[]>> = {}
  if (rows) {
    const count = format.number(rows.count)
    const about = store === 'csv' || store === 'log' ? t.about : t.over
    notes.rows = [rows.exact ? t.counted(count) : about(count)]
  }
  if (newestMs !== null) {
    const hours = `${(shiftMs ?? 0) > 0 ? '+' : '−'}${format.number(Math.abs(shiftMs ?? 0) / 3_600_000)}`
    const zone = shiftMs === null ? t.zoneUnknown : shiftMs === 0 ? t.zoneRight : t.shifted(hours)
    notes.times = [t.newest(format.dateTime(newestMs)), zone]
  }
  return (
    <section ref={panel} className={classes.trial} role="status" data-testid="source-trial">
      <h3 className={classes.panelTitle}>{t.title}</h3>
      <ol className={shared.steps}>
        {checks.map((check) => (
          <Step key={check.step} check={check} notes={notes[check.step] ?? []} />
        ))}
      </ol>
      {betterTimeZone !== null && (
        <Button size="xs" mt={8} variant="default" onClick={() => onZone(betterTimeZone)} data-testid="use-zone">
          {all.dialog.takeZone(betterTimeZone)}
        </Button>
      )}
      {problems.length > 0 && (
        <ul className={classes.muted}>
          {problems.map(({ kind, place, raw, text }) => (
            <li key={`${place} ${kind} ${text}`}>
              {all.trouble.kinds[kind] ?? kind} · {place} <span className={classes.raw}>{raw}</span>
            </li>
          ))}
        </ul>
      )}
      {checks.every(({ ok }) => ok) && <p className={shared.result}>{t.ok}</p>}
    </section>
  )
}

function Step({ check, notes }: { check: RecordCheck; notes: readonly string[] }) {
  const t = useWords(trialWords)
  const { ok, trouble, detail } = check
  const StepIcon = !ok ? IconCircleX : trouble === null ? IconCircleCheck : IconAlertTriangle
  const hint = trouble === null ? '' : t.troubles[trouble]
  return (
    <li className={shared.step} data-ok={(ok && trouble === null) || undefined} data-failed={!ok || undefined}>
      <StepIcon size={18} stroke={1.75} aria-hidden />
      <span>{t.steps[check.step]}</span>
      {[...notes, hint, detail]
        .filter((note) => note !== '')
        .map((note) => (
          <span key={note} className={shared.stepNote}>
            {note}
          </span>
        ))}
    </li>
  )
}
