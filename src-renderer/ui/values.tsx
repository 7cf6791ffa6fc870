import { Fragment } from 'react'
import { formatDuration, formatPhone, nothing } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useNow } from '../app/live/live.ts'
import { splitExtension } from '../app/phone-extension.ts'
import classes from './values.module.css'
import { words } from './words.ts'

/** Time since (or, counting down, until) a moment of the server's clock, running. */
export function Duration({ sinceMs, untilMs }: { sinceMs: number; untilMs?: never } | { sinceMs?: never; untilMs: number }) {
  const nowMs = useNow()
  return <span className="num">{formatDuration(sinceMs !== undefined ? nowMs - sinceMs : untilMs - nowMs)}</span>
}

/** A length that stands still; a dash for null. */
export function Length({ ms }: { ms: number | null }) {
  return <span className="num">{ms === null ? nothing : formatDuration(ms)}</span>
}

/** Grouped for reading; words when the number was withheld. */
export function PhoneNumber({ number }: { number: string }) {
  const t = useWords(words)
  const { number: main, extension } = splitExtension(number)
  return number === '' ? (
    <span className={classes.withheld}>{t.unknownNumber}</span>
  ) : (
    <span className={classes.phone}>
      {/* Tabular figures make the hyphen as wide as a digit: only the digits take part. */}
      {formatPhone(main)
        .split('-')
        .map((digits, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one number keep their places
          <Fragment key={at}>
            {at > 0 && <span className={classes.hyphen}>-</span>}
            {digits}
          </Fragment>
        ))}
      {extension !== null && ` ${t.extension(extension)}`}
    </span>
  )
}

const signs: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
}

/** A key or chord, e.g. `Ctrl+Enter`. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className={classes.keys}>
      {keys.split('+').map((key) => (
        <kbd key={key} className={classes.key}>
          {signs[key] ?? key}
        </kbd>
      ))}
    </span>
  )
}
