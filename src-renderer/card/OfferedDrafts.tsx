import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { type Card, type CardChanges, changeEntries } from '../../server/contract/index.ts'
import { formatPhone, useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useNow } from '../app/live/live.ts'
import classes from './card.module.css'
import { useDesk, useDeskState } from './desk-store.ts'
import { useFieldLabel, useFieldsAsText, useFieldText } from './field-text.ts'
import { words } from './words.ts'

/** Text of this computer that is not on its card: offered until the person has decided about each. */
export function OfferedDrafts() {
  const t = useWords(words)
  const desk = useDesk()
  const offered = useDeskState((state) => state.offered)
  const setAside = useDeskState((state) => state.setAside)
  if (desk === null || (offered.length === 0 && setAside.length === 0)) return null
  const discard = (cardId: string) => {
    const undo = desk.discardOffered(cardId)
    const id = `discarded-${cardId}`
    const back = () => {
      notifications.hide(id)
      undo()
    }
    notifications.show({
      id,
      title: t.offered.discarded,
      message: (
        <Button size="compact-xs" variant="light" onClick={back}>
          {t.offered.undo}
        </Button>
      ),
    })
  }
  const giveUp = async (id: string) => {
    const answer = await desk.discardSetAside(id).catch(() => 'failed' as const)
    if (answer !== 'discarded') notifications.show({ id: 'notDiscarded', message: t.setAside.notDiscarded[answer] })
  }
  return (
    <section className={classes.offers}>
      {offered.map((rest) => (
        <Offer key={rest.cardId} title={t.offered.title} card={rest.card} fields={rest.fields}>
          {rest.card && (
            <Button size="xs" onClick={() => void desk.applyOffered(rest.cardId)} data-testid="offered-apply">
              {t.offered.apply}
            </Button>
          )}
          <CopyButton fields={rest.fields} />
          <Button size="xs" variant="subtle" color="red" onClick={() => discard(rest.cardId)} data-testid="offered-discard">
            {t.offered.discard}
          </Button>
        </Offer>
      ))}
      {setAside.map((save) => (
        <Offer key={save.id} title={t.setAside.title} card={save.card} fields={save.fields}>
          <Button size="xs" onClick={() => void desk.retrySetAside(save.id)}>
            {t.setAside.again}
          </Button>
          <CopyButton fields={save.fields} />
          <Button size="xs" variant="subtle" color="red" onClick={() => void giveUp(save.id)}>
            {t.offered.discard}
          </Button>
        </Offer>
      ))}
    </section>
  )
}

interface OfferProps {
  title: string
  card: Card | null
  fields: CardChanges
  children: React.ReactNode
}

function Offer({ title, card, fields, children }: OfferProps) {
  const t = useWords(words)
  const format = useFormat()
  const nowMs = useNow()
  const text = useFieldText()
  const label = useFieldLabel()
  const who = card ? (card.customer?.name ?? formatPhone(card.number)) : null
  return (
    <div className={classes.offer} role="alert" data-testid="offered-draft">
      <div className={classes.offerHead}>
        <strong>{title}</strong>
        <span>
          {card && who !== null ? t.offered.ofCard(who, format.moment(card.ringingAtMs, nowMs)) : t.offered.unknownCard}
        </span>
      </div>
      <dl className={classes.offerFields}>
        {changeEntries(fields).map(([name, value]) => (
          <div key={name}>
            <dt>{label(name)}</dt>
            <dd>{text(name, value)}</dd>
          </div>
        ))}
      </dl>
      <div className={classes.offerActions}>{children}</div>
    </div>
  )
}

function CopyButton({ fields }: { fields: CardChanges }) {
  const t = useWords(words)
  const asText = useFieldsAsText()
  const [copied, setCopied] = useState(false)
  return (
    <Button
      size="xs"
      variant="default"
      onClick={() => {
        void navigator.clipboard.writeText(asText(fields)).then(
          () => setCopied(true),
          () => setCopied(false),
        )
      }}
    >
      {copied ? t.offered.copied : t.offered.copy}
    </Button>
  )
}
