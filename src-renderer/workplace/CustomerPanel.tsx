import { Button } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import type { Card, Contact } from '../../server/contract/index.ts'
import { useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { serverNow } from '../app/live/live.ts'
import { useDictionaries } from '../card/use-dictionaries.ts'
import { words as cardWords } from '../card/words.ts'
import { CustomerHead } from '../customer/index.ts'
import { Length } from '../ui/index.ts'
import { openCall } from '../worklists/call-drawer.ts'
import { CallSign } from './CallSign.tsx'
import classes from './CustomerPanel.module.css'
import { words } from './words.ts'

/** Who is on the line: the customer of the CRM, or what the call itself tells. */
export function CustomerPanel({ card }: { card: Card }) {
  const t = useWords(words)
  const { contacts } = card
  const stranger = card.callerName !== '' ? card.callerName : card.direction === 'internal' ? t.colleague : t.newCustomer
  return (
    <section className={classes.panel} aria-label={t.customer}>
      <div className={classes.head}>
        <CustomerHead key={card.id} card={card} stranger={stranger} />
      </div>
      {(card.direction !== 'internal' || contacts.length > 0) && (
        <>
          <h3 className={classes.title}>{t.contacts(contacts.length)}</h3>
          <Contacts contacts={contacts} />
        </>
      )}
    </section>
  )
}

export function Contacts({ contacts }: { contacts: readonly Contact[] }) {
  const t = useWords(words)
  return (
    <div className={classes.contacts} data-testid="contacts">
      {contacts.length === 0 && <div className={classes.none}>{t.noContacts}</div>}
      {contacts.map((contact) => (
        <ContactRow key={contact.cardId} contact={contact} />
      ))}
    </div>
  )
}

function ContactRow({ contact }: { contact: Contact }) {
  const t = useWords(words)
  const c = useWords(cardWords)
  const format = useFormat()
  const { categories, results } = useDictionaries()
  const [open, setOpen] = useState(false)
  const category = categories.name(contact.categoryId)
  const result = results.name(contact.resultId)
  const what = [category, result].filter((part) => part !== null).join(' · ')
  return (
    <div className={classes.contact} data-open={open || undefined}>
      <button type="button" className={classes.contactHead} aria-expanded={open} onClick={() => setOpen(!open)}>
        <CallSign direction={contact.direction} />
        <span className={classes.when}>{format.moment(contact.atMs, serverNow())}</span>
        <span className={classes.talk}>{contact.talkMs > 0 ? <Length ms={contact.talkMs} /> : t.notAnswered}</span>
        <IconChevronRight className={classes.chevron} size={14} stroke={1.5} aria-hidden />
        <span className={classes.what}>{what !== '' ? what : contact.description || t.directions[contact.direction]}</span>
      </button>
      {open && (
        <div className={classes.details}>
          {contact.description !== '' && what !== '' && <p>{contact.description}</p>}
          {contact.notes !== '' && <p className={classes.faint}>{contact.notes}</p>}
          <p className={classes.faint}>
            {[
              contact.operatorName,
              contact.queueName,
              contact.satisfaction === null ? null : `${c.fields.satisfaction}: ${c.satisfactionOf(contact.satisfaction)}`,
            ]
              .filter((part) => part !== null && part !== '')
              .join(' · ')}
          </p>
          <Button size="compact-xs" variant="subtle" onClick={() => openCall(contact.cardId)} data-testid="contact-open">
            {t.openCall}
          </Button>
        </div>
      )}
    </div>
  )
}
