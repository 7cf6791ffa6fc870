import { Button, Popover } from '@mantine/core'
import { IconDialpad, IconPhoneOff } from '@tabler/icons-react'
import { type ReactNode, useEffect, useState } from 'react'
import { useWords } from '../../app/i18n.ts'
import { useKeys } from '../../app/keys.ts'
import { transferStep } from '../control/conference-line.ts'
import { QualityWatch } from '../control/QualityWatch.tsx'
import { useOwnConference } from '../control/use-call-control.ts'
import { useMerge } from '../control/use-merge.ts'
import type { Line } from '../phone.ts'
import { shownLines } from '../shown-lines.ts'
import { onTransferAsked } from '../transfer-ask.ts'
import { words } from '../words.ts'
import { BarAction } from './BarAction.tsx'
import classes from './CallBar.module.css'
import { ConferenceMenu } from './ConferenceMenu.tsx'
import { ConsultationActions, MergeAction } from './ConsultationActions.tsx'
import { callKeys } from './call-keys.ts'
import { DialPad } from './DialPad.tsx'
import { type DescribeLine, LineInfo } from './LineInfo.tsx'
import { LinkNote } from './LinkNote.tsx'
import { OtherLine } from './OtherLine.tsx'
import { usePhone, usePhoneActions } from './provider.tsx'
import { RingingActions } from './RingingActions.tsx'
import { ServerActions } from './ServerActions.tsx'
import { type OpenForm, TalkActions } from './TalkActions.tsx'
import { useLocalNow } from './use-local-now.ts'
import { usePhoneTask } from './use-phone-task.ts'

export interface CallBarProps {
  /** The own status control, on the left. */
  status?: ReactNode
  describeLine?: DescribeLine
}

/** The call bar: 56 px at the top of every screen, the same height idle, ringing and talking. */
export function CallBar({ status, describeLine }: CallBarProps) {
  const t = useWords(words)
  const lines = usePhone((state) => state.lines)
  const link = usePhone((state) => state.link)
  const consultation = usePhone((state) => state.consultation)
  const phone = usePhoneActions()
  const { error, busy, run } = usePhoneTask()
  const { main, other, ringing } = shownLines(lines)
  const mainId = main?.id ?? null
  const [open, setOpen] = useState<OpenForm>(null)
  const [openOn, setOpenOn] = useState(mainId)
  // A form belongs to its line: left open, it must not come up in the next call, nor the dial pad after one.
  if (openOn !== mainId) {
    setOpenOn(mainId)
    if (mainId !== null || open !== 'dial') setOpen(null)
  }
  const talk = main !== null && (main.phase === 'active' || main.phase === 'held') ? main : null
  const nowMs = useLocalNow(lines.length > 0)
  const own = useOwnConference()
  const { conference, conferenceId } = own
  const conferenceOn = (line: Line | null) => (line !== null && line.id === own.lineId ? conference : null)
  const talkIsConference = conferenceOn(talk) !== null
  const merge = useMerge(own)

  const answer = () => ringing && run(() => phone.answer(ringing.id))
  const endAndAnswer = () => ringing && run(() => phone.endAndAnswer(ringing.id))
  const end = () => main && main.phase !== 'ended' && run(() => phone.hangUp(main.id))
  const turn = () => talk && run(() => (talk.phase === 'active' ? phone.hold(talk.id) : phone.resume(talk.id)))
  const mute = () => talk?.phase === 'active' && phone.setMuted(talk.id, !talk.muted)
  const swap = () => other?.phase === 'held' && run(() => phone.resume(other.id))
  const step = transferStep({ talkId: talk?.id ?? null, consultation, conferenceLineId: own.lineId })
  const mayTransfer = step === 'choose'
  const transfer = () => {
    if (step === 'connect' && consultation !== null) void run(() => phone.completeTransfer(consultation.callerId))
    else if (mayTransfer) setOpen(open === 'transfer' ? null : 'transfer')
  }
  useEffect(() => onTransferAsked(() => mayTransfer && setOpen('transfer')), [mayTransfer])

  // Bound also while idle: an operator who presses one a moment late must not land in the browser's own use of it.
  useKeys('softphone', t.phone, [
    { keys: callKeys.answer, title: t.answer, run: () => void answer(), over: true },
    { keys: callKeys.endAndAnswer, title: t.endAndAnswer, run: () => void endAndAnswer(), over: true },
    { keys: callKeys.end, title: `${t.hangUp} / ${t.reject} / ${t.leave}`, run: () => void end(), over: true },
    { keys: callKeys.hold, title: `${t.hold} / ${t.resume}`, run: () => void turn(), over: true },
    { keys: callKeys.mute, title: `${t.mute} / ${t.unmute}`, run: () => void mute(), over: true },
    { keys: callKeys.transfer, title: `${t.transfer} / ${t.complete}`, run: transfer, over: true },
    { keys: callKeys.swap, title: t.swap, run: () => void swap(), over: true },
    { keys: callKeys.merge, title: t.merge, run: () => merge !== null && void run(merge), over: true },
    {
      keys: callKeys.keypad,
      title: t.keypad,
      run: () => setOpen(open !== null ? null : talk ? 'keypad' : 'dial'),
      over: true,
    },
  ])

  return (
    <section
      className={classes.bar}
      data-phase={main?.phase ?? 'idle'}
      data-link={link}
      data-crowded={other !== null || undefined}
      data-testid="call-bar"
      aria-label={t.phone}
    >
      <QualityWatch />
      {status !== undefined && <div className={classes.status}>{status}</div>}
      <div className={classes.main}>
        {main === null ? (
          <LinkNote />
        ) : (
          <LineInfo line={main} nowMs={nowMs} describe={describeLine} error={error} conference={conferenceOn(main)} run={run} />
        )}
      </div>
      {main !== null && other !== null && (
        <OtherLine
          line={other}
          nowMs={nowMs}
          describe={describeLine}
          conference={conferenceOn(other)}
          busy={busy}
          run={run}
          holds={main.phase === 'active'}
        />
      )}
      <div className={classes.actions}>
        {main === null && (
          <Popover
            opened={open === 'dial'}
            onChange={(opened) => setOpen(opened ? 'dial' : null)}
            position="bottom-end"
            trapFocus
          >
            <Popover.Target>
              <Button
                variant="default"
                leftSection={<IconDialpad size={18} stroke={1.5} />}
                onClick={() => setOpen(open === 'dial' ? null : 'dial')}
                disabled={link !== 'registered'}
                aria-keyshortcuts={callKeys.keypad}
                data-testid="open-dial"
              >
                {t.call}
              </Button>
            </Popover.Target>
            <Popover.Dropdown>
              <DialPad onDialled={() => setOpen(null)} />
            </Popover.Dropdown>
          </Popover>
        )}
        {main?.phase === 'ringingIn' && <RingingActions busy={busy} onAnswer={answer} onReject={end} />}
        {consultation !== null && (
          <ConsultationActions consultation={consultation} busy={busy} run={run} mayConnect={step === 'connect'} />
        )}
        {merge !== null && <MergeAction busy={busy} onMerge={() => void run(merge)} adds={conferenceId !== null} />}
        {talk !== null && (
          <>
            <ServerActions talk={talk} busy={busy} run={run} />
            {talkIsConference && conference !== null && conferenceId !== null && (
              <ConferenceMenu
                conference={conference}
                conferenceId={conferenceId}
                run={run}
                busy={busy}
                onAdd={other === null ? () => setOpen('add') : null}
              />
            )}
            <TalkActions
              talk={talk}
              busy={busy}
              open={open}
              setOpen={setOpen}
              onHold={turn}
              onMute={mute}
              mayTransfer={mayTransfer}
            />
          </>
        )}
        {main !== null && main.phase !== 'ended' && main.phase !== 'ringingIn' && (
          <BarAction
            icon={IconPhoneOff}
            label={talk ? (talkIsConference ? t.leave : t.hangUp) : t.cancel}
            shortcut={callKeys.end}
            onClick={end}
            danger
            filled
            testId="hang-up"
          />
        )}
      </div>
    </section>
  )
}
