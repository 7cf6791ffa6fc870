import { Button, Tooltip } from '@mantine/core'
import { IconPhone, IconPhoneOff } from '@tabler/icons-react'
import { type Card, cardFieldNames, emptyCardFields } from '../../server/contract/index.ts'
import { useWords } from '../app/i18n.ts'
import { useKeys } from '../app/keys.ts'
import { useNow } from '../app/live/live.ts'
import { CardForm } from '../card/CardForm.tsx'
import type { DeskEntry } from '../card/desk-state.ts'
import { useDesk } from '../card/desk-store.ts'
import { KeepNote } from '../card/KeepNote.tsx'
import { words as cardWords } from '../card/words.ts'
import { usePhone, usePhoneActions } from '../softphone/index.ts'
import { Duration, Kbd, Length, ToneBadge } from '../ui/index.ts'
import { useTellError } from './actions.ts'
import classes from './CardPanel.module.css'
import { useCardTitle } from './card-title.ts'
import { lineOfCard } from './line-card.ts'
import { WrapUpBar } from './WrapUpBar.tsx'
import { words } from './words.ts'

/** One open card: what is going on, the form, and how to finish. */
export function CardPanel({ entry }: { entry: DeskEntry }) {
  const c = useWords(cardWords)
  const desk = useDesk()
  const { card } = entry
  const ringing = card.state === 'ringing'
  const save = () => {
    if (!ringing) void desk?.save(card.id)
  }
  const saveWord = card.state === 'wrapUp' ? c.saveAndFinish : c.save
  useKeys('card', c.card, [{ keys: 'Ctrl+Enter', title: saveWord, run: save }])

  return (
    <section className={classes.panel} aria-label={c.card} data-testid="card" data-card={card.id} data-state={card.state}>
      {ringing && <RingingBar card={card} />}
      {card.state === 'wrapUp' && <WrapUpBar card={card} onFinish={save} />}
      <header className={classes.header}>
        <h2 className={classes.title}>{c.card}</h2>
        <CallFacts card={card} />
        {!isUntouched(entry) && <KeepNote entry={entry} />}
      </header>
      <div className={classes.body}>
        <CardForm key={card.id} entry={entry} />
      </div>
      <footer className={classes.footer}>
        <span className={classes.keys}>
          <Kbd keys="Ctrl+Enter" />
        </span>
        <Button onClick={save} disabled={ringing} loading={entry.saving && entry.sync === 'sending'} data-testid="card-save">
          {saveWord}
        </Button>
      </footer>
    </section>
  )
}

/** Nothing was filled in yet: there is nothing to say about keeping it. */
const isUntouched = ({ fields, sync }: DeskEntry): boolean =>
  sync === 'onServer' && cardFieldNames.every((name) => fields[name] === emptyCardFields[name])

/** Queue, how long the caller waited, how long the call lasts. */
function CallFacts({ card }: { card: Card }) {
  const t = useWords(words)
  const c = useWords(cardWords)
  const from = card.queue?.name ?? (card.direction === 'outbound' ? t.outbound : t.direct)
  const waitMs = card.queuedAtMs !== null && card.answeredAtMs !== null ? card.answeredAtMs - card.queuedAtMs : null
  return (
    <div className={classes.facts}>
      <span className={classes.queue} title={from} data-testid="card-queue">
        {from}
      </span>
      {card.state === 'talking' && card.answeredAtMs !== null && (
        <ToneBadge tone="ok">
          {c.state.talking} <Duration sinceMs={card.answeredAtMs} />
        </ToneBadge>
      )}
      {card.state === 'wrapUp' && card.answeredAtMs !== null && card.endedAtMs !== null && (
        <span>
          {t.columns.talk} <Length ms={card.endedAtMs - card.answeredAtMs} />
        </span>
      )}
      {waitMs !== null && (
        <span>
          {t.waitedFor} <Length ms={waitMs} />
        </span>
      )}
    </div>
  )
}

const patienceMs = 2000

function RingingBar({ card }: { card: Card }) {
  const t = useWords(words)
  const phone = usePhoneActions()
  const tell = useTellError()
  const title = useCardTitle()
  const line = usePhone((state) => lineOfCard(card, state.lines))
  const nowMs = useNow()
  const ringing = line?.phase === 'ringingIn'
  const outgoing = card.direction === 'outbound' || line?.direction === 'outbound'
  // The card may run ahead of the softphone's own ring by a moment.
  const elsewhere = !outgoing && !line && nowMs - card.ringingAtMs > patienceMs
  const act = (done: Promise<void>) => void done.catch((error: unknown) => tell(t.actionFailed, error))
  return (
    <div className={classes.ringing} role="alert" data-testid="ringing">
      <div className={classes.caller}>
        <div className={classes.ringingTitle}>
          {outgoing ? t.calling : t.incoming}
          {card.queue && ` · ${card.queue.name}`}
        </div>
        <div className={classes.ringingWho}>
          {title(card)}
          <span className={classes.ringingWait}>
            {!outgoing && t.waited} <Duration sinceMs={card.queuedAtMs ?? card.ringingAtMs} />
          </span>
        </div>
      </div>
      {ringing && line ? (
        <div className={classes.ringingActions}>
          <Button
            size="md"
            color="green"
            leftSection={<IconPhone size={18} stroke={1.75} />}
            onClick={() => act(phone.answer(line.id))}
            className={classes.answer}
            data-testid="card-answer"
          >
            {t.answer}
          </Button>
          <Tooltip label={t.reject}>
            <Button
              size="md"
              variant="default"
              onClick={() => act(phone.reject(line.id))}
              aria-label={t.reject}
              className={classes.reject}
              data-testid="card-reject"
            >
              <IconPhoneOff size={18} stroke={1.75} />
            </Button>
          </Tooltip>
        </div>
      ) : (
        elsewhere && <div className={classes.elsewhere}>{t.answerOnPhone}</div>
      )}
    </div>
  )
}
