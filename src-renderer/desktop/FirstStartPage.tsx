import { useWords } from '../app/i18n.ts'
import { SignInFrame } from '../app/SignIn.tsx'
import type { Platform } from '../platform/platform.ts'
import classes from './desktop.module.css'
import { PageFrame } from './PageFrame.tsx'
import { ServerForm } from './ServerForm.tsx'
import { useServerOffer } from './use-server-offer.ts'
import { words } from './words.ts'

/** The app does not know its server yet. */
export function FirstStartPage({ platform }: { platform: Platform }) {
  return (
    <PageFrame platform={platform}>
      <FirstStart />
    </PageFrame>
  )
}

function FirstStart() {
  const t = useWords(words).server
  const offer = useServerOffer()
  return (
    <SignInFrame claim={t.claim} claimNote={t.claimNote} title={t.title}>
      <p className={classes.note} style={{ margin: '0 0 16px' }}>
        {t.intro}
      </p>
      {/* An address from a link is only written into the field; a new one replaces what stands there. */}
      <ServerForm key={offer} address={offer ?? ''} />
    </SignInFrame>
  )
}
