import { Button, Group, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useWords } from '../../app/i18n.ts'
import { uncovers } from '../../app/keys.ts'
import { Failure } from '../ConnectionPage.tsx'
import { datedWords } from './dated-words.ts'

interface DatedRemovalProps {
  /** Begins its test id. */
  readonly id: 'rule' | 'work-time'
  readonly title: string
  readonly text: string
  readonly remove: () => Promise<unknown>
  /** What is asked for again once it is removed. */
  readonly queryKey: string
  readonly onClose: () => void
}

export function DatedRemoval({ id, title, text, remove, queryKey, onClose }: DatedRemovalProps) {
  const t = useWords(datedWords)
  const queries = useQueryClient()
  const removal = useMutation({
    mutationFn: remove,
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: [queryKey] })
      notifications.show({ message: t.removed })
      onClose()
    },
  })
  return (
    <Modal opened onClose={onClose} title={title} centered size={460} attributes={uncovers(false)}>
      <p style={{ marginTop: 0 }}>{text}</p>
      {removal.error && <Failure error={removal.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t.cancel}
        </Button>
        <Button color="red" loading={removal.isPending} onClick={() => removal.mutate()} data-testid={`${id}-remove-confirm`}>
          {t.remove}
        </Button>
      </Group>
    </Modal>
  )
}
