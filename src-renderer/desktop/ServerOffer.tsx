import { Modal } from '@mantine/core'
import { useState } from 'react'
import { useWords } from '../app/i18n.ts'
import { Said, ServerForm } from './ServerForm.tsx'
import { UnsentNote } from './UnsentNote.tsx'
import { useServerOffer } from './use-server-offer.ts'
import { words } from './words.ts'

/** A link proposed another server: never taken without the person, and said plainly what it would mean. */
export function ServerOffer() {
  const t = useWords(words)
  const offer = useServerOffer()
  const [dismissed, setDismissed] = useState<string | null>(null)
  if (offer === null || offer === dismissed) return null
  const close = () => setDismissed(offer)
  return (
    <Modal opened onClose={close} title={t.server.title} centered size={460}>
      <Said tone="wait" said={t.server.offered(offer)} />
      <div style={{ height: 12 }} />
      <ServerForm key={offer} address={offer} warning={<UnsentNote />} onCancel={close} />
    </Modal>
  )
}
