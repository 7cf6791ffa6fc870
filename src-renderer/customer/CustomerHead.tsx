import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDotsVertical, IconMapPin, IconPencil, IconSearch, IconUserPlus } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Card, Customer, CustomerChoice } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { useUser } from '../app/session.ts'
import { useDesk } from '../card/desk-store.ts'
import { PhoneNumber, ToneBadge } from '../ui/index.ts'
import { CandidateButton } from './CandidateButton.tsx'
import { CustomerForm } from './CustomerForm.tsx'
import { CustomerPicker } from './CustomerPicker.tsx'
import classes from './customer.module.css'
import { type CustomerDraft, draftOf, newDraft } from './customer-draft.ts'
import { customerDrafts } from './customer-drafts.ts'
import { MergeDialog } from './MergeDialog.tsx'
import { words } from './words.ts'

/** Who is on the line: known surely, maybe, or not yet; and everything to set it right in place. */
export function CustomerHead({ card, stranger }: { card: Card; stranger: string }) {
  const typed = customerDrafts((state) => state.byCard[card.id])
  /** Nothing is typed into it yet. */
  const [opened, setDraft] = useState<CustomerDraft | null>(null)
  const draft = typed ?? opened
  const [finding, setFinding] = useState(false)
  const [merging, setMerging] = useState(false)
  const own = useUser().id === card.operatorId
  const choose = useChoose(card)
  const { customer } = card
  const pick = (picked: Customer) => {
    setFinding(false)
    choose({ kind: 'customer', customerId: picked.id })
  }
  if (draft) {
    return (
      <CustomerForm
        cardId={card.id}
        draft={draft}
        onDraft={setDraft}
        onSaved={(saved, created) => {
          if (created) pick(saved)
        }}
      />
    )
  }
  const create = () => setDraft(newDraft(card, crypto.randomUUID()))
  const tools = { own, onCreate: create, onFind: () => setFinding(!finding), onChoose: choose }
  return (
    <>
      {customer ? (
        <Known
          card={card}
          customer={customer}
          onEdit={() => setDraft(draftOf(customer))}
          onMerge={() => setMerging(true)}
          {...tools}
        />
      ) : card.customerMatch === 'maybe' ? (
        <Maybe card={card} onPick={pick} {...tools} />
      ) : (
        <Unknown card={card} stranger={stranger} {...tools} />
      )}
      {finding && <CustomerPicker exceptId={customer?.id ?? null} onPick={pick} />}
      {merging && customer && (
        <MergeDialog
          customer={customer}
          onClose={() => setMerging(false)}
          onMerged={(left) => {
            if (left.id !== customer.id) choose({ kind: 'customer', customerId: left.id })
          }}
        />
      )}
    </>
  )
}

function useChoose(card: Card): (choice: CustomerChoice) => void {
  const t = useWords(words)
  const api = useApi()
  const desk = useDesk()
  const { mutate } = useMutation({
    mutationFn: (choice: CustomerChoice) => api.chooseCustomer({ params: { id: card.id }, body: choice }),
    onSuccess: (changed) => desk?.feed(changed),
    onError: () => notifications.show({ color: 'red', message: t.chooseFailed }),
  })
  return mutate
}

interface Tools {
  /** Whose card it is says who the customer is. */
  readonly own: boolean
  readonly onCreate: () => void
  readonly onFind: () => void
  readonly onChoose: (choice: CustomerChoice) => void
}

function Known(props: Tools & { card: Card; customer: Customer; onEdit: () => void; onMerge: () => void }) {
  const { card, customer } = props
  const t = useWords(words)
  return (
    <>
      <div className={classes.nameRow}>
        <h2 className={classes.name} dir="auto" data-testid="customer-name" title={customer.name}>
          {customer.name}
        </h2>
        <Tooltip label={t.edit}>
          <ActionIcon
            size={26}
            variant="subtle"
            color="gray"
            aria-label={t.edit}
            onClick={props.onEdit}
            data-testid="customer-edit"
          >
            <IconPencil size={16} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon size={26} variant="subtle" color="gray" aria-label={t.more} data-testid="customer-more">
              <IconDotsVertical size={16} stroke={1.5} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {props.own && <Menu.Item onClick={props.onFind}>{t.notThis}</Menu.Item>}
            {props.own && <Menu.Item onClick={props.onCreate}>{t.create}</Menu.Item>}
            <Menu.Item onClick={props.onMerge}>{t.merge}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      <div className={classes.number} data-testid="card-number">
        <PhoneNumber number={card.number} />
        {customer.tag && <ToneBadge tone="own">{customer.tag}</ToneBadge>}
      </div>
      {card.customerMatch === 'chosen' && props.own && (
        <Said what={t.chosen} onUndo={() => props.onChoose({ kind: 'byNumber' })} />
      )}
      {customer.phones
        .filter((phone) => phone !== card.number)
        .map((phone) => (
          <div key={phone} className={classes.otherNumber}>
            <PhoneNumber number={phone} />
          </div>
        ))}
      {customer.address !== '' && (
        <div className={classes.address} title={customer.address}>
          <IconMapPin size={14} stroke={1.5} aria-hidden />
          <span dir="auto">{customer.address}</span>
        </div>
      )}
      {customer.notes !== '' && (
        <div className={classes.notes} dir="auto">
          {customer.notes}
        </div>
      )}
    </>
  )
}

function Maybe({ own, card, onPick, onChoose, onFind, onCreate }: Tools & { card: Card; onPick: (customer: Customer) => void }) {
  const t = useWords(words)
  return (
    <div data-testid="customer-maybe">
      <div className={classes.nameRow}>
        <h2 className={classes.name} data-testid="customer-name">
          {t.maybe}
        </h2>
      </div>
      <div className={classes.number} data-testid="card-number">
        <PhoneNumber number={card.number} />
      </div>
      <div className={classes.hint}>{t.maybeHint(card.candidates.length)}</div>
      <div className={classes.candidates}>
        {card.candidates.map((customer) => (
          <CandidateButton key={customer.id} customer={customer} onPick={own ? onPick : null} />
        ))}
      </div>
      <div className={classes.tools} hidden={!own}>
        <Button size="compact-xs" variant="subtle" onClick={() => onChoose({ kind: 'nobody' })} data-testid="customer-nobody">
          {t.nobody}
        </Button>
        <Button size="compact-xs" variant="subtle" onClick={onFind}>
          {t.find}
        </Button>
        <Button size="compact-xs" variant="subtle" onClick={onCreate} data-testid="customer-create">
          {t.create}
        </Button>
      </div>
    </div>
  )
}

function Unknown({ own, card, stranger, onChoose, onFind, onCreate }: Tools & { card: Card; stranger: string }) {
  const t = useWords(words)
  return (
    <>
      <div className={classes.nameRow}>
        <h2 className={classes.name} dir="auto" data-testid="customer-name" title={stranger}>
          {stranger}
        </h2>
      </div>
      <div className={classes.number} data-testid="card-number">
        <PhoneNumber number={card.number} />
      </div>
      {card.customerMatch === 'nobody' && own ? (
        <Said what={t.nobodyChosen} onUndo={() => onChoose({ kind: 'byNumber' })} />
      ) : (
        card.direction !== 'internal' && <div className={classes.hint}>{t.newCustomerHint}</div>
      )}
      {own && card.direction !== 'internal' && (
        <div className={classes.tools}>
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconUserPlus size={14} stroke={1.5} />}
            onClick={onCreate}
            data-testid="customer-create"
          >
            {t.create}
          </Button>
          <Button size="compact-sm" variant="subtle" leftSection={<IconSearch size={14} stroke={1.5} />} onClick={onFind}>
            {t.find}
          </Button>
        </div>
      )}
    </>
  )
}

/** The operator's own word, and the way back. */
function Said({ what, onUndo }: { what: string; onUndo: () => void }) {
  const t = useWords(words)
  return (
    <div className={classes.said}>
      {what}
      <Button size="compact-xs" variant="subtle" onClick={onUndo} data-testid="customer-undo">
        {t.undo}
      </Button>
    </div>
  )
}
