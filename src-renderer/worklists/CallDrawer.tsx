import { Drawer } from '@mantine/core'
import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { useWords } from '../app/i18n.ts'
import { KeysLayer, uncovers, useKeys } from '../app/keys.ts'
import { CallDetails } from './CallDetails.tsx'
import { type CallRef, closeCall, useCallDrawer } from './call-drawer.ts'
import { words } from './words.ts'

/** A call over the present screen: an own card that is open stays where it is. */
export function CallDrawer() {
  const t = useWords(words)
  const shown = useCallDrawer((state) => state.shown)
  const [path] = useLocation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another screen puts it away
  useEffect(() => closeCall, [path])
  return (
    <Drawer
      opened={shown !== null}
      onClose={closeCall}
      closeOnEscape={false}
      attributes={uncovers(shown === null)}
      position="right"
      size={520}
      title={t.page.title}
      closeButtonProps={{ 'aria-label': t.close }}
      styles={{ body: { padding: 0 } }}
    >
      {shown !== null && (
        <KeysLayer value={1}>
          <DrawnCall key={JSON.stringify(shown)} of={shown} />
        </KeysLayer>
      )}
    </Drawer>
  )
}

/** Its keys go before those of the card behind it. */
function DrawnCall({ of }: { of: CallRef }) {
  const t = useWords(words)
  useKeys('call-drawer', t.page.title, [{ keys: 'Escape', title: t.close, run: closeCall }])
  return <CallDetails of={of} />
}
