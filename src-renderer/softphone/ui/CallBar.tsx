import { ActionIcon, Button, Popover, Tooltip } from '@mantine/core'
import {
  type Icon,
  IconArrowForwardUp,
  IconArrowsExchange,
  IconDialpad,
  IconMicrophone,
  IconMicrophoneOff,
  IconPhone,
  IconPhoneIncoming,
  IconPhoneOff,
  IconPhoneOutgoing,
  IconPlayerPause,
  IconPlayerPlay,
} from '@tabler/icons-react'
import { type ReactNode, useEffect, useState } from 'react'
import { formatDuration, formatPhone } from '../../app/format.ts'
import { useWords } from '../../app/i18n.ts'
import { useKeys } from '../../app/keys.ts'
import { Kbd } from '../../ui/index.ts'
import type { Line } from '../phone.ts'
import { shownLines } from '../shown-lines.ts'
import { onTransferAsked } from '../transfer-ask.ts'
import { words } from '../words.ts'
import classes from './CallBar.module.css'
import { DialPad } from './DialPad.tsx'
import { LinkNote } from './LinkNote.tsx'
import { usePhone, usePhoneActions } from './provider.tsx'
import { QualityIcon } from './QualityIcon.tsx'
import { TonePad } from './TonePad.tsx'
import { TransferForm } from './TransferForm.tsx'
import { useLocalNow } from './use-local-now.ts'
import { useMicrophoneWords } from './use-microphone-words.ts'
import { usePhoneTask } from './use-phone-task.ts'

/** Who is on a line, as the workplace knows it (customer's name, queue's name). */
export type DescribeLine = (line: Line) => { title: string | null; subtitle: string | null }

export interface CallBarProps {
  /** The own status control, on the left. */
  status?: ReactNode
  describeLine?: DescribeLine
}

/** F-keys work in every field; F1, F3, F5, F6, F7, F10, F11 and F12 belong to the browser. */
const keys = { answer: 'F2', end: 'F4', hold: 'F8', mute: 'F9', transfer: 'Shift+F8', keypad: 'Shift+F9' } as const

type Open = 'dial' | 'transfer' | 'keypad' | null

/** The call bar: 56 px at the top of every screen, the same height idle, ringing and talking. */
export function CallBar({ status, describeLine }: CallBarProps) {
  const t = useWords(words)
  const lines = usePhone((state) => state.lines)
  const link = usePhone((state) => state.link)
  const phone = usePhoneActions()
  const [open, setOpen] = useState<Open>(null)
  const { error, busy, run } = usePhoneTask()
  const { main, other, ringing } = shownLines(lines)
  const talk = main !== null && (main.phase === 'active' || main.phase === 'held') ? main : null
  const nowMs = useLocalNow(lines.length > 0)

  const answer = () => ringing && run(() => phone.answer(ringing.id))
  const end = () => main && main.phase !== 'ended' && run(() => phone.hangUp(main.id))
  const turn = () => talk && run(() => (talk.phase === 'active' ? phone.hold(talk.id) : phone.resume(talk.id)))
  const mute = () => talk?.phase === 'active' && phone.setMuted(talk.id, !talk.muted)
  const toggle = (what: Exclude<Open, null>) => setOpen((before) => (before === what ? null : what))
  const canTransfer = talk !== null
  useEffect(() => onTransferAsked(() => canTransfer && setOpen('transfer')), [canTransfer])

  // Bound also while idle: an operator who presses one a moment late must not land in the browser's own use of it.
  useKeys('softphone', t.phone, [
    { keys: keys.answer, title: t.answer, run: () => void answer() },
    { keys: keys.end, title: `${t.hangUp} / ${t.reject}`, run: () => void end() },
    { keys: keys.hold, title: `${t.hold} / ${t.resume}`, run: () => void turn() },
    { keys: keys.mute, title: `${t.mute} / ${t.unmute}`, run: () => void mute() },
    { keys: keys.transfer, title: t.transfer, run: () => talk && toggle('transfer') },
    { keys: keys.keypad, title: t.keypad, run: () => toggle(talk ? 'keypad' : 'dial') },
  ])

  return (
    <section
      className={classes.bar}
      data-phase={main?.phase ?? 'idle'}
      data-link={link}
      data-testid="call-bar"
      aria-label={t.phone}
    >
      {status !== undefined && <div className={classes.status}>{status}</div>}
      <div className={classes.main}>
        {main === null ? <LinkNote /> : <LineInfo line={main} nowMs={nowMs} describe={describeLine} error={error} />}
      </div>
      {main !== null && other !== null && (
        <OtherLine line={other} nowMs={nowMs} describe={describeLine} busy={busy} run={run} holds={main.phase === 'active'} />
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
                onClick={() => toggle('dial')}
                disabled={link !== 'registered'}
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
        {main?.phase === 'ringingIn' && (
          <>
            <Button
              className={classes.answer}
              leftSection={<IconPhone size={18} stroke={1.75} />}
              rightSection={<Kbd keys={keys.answer} />}
              loading={busy}
              onClick={answer}
              data-testid="answer"
            >
              {t.answer}
            </Button>
            <Button
              className={classes.reject}
              variant="default"
              leftSection={<IconPhoneOff size={18} stroke={1.5} />}
              rightSection={<Kbd keys={keys.end} />}
              onClick={end}
              data-testid="reject"
            >
              {t.reject}
            </Button>
          </>
        )}
        {talk !== null && (
          <>
            <Action
              icon={talk.phase === 'active' ? IconPlayerPause : IconPlayerPlay}
              label={talk.phase === 'active' ? t.hold : t.resume}
              shortcut={keys.hold}
              onClick={turn}
              pressed={talk.phase === 'held'}
              disabled={busy}
              testId="hold"
            />
            <Action
              icon={talk.muted ? IconMicrophoneOff : IconMicrophone}
              label={talk.muted ? t.unmute : t.mute}
              shortcut={keys.mute}
              onClick={mute}
              pressed={talk.muted}
              disabled={talk.phase !== 'active'}
              testId="mute"
            />
            <Popover
              opened={open === 'keypad'}
              onChange={(opened) => setOpen(opened ? 'keypad' : null)}
              position="bottom-end"
              trapFocus
            >
              <Popover.Target>
                <Action
                  icon={IconDialpad}
                  label={t.keypad}
                  shortcut={keys.keypad}
                  onClick={() => toggle('keypad')}
                  opened={open === 'keypad'}
                  disabled={talk.phase !== 'active'}
                  testId="keypad"
                />
              </Popover.Target>
              <Popover.Dropdown>
                <TonePad lineId={talk.id} />
              </Popover.Dropdown>
            </Popover>
            <Popover
              opened={open === 'transfer'}
              onChange={(opened) => setOpen(opened ? 'transfer' : null)}
              position="bottom-end"
              trapFocus
            >
              <Popover.Target>
                <Action
                  icon={IconArrowForwardUp}
                  label={t.transfer}
                  shortcut={keys.transfer}
                  onClick={() => toggle('transfer')}
                  opened={open === 'transfer'}
                  testId="transfer"
                />
              </Popover.Target>
              <Popover.Dropdown>
                <TransferForm lineId={talk.id} onDone={() => setOpen(null)} />
              </Popover.Dropdown>
            </Popover>
          </>
        )}
        {main !== null && main.phase !== 'ended' && main.phase !== 'ringingIn' && (
          <Action
            icon={IconPhoneOff}
            label={talk ? t.hangUp : t.cancel}
            shortcut={keys.end}
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

/** Carriers often repeat the number where the name belongs. */
const isName = (text: string): boolean => /\p{L}/u.test(text)

interface LineInfoProps {
  line: Line
  nowMs: number
  describe: DescribeLine | undefined
  error: string | null
}

const iconOf: Record<Line['phase'], Icon> = {
  ringingIn: IconPhoneIncoming,
  dialing: IconPhoneOutgoing,
  ringingOut: IconPhoneOutgoing,
  connecting: IconPhone,
  active: IconPhone,
  held: IconPlayerPause,
  ended: IconPhoneOff,
}

function LineInfo({ line, nowMs, describe, error }: LineInfoProps) {
  const t = useWords(words)
  const link = usePhone((state) => state.link)
  const microphone = usePhone((state) => state.microphone)
  const microphoneWords = useMicrophoneWords()
  const PhaseIcon = iconOf[line.phase]
  const phaseWords: Record<Line['phase'], string> = {
    ringingIn: t.incoming,
    dialing: t.dialing,
    ringingOut: t.ringingOut,
    connecting: t.answering,
    active: line.muted ? t.muted : t.talking,
    held: t.held,
    ended: t.ended[line.endReason ?? 'failed'],
  }
  const number = line.number === '' ? t.unknownNumber : formatPhone(line.number)
  const known = describe?.(line)
  const title = [known?.title ?? null, line.name].find((name) => name !== null && isName(name)) ?? null
  const second = [title === null ? null : number, known?.subtitle ?? null].filter((part) => part !== null)
  let note: { text: string; tone: 'alarm' | 'wait' } | null = null
  if (error !== null) note = { text: error, tone: 'alarm' }
  else if (line.phase === 'ringingIn' && microphone === 'denied') note = { text: microphoneWords.denied, tone: 'alarm' }
  else if (line.phase === 'ringingIn' && microphone === 'missing') note = { text: t.microphoneMissingHint, tone: 'alarm' }
  else if (line.phase !== 'ended' && line.mediaLost) note = { text: t.noSound, tone: 'alarm' }
  else if (line.phase !== 'ended' && link !== 'registered') note = { text: t.recovering, tone: 'wait' }
  const sinceMs = line.answeredAtMs ?? line.startedAtMs

  return (
    <>
      <span className={classes.phase} data-testid="line-phase" data-value={line.phase}>
        <PhaseIcon size={18} stroke={1.75} aria-hidden />
        <span>{phaseWords[line.phase]}</span>
      </span>
      {line.phase !== 'ended' && (
        <span className={classes.time} data-testid="line-time">
          {formatDuration(nowMs - sinceMs)}
        </span>
      )}
      <span className={classes.who}>
        <span className={classes.title} data-testid="line-title">
          {title ?? number}
        </span>
        {second.length > 0 && <span className={classes.second}>{second.join(' · ')}</span>}
      </span>
      {line.phase === 'active' && <QualityIcon lineId={line.id} />}
      {note !== null && (
        <Tooltip label={note.text} multiline maw={420}>
          <span className={classes.note} data-tone={note.tone} role="alert" data-testid="line-note">
            {note.text}
          </span>
        </Tooltip>
      )}
    </>
  )
}

interface OtherLineProps {
  line: Line
  nowMs: number
  describe: DescribeLine | undefined
  busy: boolean
  run: (task: () => Promise<void>) => void
  /** Answering it holds the one that is talked on. */
  holds: boolean
}

function OtherLine({ line, nowMs, describe, busy, run, holds }: OtherLineProps) {
  const t = useWords(words)
  const phone = usePhoneActions()
  const known = describe?.(line)
  const name = known?.title ?? (line.number === '' ? t.unknownNumber : formatPhone(line.number))
  const isRinging = line.phase === 'ringingIn'
  return (
    <div className={classes.other} data-phase={line.phase} data-testid="other-line">
      <span className={classes.otherText}>
        <span className={classes.title}>{name}</span>
        <span className={classes.second}>
          {isRinging ? t.secondCall : t.onHoldShort} · {formatDuration(nowMs - (line.answeredAtMs ?? line.startedAtMs))}
        </span>
      </span>
      {isRinging ? (
        <>
          <Action
            icon={IconPhone}
            label={holds ? t.holdAndAnswer : t.answer}
            shortcut={keys.answer}
            onClick={() => run(() => phone.answer(line.id))}
            disabled={busy}
            testId="answer-other"
          />
          <Action
            icon={IconPhoneOff}
            label={t.reject}
            onClick={() => run(() => phone.reject(line.id))}
            danger
            testId="reject-other"
          />
        </>
      ) : (
        line.phase === 'held' && (
          <Action
            icon={IconArrowsExchange}
            label={t.swap}
            onClick={() => run(() => phone.resume(line.id))}
            disabled={busy}
            testId="swap"
          />
        )
      )}
    </div>
  )
}

interface ActionProps {
  icon: Icon
  label: string
  shortcut?: string
  onClick: () => unknown
  testId: string
  pressed?: boolean
  danger?: boolean
  filled?: boolean
  disabled?: boolean
  /** What it opens is open: its name need not cover that. */
  opened?: boolean
}

function Action({
  icon: ActionSign,
  label,
  shortcut,
  onClick,
  testId,
  pressed,
  danger,
  filled,
  disabled,
  opened = false,
  ...rest
}: ActionProps) {
  return (
    <Tooltip
      disabled={opened}
      label={
        <span className={classes.tip}>
          {label}
          {shortcut !== undefined && <Kbd keys={shortcut} />}
        </span>
      }
    >
      <ActionIcon
        size={36}
        className={classes.action}
        data-pressed={pressed || undefined}
        data-danger={danger || undefined}
        data-filled={filled || undefined}
        aria-label={label}
        {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
        disabled={disabled ?? false}
        onClick={() => void onClick()}
        data-testid={testId}
        {...rest}
      >
        <ActionSign size={18} stroke={1.5} />
      </ActionIcon>
    </Tooltip>
  )
}
