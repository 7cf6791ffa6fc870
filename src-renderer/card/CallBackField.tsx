import { Checkbox, Select } from '@mantine/core'
import { useState } from 'react'
import { useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { later } from '../app/later.tsx'
import { serverNow } from '../app/live/live.ts'
import { type CallBackPreset, presetTime, tomorrowAt } from './call-back-time.ts'
import classes from './card.module.css'
import { words } from './words.ts'

/** The calendar is large and seldom opened. */
export const CallBackDate = later(
  () => import('./CallBackDate.tsx'),
  (module) => module.CallBackDate,
  { Meanwhile: TimeOnly },
)

function TimeOnly({ atMs }: { atMs: number }) {
  const format = useFormat()
  return <div className={classes.whenTime}>{format.moment(atMs, serverNow())}</div>
}

interface CallBackFieldProps {
  callBack: boolean
  atMs: number | null
  onCallBack: (value: boolean) => void
  onAt: (value: number | null) => void
}

export function CallBackField({ callBack, atMs, onCallBack, onAt }: CallBackFieldProps) {
  const t = useWords(words)
  // Which preset was taken lives only while the card is open; a stored time is simply a date.
  const [preset, setPreset] = useState<CallBackPreset>(atMs === null ? 'soon' : 'date')
  const presets = ['soon', 'hour', 'tomorrow', 'date'] as const
  const shown: CallBackPreset = atMs === null && preset !== 'date' ? 'soon' : atMs !== null && preset === 'soon' ? 'date' : preset

  const choose = (value: string | null) => {
    const next = presets.find((one) => one === value)
    if (next === undefined) return
    setPreset(next)
    onAt(next === 'date' ? (atMs ?? tomorrowAt(serverNow(), 10)) : presetTime(next, serverNow()))
  }

  return (
    <div className={classes.callBack}>
      <Checkbox
        label={t.fields.callBack}
        checked={callBack}
        onChange={(event) => onCallBack(event.currentTarget.checked)}
        classNames={{ label: classes.callBackLabel }}
        data-testid="card-field-callBack"
      />
      {callBack && (
        <div className={classes.when} data-two={(atMs !== null && shown !== 'tomorrow') || undefined}>
          <Select
            aria-label={t.fields.callBackAtMs}
            data={presets.map((value) => ({ value, label: t.when[value] }))}
            value={shown}
            onChange={choose}
            allowDeselect={false}
            data-testid="card-field-callBackWhen"
          />
          {shown === 'date' && atMs !== null ? (
            <CallBackDate atMs={atMs} onAt={onAt} />
          ) : (
            // «Завтра в 10:00» tells the time itself.
            atMs !== null && shown !== 'tomorrow' && <TimeOnly atMs={atMs} />
          )}
        </div>
      )}
    </div>
  )
}
