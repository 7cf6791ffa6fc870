import { Button, Group, Modal } from '@mantine/core'
import { useWords } from '../app/i18n.ts'
import type { reasonToStay } from './reason-to-stay.ts'
import { words } from './words.ts'

interface SignOutQuestionProps {
  readonly reason: ReturnType<typeof reasonToStay>
  /** Cards whose text waits on this computer. */
  readonly unsent: number
  readonly onStay: () => void
  /** Text that waits stays on this computer and is sent after the next sign-in. */
  readonly onLeave: () => void
  readonly onWipe: () => void
}

/** Asked only when signing out would cost something: says all of it at once. */
export function SignOutQuestion({ reason, unsent, onStay, onLeave, onWipe }: SignOutQuestionProps) {
  const t = useWords(words)
  return (
    <Modal opened onClose={onStay} title={unsent > 0 ? t.unsentTitle : t.title} centered size={460}>
      {(reason === 'call' || reason === 'unkept') && <p style={{ marginTop: 0 }}>{t.reasons[reason]}</p>}
      {unsent > 0 && <p style={{ marginTop: 0 }}>{t.unsent(unsent)}</p>}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onStay} data-autofocus>
          {t.stay}
        </Button>
        {unsent > 0 && (
          <Button variant="default" c="var(--cs-alarmText)" onClick={onWipe} data-testid="leave-wipe">
            {t.wipe}
          </Button>
        )}
        <Button
          {...(reason === 'call' || reason === 'unkept' ? { color: 'red' } : {})}
          onClick={onLeave}
          data-testid="sign-out-anyway"
        >
          {unsent > 0 ? t.keep : t.leave}
        </Button>
      </Group>
    </Modal>
  )
}
