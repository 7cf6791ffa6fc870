import { Button, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconArrowsExchange } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Customer } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { PhoneNumber, ToneBadge, useErrorWords } from '../ui/index.ts'
import { CustomerPicker } from './CustomerPicker.tsx'
import classes from './customer.module.css'
import { words } from './words.ts'

/** How long the way back is offered. */
const undoMs = 20_000

interface MergeDialogProps {
  readonly customer: Customer
  readonly onClose: () => void
  readonly onMerged: (customer: Customer) => void
}

/** Two customers side by side, which one stays, and one press; the way back is offered afterwards. */
export function MergeDialog({ customer, onClose, onMerged }: MergeDialogProps) {
  const t = useWords(words)
  const api = useApi()
  const [other, setOther] = useState<Customer | null>(null)
  const [swapped, setSwapped] = useState(false)
  const [kept, merged] = swapped && other ? [other, customer] : [customer, other]
  const undo = useMutation({
    mutationFn: (mergeId: string) => api.undoMerge({ params: { id: mergeId } }),
    onSuccess: ({ kept: parted }) => {
      notifications.show({ message: t.mergeUndone })
      onMerged(parted)
    },
    onError: () => notifications.show({ color: 'red', message: t.mergeFailed }),
  })
  const merge = useMutation({
    mutationFn: (otherId: string) => api.mergeCustomers({ params: { id: kept.id }, body: { otherId } }),
    onSuccess: (answer) => {
      const id = `merged-${answer.mergeId}`
      const back = () => {
        notifications.hide(id)
        undo.mutate(answer.mergeId)
      }
      notifications.show({
        id,
        autoClose: undoMs,
        title: t.mergeDone,
        message: (
          <Button size="compact-xs" variant="light" onClick={back} data-testid="undo-merge">
            {t.undo}
          </Button>
        ),
      })
      onMerged(answer.customer)
      onClose()
    },
  })
  const problem = useErrorWords(merge.error)
  return (
    <Modal opened onClose={onClose} title={t.mergeTitle} size={640}>
      <p className={classes.hint}>{t.mergeHint}</p>
      <div className={classes.sides}>
        <Side title={t.kept} customer={kept} />
        <div>
          {merged ? (
            <Side title={t.merged} customer={merged} />
          ) : (
            <>
              <div className={classes.sideTitle}>{t.merged}</div>
              <CustomerPicker exceptId={customer.id} first={customer.name.split(' ').at(-1) ?? ''} onPick={setOther} />
            </>
          )}
        </div>
      </div>
      {merge.error && (
        <div className={classes.clash} role="alert">
          {t.mergeFailed}. {problem.title}
        </div>
      )}
      <div className={classes.dialogActions}>
        {merged && (
          <Button
            variant="subtle"
            leftSection={<IconArrowsExchange size={16} stroke={1.5} />}
            onClick={() => setSwapped(!swapped)}
            style={{ marginInlineEnd: 'auto' }}
          >
            {t.swap}
          </Button>
        )}
        <Button variant="default" onClick={onClose}>
          {t.cancel}
        </Button>
        <Button
          disabled={!merged}
          loading={merge.isPending}
          onClick={() => merged && merge.mutate(merged.id)}
          data-testid="merge-confirm"
        >
          {t.mergeDo}
        </Button>
      </div>
    </Modal>
  )
}

function Side({ title, customer }: { title: string; customer: Customer }) {
  return (
    <div className={classes.side}>
      <div className={classes.sideTitle}>{title}</div>
      <div className={classes.candidateName} dir="auto">
        {customer.name}
        {customer.tag && <ToneBadge tone="own">{customer.tag}</ToneBadge>}
      </div>
      {customer.phones.map((phone) => (
        <div key={phone}>
          <PhoneNumber number={phone} />
        </div>
      ))}
      {customer.address !== '' && <div dir="auto">{customer.address}</div>}
      {customer.notes !== '' && (
        <div className={classes.sideNotes} dir="auto">
          {customer.notes}
        </div>
      )}
    </div>
  )
}
