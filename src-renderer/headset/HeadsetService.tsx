import { useEffect, useRef } from 'react'
import { usePress } from '../desktop/use-press.ts'
import { usePhone } from '../softphone/index.ts'
import { phoneForHeadset } from './headset-keys.ts'
import { HeadsetLink } from './headset-link.ts'
import { headsetStore } from './headset-store.ts'
import { webHid } from './web-hid.ts'

/** Keeps the headset's keys and lamps with the phone. Shows nothing. */
export function HeadsetService() {
  const press = usePress()
  const latest = useRef(press)
  latest.current = press
  const lines = usePhone((state) => state.lines)
  const link = headsetStore((state) => state.link)

  useEffect(() => {
    const hid = webHid()
    if (hid === null) return
    const link = new HeadsetLink({
      hid,
      onPress: (key) => latest.current(key),
      onState: (state) => headsetStore.setState({ state }),
    })
    headsetStore.setState({ link })
    // Refused by the browser's policy: the settings say that none is connected.
    link.start().catch(() => undefined)
    return () => {
      void link.stop()
      headsetStore.setState({ link: null, state: { state: 'none' } })
    }
  }, [])

  useEffect(() => link?.show(phoneForHeadset(lines)), [link, lines])
  return null
}
