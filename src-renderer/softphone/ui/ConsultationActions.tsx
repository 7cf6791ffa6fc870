import { Button } from '@mantine/core'
import { IconArrowBackUp, IconUsersPlus } from '@tabler/icons-react'
import { useWords } from '../../app/i18n.ts'
import { useKeys } from '../../app/keys.ts'
import { Kbd } from '../../ui/index.ts'
import type { Consultation } from '../phone.ts'
import { words } from '../words.ts'
import { BarAction } from './BarAction.tsx'
import classes from './CallBar.module.css'
import { callKeys } from './call-keys.ts'
import { usePhone, usePhoneActions } from './provider.tsx'

interface ConsultationActionsProps {
  consultation: Consultation
  busy: boolean
  run: (task: () => Promise<void>) => void
  /** False in a conference, which is joined to, not handed over. */
  mayConnect: boolean
}

/** The caller waits, the colleague is asked: join the two, or go back. */
export function ConsultationActions({ consultation, busy, run, mayConnect }: ConsultationActionsProps) {
  const t = useWords(words)
  const phone = usePhoneActions()
  const answered = usePhone(({ lines }) =>
    lines.some(({ id, answeredAtMs }) => id === consultation.targetId && answeredAtMs !== null),
  )
  const completing = consultation.step === 'completing'
  const backWord = mayConnect ? t.backToCaller : t.backToConference
  const back = () => run(() => phone.backToCaller(consultation.callerId))
  useKeys('softphone-consultation', t.phone, [
    { keys: callKeys.backToCaller, title: backWord, run: () => busy || completing || back(), over: true },
  ])
  return (
    <>
      {mayConnect && (
        <Button
          className={classes.complete}
          size="sm"
          rightSection={<Kbd keys={callKeys.transfer} />}
          aria-keyshortcuts={callKeys.transfer}
          disabled={!answered}
          loading={busy || completing}
          onClick={() => run(() => phone.completeTransfer(consultation.callerId))}
          data-testid="complete-transfer"
        >
          {t.complete}
        </Button>
      )}
      <BarAction
        icon={IconArrowBackUp}
        label={backWord}
        shortcut={callKeys.backToCaller}
        onClick={back}
        disabled={busy || completing}
        testId="back-to-caller"
      />
    </>
  )
}

/** Two answered calls become one. */
export function MergeAction({ busy, onMerge, adds }: { busy: boolean; onMerge: () => void; adds: boolean }) {
  const t = useWords(words)
  return (
    <BarAction
      icon={IconUsersPlus}
      label={adds ? t.mergeInto : t.merge}
      shortcut={callKeys.merge}
      onClick={onMerge}
      disabled={busy}
      testId="merge"
    />
  )
}
