import { Modal } from '@mantine/core'
import type { Session } from '../../server/contract/index.ts'
import { useLeaving } from '../leaving/index.ts'
import { useWords } from './i18n.ts'
import { uncovers } from './keys.ts'
import { SignInForm } from './SignIn.tsx'
import { useUser } from './session.ts'
import { words } from './words.ts'

/** The session is over on the server: asks for the password again, or lets another person in. Needs the phone around it: it may be in a call. */
export function ExpiredDialog({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const t = useWords(words)
  const { email } = useUser()
  const { leave, question } = useLeaving()
  return (
    <>
      {/* Above the screens, not in their way: a call that goes on has to be ended or muted, a sentence finished. */}
      <Modal
        opened
        onClose={() => undefined}
        withCloseButton={false}
        withOverlay={false}
        trapFocus={false}
        returnFocus={false}
        lockScroll={false}
        attributes={uncovers(true)}
        shadow="xl"
        title={t.signIn.expired}
        // Over the customer's data: the call bar above and the card beside it stay free.
        size={300}
        xOffset={88}
        yOffset={64}
        styles={{ inner: { justifyContent: 'flex-start' } }}
      >
        <p style={{ marginTop: 0, color: 'var(--cs-textMuted)' }}>{t.signIn.expiredNote}</p>
        <SignInForm email={email} onSignedIn={onSignedIn} />
        <button type="button" onClick={leave} style={linkButton} data-testid="other-person">
          {t.signIn.otherPerson}
        </button>
      </Modal>
      {question}
    </>
  )
}

const linkButton: React.CSSProperties = {
  marginTop: 12,
  padding: 0,
  border: 0,
  background: 'none',
  color: 'var(--cs-accentText)',
  font: 'inherit',
  cursor: 'pointer',
}
