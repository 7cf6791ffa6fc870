import { Button } from '@mantine/core'
import { IconHeadset } from '@tabler/icons-react'
import { useState } from 'react'
import { useWords } from '../app/i18n.ts'
import { headsetStore } from '../headset/headset-store.ts'
import { webHid } from '../headset/web-hid.ts'
import panel from '../settings/Settings.module.css'
import classes from './desktop.module.css'
import { words } from './words.ts'

/** Connecting a headset needs one click: the host asks the person which device a page may read. */
export function HeadsetPanel() {
  const t = useWords(words).settings
  const { link, state } = headsetStore()
  const [notChosen, setNotChosen] = useState(false)
  const supported = webHid() !== null
  const choose = async () => {
    const chosen = await link?.choose().catch(() => false)
    setNotChosen(chosen !== true)
  }
  // Another page has the phone, and the headset with it.
  if (supported && link === null) return null
  return (
    <section className={panel.panel} data-testid="headset" data-state={state.state}>
      <h2 className={panel.panelTitle}>{t.headset}</h2>
      <p className={panel.note}>{supported ? t.headsetNote : t.headsetUnsupported}</p>
      {supported && (
        <div className={classes.row}>
          <span>
            {state.state === 'none' && t.headsetNone}
            {state.state === 'blocked' && t.headsetBlocked(state.name)}
            {state.state === 'connected' && t.headsetConnected(state.name)}
            {state.state === 'connected' && state.lastPress !== null && ` · ${t.lastPress(t.press[state.lastPress])}`}
          </span>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconHeadset size={16} stroke={1.5} />}
            onClick={() => void choose()}
            data-testid="headset-choose"
          >
            {state.state === 'connected' ? t.headsetOther : t.headsetConnect}
          </Button>
        </div>
      )}
      {notChosen && state.state === 'none' && <p className={classes.problem}>{t.headsetNotChosen}</p>}
    </section>
  )
}
