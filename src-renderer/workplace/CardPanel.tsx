import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconArrowRight, IconPhone, IconPhoneOff } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { basicFieldNames, type Card, emptyCardFields, madeByOperator } from '../../server/contract/index.ts'
import { useApi } from '../app/api.ts'
import { useWords } from '../app/i18n.ts'
import { useKeys } from '../app/keys.ts'
import { useNow } from '../app/live/live.ts'
import { CardForm } from '../card/CardForm.tsx'
import type { DeskEntry } from '../card/desk-state.ts'
import { useDesk } from '../card/desk-store.ts'
import { KeepNote } from '../card/KeepNote.tsx'
import { useCardSetup } from '../card/use-card-setup.ts'
import { words as cardWords } from '../card/words.ts'
import { usePhone, usePhoneActions } from '../softphone/index.ts'
import { Duration, Kbd, Length } from '../ui/index.ts'
import { useTellError } from './actions.ts'
import classes from './CardPanel.module.css'
import { lineOfCard, mayBeOnLines } from './line-card.ts'
import { isWithin, missingToClose, refuseSave, useRefusedSaves } from './refused-saves.ts'
import { ExtendButton, WrapUpTitle } from './WrapUp.tsx'
import { words } from './words.ts'

/** One open card: what is going on, the form, and how to finish. */
export function CardPanel({ entry }: { entry: DeskEntry }) {
  const t = useWords(words)
  const c = useWords(cardWords)
  const desk = useDesk()
  const { card } = entry
  const ringing = card.state === 'ringing'
  const { setup } = useCardSetup(card.setupVersion)
  const queue = card.queue?.number ?? null
  const told = useRefusedSaves(({ ids }) => ids.has(card.id))
  const missing = missingToClose(setup, entry)
  const save = () => {
    if (missing.length > 0) refuseSave(card.id)
    else if (!ringing) void desk?.save(card.id)
  }
  const saveWord = card.state === 'wrapUp' ? c.saveAndFinish : c.save
  useKeys('card', c.card, [{ keys: 'Ctrl+Enter', title: saveWord, run: save }])

  return (
    <section className={classes.panel} aria-label={c.card} data-testid="card" data-card={card.id} data-state={card.state}>
      {/* One height in every state: nothing under it moves when the call does. */}
      <header className={classes.header} data-state={card.state}>
        {ringing ? (
          <RingingTitle card={card} />
        ) : card.state === 'wrapUp' ? (
          <WrapUpTitle card={card} />
        ) : (
          <h2 className={classes.title}>{c.card}</h2>
        )}
        <CallFacts card={card} />
        {!isUntouched(entry) && <KeepNote entry={entry} />}
        {ringing && <RingingActions card={card} />}
        {card.state === 'talking' && <TalksElsewhere card={card} />}
        {card.state === 'wrapUp' && <ExtendButton card={card} />}
      </header>
      <div className={classes.body}>
        <CardForm
          key={card.id}
          cardId={card.id}
          queue={queue}
          setup={setup}
          fields={entry.fields}
          clashes={entry.clashes}
          optional={isWithin(card)}
          missing={told ? missing : []}
          focusOn={ringing ? 'ringing' : 'answered'}
          onType={(name, value) => desk?.type(card.id, name, value)}
        />
      </div>
      <footer className={classes.footer}>
        {told && missing.length > 0 ? (
          <span className={classes.missing} role="alert" data-testid="card-missing">
            {t.missingFields(missing.length)}
          </span>
        ) : (
          <span className={classes.footNote}>
            {card.wrapUpLeftMs !== null
              ? t.wrapUpStandsHint
              : card.state === 'wrapUp'
                ? t.wrapUpHint
                : isWithin(card) && isUntouched(entry) && t.withinHint}
          </span>
        )}
        <Kbd keys="Ctrl+Enter" />
        <Button onClick={save} disabled={ringing} loading={entry.saving && entry.sync === 'sending'} data-testid="card-save">
          {saveWord}
        </Button>
      </footer>
    </section>
  )
}

/** Nothing was filled in yet: there is nothing to say about keeping it. */
const isUntouched = ({ fields, sync }: DeskEntry): boolean =>
  sync === 'onServer' &&
  basicFieldNames.every((name) => fields[name] === emptyCardFields[name]) &&
  Object.values(fields.extra).every((value) => value === null)

/** Queue, how long the caller waited, how long they talked. The call bar counts the running call. */
function CallFacts({ card }: { card: Card }) {
  const t = useWords(words)
  const from = card.queue?.name ?? (isWithin(card) ? t.colleague : card.direction === 'outbound' ? t.outbound : t.direct)
  const inbound = !madeByOperator(card)
  const waitMs = card.queuedAtMs !== null && card.answeredAtMs !== null ? card.answeredAtMs - card.queuedAtMs : null
  return (
    <div className={classes.facts}>
      {/* Where there is room for one thing only, it is whose words stand below; the call bar tells the queue. */}
      {card.state !== 'wrapUp' && !(card.state === 'ringing' && card.transferredFrom) && (
        <span className={classes.queue} title={from} data-testid="card-queue">
          {from}
        </span>
      )}
      {card.transferredFrom && (
        <span className={classes.from} data-testid="card-from" title={t.transferredHint}>
          <IconArrowRight size={14} stroke={1.75} aria-hidden />
          <span className={classes.queue}>{t.transferredFrom(card.transferredFrom.operatorName)}</span>
        </span>
      )}
      {card.state === 'ringing' && inbound && !card.transferredFrom && (
        <span>
          {t.waited} <Duration sinceMs={card.queuedAtMs ?? card.ringingAtMs} />
        </span>
      )}
      {card.state === 'talking' && waitMs !== null && (
        <span>
          {t.waitedFor} <Length ms={waitMs} />
        </span>
      )}
      {card.state === 'wrapUp' && card.answeredAtMs !== null && card.endedAtMs !== null && (
        <span>
          {t.columns.talk} <Length ms={card.endedAtMs - card.answeredAtMs} />
        </span>
      )}
    </div>
  )
}

/** This softphone's line of the ringing card, and whether it is the person who calls. */
function useRinging(card: Card) {
  const line = usePhone((state) => lineOfCard(card, state.lines))
  return { line, outgoing: madeByOperator(card) || line?.direction === 'outbound' }
}

function RingingTitle({ card }: { card: Card }) {
  const t = useWords(words)
  const { outgoing } = useRinging(card)
  return (
    <h2 className={classes.title} role="alert" data-testid="ringing">
      {outgoing ? t.calling : t.incoming}
    </h2>
  )
}

/** The softphone's own news and the server's are a moment apart. */
const patienceMs = 2000

/** The PBX has the operator in this call, this page has not: on a desk phone, or lost with a page that was loaded again. */
function TalksElsewhere({ card }: { card: Card }) {
  const t = useWords(words)
  const here = usePhone((state) => mayBeOnLines(card, state.lines))
  const nowMs = useNow()
  if (here || nowMs - (card.answeredAtMs ?? nowMs) < patienceMs) return null
  return (
    <div className={classes.elsewhere} role="status" data-testid="talks-elsewhere">
      {t.talksElsewhere}
    </div>
  )
}

/** Dialled on another phone, or on a page that crashed: whoever answers would hear nobody. */
function CallsElsewhere({ card }: { card: Card }) {
  const t = useWords(words)
  const api = useApi()
  const tell = useTellError()
  const giveUp = useMutation({
    mutationFn: () => api.giveUpCall({ body: { legId: card.legId } }),
    onError: (error) => tell(t.actionFailed, error),
  })
  return (
    <div className={classes.actions} role="status">
      <div className={classes.elsewhere} data-testid="calls-elsewhere">
        {t.callsElsewhere}
      </div>
      <Button variant="default" onClick={() => giveUp.mutate()} loading={giveUp.isPending} data-testid="give-up">
        {t.giveUp}
      </Button>
    </div>
  )
}

function RingingActions({ card }: { card: Card }) {
  const t = useWords(words)
  const phone = usePhoneActions()
  const tell = useTellError()
  const { line, outgoing } = useRinging(card)
  const here = usePhone((state) => mayBeOnLines(card, state.lines))
  const nowMs = useNow()
  // The card may run ahead of the softphone's own news by a moment.
  const elsewhere = !here && nowMs - card.ringingAtMs > patienceMs
  const act = (done: Promise<void>) => void done.catch((error: unknown) => tell(t.actionFailed, error))
  if (line?.phase !== 'ringingIn') {
    if (!elsewhere) return null
    return outgoing ? <CallsElsewhere card={card} /> : <div className={classes.elsewhere}>{t.answerOnPhone}</div>
  }
  return (
    <div className={classes.actions}>
      <Button
        leftSection={<IconPhone size={18} stroke={1.75} />}
        onClick={() => act(phone.answer(line.id))}
        className={classes.answer}
        data-testid="card-answer"
      >
        {t.answer}
      </Button>
      <Tooltip label={t.reject}>
        <ActionIcon
          size={36}
          variant="default"
          onClick={() => act(phone.reject(line.id))}
          aria-label={t.reject}
          className={classes.reject}
          data-testid="card-reject"
        >
          <IconPhoneOff size={18} stroke={1.75} />
        </ActionIcon>
      </Tooltip>
    </div>
  )
}
