import { Progress } from '@mantine/core'
import { type Icon, IconMicrophone, IconVolume } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useWords } from '../../app/i18n.ts'
import { meterShare } from '../media/meter-share.ts'
import { soundWords } from '../sound-words.ts'
import { words } from '../words.ts'
import classes from './CallBar.module.css'
import { usePhoneActions } from './provider.tsx'

const everyMs = 250

/** Two small meters of the call that is on: what is said, and what is heard. A flat one shows at once which side is silent. */
export function CallMeters({ lineId }: { lineId: string }) {
  const t = useWords(words)
  const { level } = useWords(soundWords)
  const phone = usePhoneActions()
  const [levels, setLevels] = useState({ said: 0, heard: 0 })

  useEffect(() => {
    let stopped = false
    const timer = setInterval(() => {
      phone.stats(lineId).then(
        (stats) => stopped || setLevels({ said: meterShare(stats?.levelOut ?? 0), heard: meterShare(stats?.levelIn ?? 0) }),
        () => undefined,
      )
    }, everyMs)
    return () => {
      stopped = true
      clearInterval(timer)
    }
  }, [lineId, phone])

  return (
    <span className={classes.meters} data-testid="call-meters">
      <Meter icon={IconMicrophone} label={level} share={levels.said} />
      <Meter icon={IconVolume} label={t.heardLevel} share={levels.heard} />
    </span>
  )
}

function Meter({ icon: Sign, label, share }: { icon: Icon; label: string; share: number }) {
  return (
    <span className={classes.meter} title={label}>
      <Sign size={12} stroke={1.75} aria-hidden />
      <Progress
        className={classes.meterTrack}
        value={Math.round(share * 100)}
        color="var(--cs-okSolid)"
        transitionDuration={0}
        aria-label={label}
      />
    </span>
  )
}
