import { Tooltip } from '@mantine/core'
import { IconAntennaBars2, IconAntennaBars3, IconAntennaBars5 } from '@tabler/icons-react'
import { useFormat } from '../../app/format.ts'
import { useWords } from '../../app/i18n.ts'
import { callReadings } from '../control/call-readings.ts'
import { words } from '../words.ts'
import classes from './CallBar.module.css'

const signs = { good: IconAntennaBars5, fair: IconAntennaBars3, poor: IconAntennaBars2 }

/** How the call sounds right now, in a word; the figures on hover. */
export function QualitySign({ lineId }: { lineId: string }) {
  const t = useWords(words)
  const format = useFormat()
  const quality = callReadings((state) => state.quality[lineId])
  if (quality === undefined) return null
  const { grade, theirs, lossSent } = quality
  const Sign = signs[grade]
  const name = theirs && grade !== 'good' ? t.qualityTheirs[grade] : t.quality[grade]
  const figures = t.qualityFigures({
    mos: format.tenths(quality.mos),
    lossPercent: format.tenths(quality.loss * 100),
    lossSentPercent: lossSent === null ? null : format.tenths(lossSent * 100),
    jitterMs: quality.jitterMs,
    roundTripMs: quality.roundTripMs,
  })
  return (
    <Tooltip label={`${name}: ${figures}`}>
      <span className={classes.quality} data-grade={grade} data-testid="call-quality">
        <Sign size={18} stroke={1.75} aria-hidden />
        <span className={classes.qualityWord}>{theirs ? name : t.qualityShort[grade]}</span>
        <span className={classes.hiddenText}>{figures}</span>
      </span>
    </Tooltip>
  )
}
