import { Tooltip } from '@mantine/core'
import { IconAntennaBars2, IconAntennaBars3, IconAntennaBars5 } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useWords } from '../../app/i18n.ts'
import { type CallQuality, qualityBetween } from '../call-quality.ts'
import type { CallStats } from '../phone.ts'
import { words } from '../words.ts'
import classes from './CallBar.module.css'
import { usePhoneActions } from './provider.tsx'

const everyMs = 3000
const signs = { good: IconAntennaBars5, fair: IconAntennaBars3, poor: IconAntennaBars2 }

/** How the call sounds right now, from what arrived in the last seconds. */
export function QualityIcon({ lineId }: { lineId: string }) {
  const t = useWords(words)
  const phone = usePhoneActions()
  const [quality, setQuality] = useState<CallQuality | null>(null)

  useEffect(() => {
    let earlier: CallStats | null = null
    let stopped = false
    const read = async () => {
      const later = await phone.stats(lineId).catch(() => null)
      if (stopped || later === null) return
      if (earlier !== null) setQuality(qualityBetween(earlier, later))
      earlier = later
    }
    void read()
    const timer = setInterval(() => void read(), everyMs)
    return () => {
      stopped = true
      clearInterval(timer)
    }
  }, [lineId, phone])

  if (quality === null) return null
  const Sign = signs[quality.grade]
  const figures = t.qualityFigures((quality.loss * 100).toFixed(1), quality.jitterMs, quality.roundTripMs)
  return (
    <Tooltip label={`${t.quality[quality.grade]}: ${figures}`}>
      <span className={classes.quality} data-grade={quality.grade} role="img" aria-label={t.quality[quality.grade]}>
        <Sign size={18} stroke={1.75} />
      </span>
    </Tooltip>
  )
}
