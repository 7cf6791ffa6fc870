import { Button, Group, Modal } from '@mantine/core'
import { useWords } from '../app/i18n.ts'
import type { reasonToStay } from './reason-to-stay.ts'
import { words } from './words.ts'

interface SignOutQuestionProps {
  readonly reason: Exclude<ReturnType<typeof reasonToStay>, 'unsent' | null>
  readonly onStay: () => void
  readonly onLeave: () => void
}

/** Asked only when signing out would cost something. */
export function SignOutQuestion({ reason, onStay, onLeave }: SignOutQuestionProps) {
  const t = useWords(words)
  return (
    <Modal opened onClose={onStay} title={t.title} centered size={440}>
      <p style={{ marginTop: 0 }}>{t.reasons[reason]}</p>
      <Group justify="flex-end">
        <Button variant="default" onClick={onStay} data-autofocus>
          {t.stay}
        </Button>
        <Button color="red" onClick={onLeave} data-testid="sign-out-anyway">
          {t.leave}
        </Button>
      </Group>
    </Modal>
  )
}
