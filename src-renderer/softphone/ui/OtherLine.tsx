import { IconArrowsExchange, IconPhone, IconPhoneOff, IconPhonePause } from '@tabler/icons-react'
import type { LiveCall } from '../../../server/contract/index.ts'
import { formatDuration, formatPhone } from '../../app/format.ts'
import { useWords } from '../../app/i18n.ts'
import { useKeys } from '../../app/keys.ts'
import type { Line } from '../phone.ts'
import { words } from '../words.ts'
import { BarAction } from './BarAction.tsx'
import classes from './CallBar.module.css'
import { callKeys } from './call-keys.ts'
import type { DescribeLine } from './LineInfo.tsx'
import { usePhoneActions } from './provider.tsx'

interface OtherLineProps {
  line: Line
  nowMs: number
  describe: DescribeLine | undefined
  /** The one this line is the own way into. */
  conference: LiveCall | null
  busy: boolean
  run: (task: () => Promise<void>) => void
  /** Answering it holds the one that is talked on. */
  holds: boolean
}

/** The line the bar is not about: it rings beside a talk, or waits on hold. */
export function OtherLine({ line, nowMs, describe, conference, busy, run, holds }: OtherLineProps) {
  const t = useWords(words)
  const phone = usePhoneActions()
  const known = describe?.(line)
  const caller = known?.title ?? (line.number === '' ? t.unknownNumber : formatPhone(line.number))
  const name = conference === null ? caller : t.conferenceOf(conference.participants.length)
  const rings = line.phase === 'ringingIn'
  const reject = () => run(() => phone.reject(line.id))
  useKeys(
    'softphone-second',
    t.phone,
    rings ? [{ keys: callKeys.rejectSecond, title: t.rejectSecond, run: reject, over: true }] : [],
  )
  const sinceMs = line.answeredAtMs ?? line.startedAtMs
  return (
    <div className={classes.other} data-phase={line.phase} data-testid="other-line">
      <span className={classes.otherText}>
        <span className={classes.title} title={name}>
          {name}
        </span>
        <span className={classes.second}>
          {rings ? t.secondCall : t.onHoldShort} · {formatDuration(nowMs - sinceMs)}
          {rings && known?.subtitle && ` · ${known.subtitle}`}
        </span>
      </span>
      {rings && (
        <>
          <BarAction
            icon={holds ? IconPhonePause : IconPhone}
            label={holds ? t.holdAndAnswer : t.answer}
            shortcut={callKeys.answer}
            onClick={() => run(() => phone.answer(line.id))}
            disabled={busy}
            testId="answer-other"
          />
          <BarAction
            icon={IconPhone}
            label={t.endAndAnswer}
            shortcut={callKeys.endAndAnswer}
            onClick={() => run(() => phone.endAndAnswer(line.id))}
            disabled={busy}
            testId="end-and-answer"
          />
          <BarAction
            icon={IconPhoneOff}
            label={t.reject}
            shortcut={callKeys.rejectSecond}
            onClick={reject}
            danger
            testId="reject-other"
          />
        </>
      )}
      {line.phase === 'held' && (
        <BarAction
          icon={IconArrowsExchange}
          label={t.swap}
          shortcut={callKeys.swap}
          onClick={() => run(() => phone.resume(line.id))}
          disabled={busy}
          testId="swap"
        />
      )}
    </div>
  )
}
