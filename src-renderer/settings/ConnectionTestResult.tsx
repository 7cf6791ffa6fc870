import { IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import type { ConnectionCheck, RouteResult, Routes } from '../../server/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import classes from './Settings.module.css'
import { words } from './words.ts'

/** What a test of a connection found, step by step. */
export function ConnectionTestResult({ checks, endpoints, queues }: RouteResult<Routes['testConnection']>) {
  const t = useWords(words).connection
  const passed = checks.every((check) => check.ok || check.step === 'contexts')
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    panel.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <section ref={panel} className={classes.panel} role="status">
      <h2 className={classes.panelTitle}>{t.testTitle}</h2>
      <ol className={classes.steps}>
        {checks.map((check) => (
          <Step key={check.step} check={check} />
        ))}
      </ol>
      {passed && (
        <p className={classes.result}>
          {t.testOk} {t.found(endpoints.length, queues.length)}
        </p>
      )}
    </section>
  )
}

function Step({ check }: { check: ConnectionCheck }) {
  const t = useWords(words).connection
  const StepIcon = check.ok ? IconCircleCheck : IconCircleX
  return (
    <li className={classes.step} data-ok={check.ok || undefined} data-failed={!check.ok || undefined}>
      <StepIcon size={18} stroke={1.75} aria-hidden />
      <span>{t.steps[check.step]}</span>
      {!check.ok && <span className={classes.stepNote}>{t.hints[check.step]}</span>}
      {check.detail !== '' && <span className={classes.stepNote}>{check.detail}</span>}
    </li>
  )
}
