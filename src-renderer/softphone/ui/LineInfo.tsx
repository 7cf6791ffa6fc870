import { Button, Tooltip } from '@mantine/core'
import {
  type Icon,
  IconPhone,
  IconPhoneIncoming,
  IconPhoneOff,
  IconPhoneOutgoing,
  IconPlayerPause,
  IconUsersGroup,
} from '@tabler/icons-react'
import type { LiveCall } from '../../../server/contract/index.ts'
import { formatDuration, formatPhone } from '../../app/format.ts'
import { useWords } from '../../app/i18n.ts'
import { useKeys } from '../../app/keys.ts'
import { Kbd } from '../../ui/index.ts'
import type { Line } from '../phone.ts'
import { soundWords } from '../sound-words.ts'
import { words } from '../words.ts'
import classes from './CallBar.module.css'
import { CallMeters } from './CallMeters.tsx'
import { callKeys } from './call-keys.ts'
import { usePhone, usePhoneActions } from './provider.tsx'
import { QualitySign } from './QualitySign.tsx'
import { useGivenUpText } from './use-given-up-text.ts'
import { useMicrophoneWords } from './use-microphone-words.ts'

/** Who is on a line, as the workplace knows it (customer's name, queue's name). */
export type DescribeLine = (line: Line) => { title: string | null; subtitle: string | null }

interface LineInfoProps {
  line: Line
  nowMs: number
  describe: DescribeLine | undefined
  error: string | null
  conference: LiveCall | null
  run: (task: () => Promise<void>) => void
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

/** The call the bar is about: its state, how long, who, and what is wrong with it. */
export function LineInfo({ line, nowMs, describe, error, conference, run }: LineInfoProps) {
  const t = useWords(words)
  const phone = usePhoneActions()
  const consultation = usePhone((state) => state.consultation)
  const PhaseIcon = conference !== null && line.phase === 'active' ? IconUsersGroup : iconOf[line.phase]
  const phaseWords: Record<Line['phase'], string> = {
    ringingIn: t.incoming,
    dialing: t.dialing,
    ringingOut: t.ringingOut,
    connecting: t.answering,
    active: line.muted ? t.muted : t.talking,
    held: t.held,
    ended: t.ended[line.endReason ?? 'failed'],
  }
  const consults = consultation?.targetId === line.id && line.phase !== 'ended'
  const number = line.number === '' ? t.unknownNumber : formatPhone(line.number)
  const { title, second } = namesOf(line, describe?.(line), number)
  const note = useNote(line, error)
  const sinceMs = line.answeredAtMs ?? line.startedAtMs
  return (
    <>
      <span className={classes.phase} data-testid="line-phase" data-value={line.phase} data-reason={line.endReason}>
        <PhaseIcon size={18} stroke={1.75} aria-hidden />
        <span>{consults && line.phase === 'active' && !line.muted ? t.consulting : phaseWords[line.phase]}</span>
      </span>
      {line.phase !== 'ended' && (
        <span className={classes.time} data-testid="line-time">
          {formatDuration(nowMs - sinceMs)}
        </span>
      )}
      <span className={classes.who}>
        <span className={classes.title} data-testid="line-title" title={title}>
          {conference === null ? title : t.conferenceOf(conference.participants.length)}
        </span>
        {second !== '' && conference === null && <span className={classes.second}>{second}</span>}
      </span>
      {line.phase === 'active' && <CallMeters lineId={line.id} />}
      {line.phase === 'active' && <QualitySign lineId={line.id} />}
      {line.phase === 'active' && line.extension !== null && (
        <SendExtension extension={line.extension} onSend={() => run(() => phone.sendExtension(line.id))} />
      )}
      {note !== null && (
        <Tooltip label={note.text} multiline maw={420}>
          <span
            className={classes.note}
            data-tone={note.tone}
            role={note.tone === 'alarm' ? 'alert' : 'status'}
            data-testid="line-note"
          >
            {note.text}
          </span>
        </Tooltip>
      )}
    </>
  )
}

/** Digits behind the number, for when the other side asks for them. */
function SendExtension({ extension, onSend }: { extension: string; onSend: () => void }) {
  const t = useWords(words)
  const title = t.sendExtension(extension)
  useKeys('softphone-extension', t.phone, [{ keys: callKeys.sendExtension, title, run: onSend, over: true }])
  return (
    <Button
      size="compact-sm"
      variant="light"
      className={classes.extension}
      rightSection={<Kbd keys={callKeys.sendExtension} />}
      aria-keyshortcuts={callKeys.sendExtension}
      onClick={onSend}
      data-testid="send-extension"
    >
      {title}
    </Button>
  )
}

/** Carriers often repeat the number where the name belongs. */
const isName = (text: string): boolean => /\p{L}/u.test(text)

function namesOf(line: Line, known: ReturnType<DescribeLine> | undefined, number: string): { title: string; second: string } {
  const name = [known?.title ?? null, line.name].find((one) => one !== null && isName(one)) ?? null
  return { title: name ?? number, second: [name === null ? null : number, known?.subtitle].filter(Boolean).join(' · ') }
}

function useNote(line: Line, error: string | null): { text: string; tone: 'alarm' | 'wait' } | null {
  const t = useWords(words)
  const microphone = usePhone((state) => state.microphone)
  const substitute = usePhone((state) => state.substitute)
  const microphoneWords = useMicrophoneWords()
  const { substituteNote } = useWords(soundWords)
  const givenUp = useGivenUpText()
  if (error !== null) return { text: error, tone: 'alarm' }
  if (line.phase === 'ended') return null
  if (line.phase === 'ringingIn' && (microphone === 'denied' || microphone === 'missing'))
    return { text: microphoneWords[microphone].hint, tone: 'alarm' }
  if (line.trouble !== null) return { text: t.trouble[line.trouble], tone: 'wait' }
  if (substitute !== null && line.phase === 'active') return { text: substituteNote(substitute), tone: 'wait' }
  return givenUp === null ? null : { text: givenUp, tone: 'wait' }
}
