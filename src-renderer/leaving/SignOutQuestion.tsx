import { Button, Group, Modal } from '@mantine/core'
import { useWords } from '../app/i18n.ts'
import type { ReasonToStay } from './reason-to-stay.ts'
import { words } from './words.ts'

interface SignOutQuestionProps {
  readonly reasons: readonly ReasonToStay[]
  /** Cards whose text waits on this computer. */
  readonly unsent: number
  /** Stores of this computer that could not be read: anybody's text may be in them. */
  readonly damagedFiles: number
  readonly onStay: () => void
  /** Text that waits stays on this computer and is sent after the next sign-in. */
  readonly onLeave: () => void
  readonly onWipe: () => void
}

/** Asked only when signing out would cost something: says all of it at once. */
export function SignOutQuestion({ reasons, unsent, damagedFiles, onStay, onLeave, onWipe }: SignOutQuestionProps) {
  const t = useWords(words)
  const waits = reasons.includes('unsent')
  const stays = waits || damagedFiles > 0
  const lost = reasons.includes('call') || reasons.includes('unkept')
  return (
    <Modal opened onClose={onStay} title={waits ? t.unsentTitle : t.title} centered size={460}>
      {reasons.map((reason) => (
        <p key={reason} style={{ marginTop: 0 }}>
          {reason === 'unsent' ? t.unsent(unsent) : t.reasons[reason]}
        </p>
      ))}
      {damagedFiles > 0 && <p style={{ marginTop: 0 }}>{t.damaged(damagedFiles)}</p>}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onStay} data-autofocus>
          {t.stay}
        </Button>
        {(stays || reasons.includes('unkept')) && (
          <Button variant="default" c="var(--cs-alarmText)" onClick={onWipe} data-testid="leave-wipe">
            {t.wipe}
          </Button>
        )}
        <Button {...(lost ? { color: 'red' } : {})} onClick={onLeave} data-testid="sign-out-anyway">
          {stays ? t.keep : t.leave}
        </Button>
      </Group>
    </Modal>
  )
}
