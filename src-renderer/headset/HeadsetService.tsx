import { useEffect, useRef, useState } from 'react'
import { usePress } from '../desktop/use-press.ts'
import { usePhone } from '../softphone/index.ts'
import { phoneForHeadset } from './headset-keys.ts'
import { HeadsetLink } from './headset-link.ts'
import { forgetHeadset, headsetStore } from './headset-store.ts'
import { openHeadsetPort, remoteHeadset, shareHeadset } from './headset-windows.ts'
import { webHid } from './web-hid.ts'

/** Keeps the headset's keys and lamps with the phone. Shows nothing. */
export function HeadsetService() {
  const press = usePress()
  const latest = useRef(press)
  latest.current = press
  const lines = usePhone((state) => state.lines)
  const [link, setLink] = useState<HeadsetLink | null>(null)

  useEffect(() => {
    const hid = webHid()
    if (hid === null) return
    const link = new HeadsetLink({
      hid,
      onPress: (key) => latest.current(key),
      onState: (state) => headsetStore.setState({ state }),
    })
    setLink(link)
    headsetStore.setState({ link })
    const port = openHeadsetPort()
    const shared = shareHeadset({ port, link, state: () => headsetStore.getState().state })
    const stopTelling = headsetStore.subscribe((now, before) => {
      if (now.state !== before.state) shared.changed()
    })
    // Refused by the browser's policy: the settings say that none is connected.
    link.start().catch(() => undefined)
    return () => {
      void link.stop()
      forgetHeadset()
      stopTelling()
      shared.stop()
      port.close()
    }
  }, [])

  useEffect(() => link?.show(phoneForHeadset(lines)), [link, lines])
  return null
}

/** In a window that sets the headset of the workplace beside it. Shows nothing. */
export function RemoteHeadsetService() {
  useEffect(() => {
    const hid = webHid()
    if (hid === null) return
    const port = openHeadsetPort()
    const link = remoteHeadset({ port, hid, onState: (state) => headsetStore.setState({ state }) })
    headsetStore.setState({ link })
    return () => {
      forgetHeadset()
      link.stop()
      port.close()
    }
  }, [])
  return null
}
