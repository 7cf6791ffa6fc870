import { useEffect, useRef } from 'react'
import { ApiError } from '../../../server/contract/index.ts'
import { useApi } from '../../app/api.ts'
import { serverNow } from '../../app/live/live.ts'
import { systemClock } from '../../platform/clock.ts'
import { qualityBetween } from '../call-quality.ts'
import type { CallStats, Line } from '../phone.ts'
import { usePhone, usePhoneActions } from '../ui/provider.tsx'
import { setQuality } from './call-readings.ts'
import { QualityReport } from './quality-report.ts'
import { useLineCall } from './use-call-control.ts'

const everyMs = 3000

/** Measures each call that is talked on and tells the server. Shows nothing. */
export function QualityWatch() {
  const lines = usePhone((state) => state.lines)
  return lines.filter(({ phase }) => phase === 'active').map((line) => <LineWatch key={line.id} line={line} />)
}

function LineWatch({ line }: { line: Line }) {
  const api = useApi()
  const phone = usePhoneActions()
  const { legId } = useLineCall(line)
  const leg = useRef(legId)
  // Kept after the end of the call, when its card is closed.
  leg.current = legId ?? leg.current
  const lineId = line.id

  useEffect(() => {
    const report = new QualityReport({
      send: async (samples) => {
        if (leg.current === null) throw new Error('The server does not know this call yet')
        await api.reportQuality({ body: { legId: leg.current, samples } })
      },
      mayGoLater: (error) => error instanceof ApiError && error.retryable,
      clock: systemClock,
    })
    let earlier: CallStats | null = null
    let stopped = false
    const read = async () => {
      const later = await phone.stats(lineId).catch(() => null)
      if (stopped || later === null) return
      const quality = earlier === null ? null : qualityBetween(earlier, later)
      earlier = later
      setQuality(lineId, quality)
      if (quality === null) return
      const { loss, jitterMs, roundTripMs, mos } = quality
      await report.add({ atMs: Math.round(serverNow()), loss, jitterMs, roundTripMs, mos })
    }
    void read()
    const timer = setInterval(() => void read(), everyMs)
    return () => {
      stopped = true
      clearInterval(timer)
      setQuality(lineId, null)
      void report.end()
    }
  }, [lineId, phone, api])
  return null
}
