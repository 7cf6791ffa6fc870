import { Button } from '@mantine/core'
import { IconCheck, IconPencil, IconPhone, IconPhonePlus } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import {
  type CallPage,
  type Card,
  changeEntries,
  formOf,
  madeByOperator,
  missingFields,
  type PastCall,
} from '../../server/contract/index.ts'
import { reportNames } from '../../server/contract/report-names.ts'
import { useFormat } from '../app/format.ts'
import { useLanguage, useWords } from '../app/i18n.ts'
import { useKeys } from '../app/keys.ts'
import { CardForm } from '../card/CardForm.tsx'
import { useDesk, useDeskState } from '../card/desk-store.ts'
import { inFormOrder, useFieldLabel, useFieldText } from '../card/field-text.ts'
import { KeepNote } from '../card/KeepNote.tsx'
import { useCardSetup } from '../card/use-card-setup.ts'
import { RecordingPlayer } from '../player/index.ts'
import { ErrorState, Kbd, Length, LoadingLines, PhoneNumber, type Tone, ToneBadge } from '../ui/index.ts'
import { useDial } from '../workplace/actions.ts'
import { CustomerPanel } from '../workplace/CustomerPanel.tsx'
import { CallBackDialog } from './CallBackDialog.tsx'
import { CallCourse } from './CallCourse.tsx'
import classes from './CallDetails.module.css'
import type { CallRef } from './call-drawer.ts'
import { callPagesKey, useCallPage } from './queries.ts'
import { words } from './words.ts'

/** One call to look at afterwards: what happened, the recording, the card (to change while it is one's own), the customer. */
export function CallDetails({ of }: { of: CallRef }) {
  const { data, error, refetch } = useCallPage(of)
  if (data) return <Details page={data} />
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  return (
    <div className={classes.block}>
      <LoadingLines lines={10} />
    </div>
  )
}

function Details({ page }: { page: CallPage }) {
  const { card, call } = page
  return (
    <div className={classes.details} data-testid="call-details" data-card={card?.id}>
      {card ? <CardFacts card={card} /> : call && <CallFacts call={call} />}
      <Recordings page={page} />
      {card && <CardSection page={page} card={card} />}
      <Rating page={page} />
      <CallCourse timeline={page.timeline} />
      <Quality page={page} />
      {card && <CustomerPanel card={card} />}
    </div>
  )
}

const isMissed = (card: Card): boolean => card.state === 'missed'

/** As the card's operator had it. */
function CardFacts({ card }: { card: NonNullable<CallPage['card']> }) {
  const t = useWords(words)
  const { answeredAtMs, endedAtMs, queuedAtMs, ringingAtMs } = card
  const unanswered = madeByOperator(card) ? 'notReached' : card.ringCancelled ? 'cancelled' : 'missed'
  const outcome = isMissed(card) ? unanswered : 'answered'
  return (
    <Facts
      atMs={ringingAtMs}
      outcome={{ tone: outcome === 'answered' ? 'ok' : outcome === 'missed' ? 'alarm' : 'off', text: t.outcome[outcome] }}
      who={card.customer?.name ?? card.callerName}
      number={card.number}
      about={[t.directions[card.direction], card.queue?.name, card.operatorName]}
      waitMs={card.direction === 'inbound' ? (answeredAtMs ?? endedAtMs ?? ringingAtMs) - (queuedAtMs ?? ringingAtMs) : null}
      talkMs={answeredAtMs !== null && endedAtMs !== null ? endedAtMs - answeredAtMs : null}
      reason={card.fields.description}
    />
  )
}

const toneOf = (outcome: PastCall['outcome']): Tone =>
  outcome === 'answered' ? 'ok' : outcome === 'missed' ? 'alarm' : outcome === 'running' ? 'own' : 'off'

/** A call nobody had a card of, or none that the reader may see. */
function CallFacts({ call }: { call: PastCall }) {
  const t = useWords(words)
  const { outcomes, causes } = reportNames[useLanguage()]
  return (
    <Facts
      atMs={call.startedAtMs}
      outcome={{ tone: toneOf(call.outcome), text: outcomes[call.outcome] ?? call.outcome }}
      who={call.customerName ?? ''}
      number={call.number}
      about={[t.directions[call.direction], call.queue?.name, call.operatorName, call.cause && causes[call.cause]]}
      waitMs={call.direction === 'inbound' ? call.waitMs : null}
      talkMs={call.talkMs}
      reason=""
    />
  )
}

interface FactsProps {
  readonly atMs: number
  readonly outcome: { readonly tone: Tone; readonly text: string }
  /** Empty: nobody known. */
  readonly who: string
  readonly number: string
  readonly about: readonly (string | null | undefined)[]
  /** null: nothing to say. */
  readonly waitMs: number | null
  readonly talkMs: number | null
  /** Of a call back. */
  readonly reason: string
}

function Facts({ atMs, outcome, who, number, about, waitMs, talkMs, reason }: FactsProps) {
  const t = useWords(words)
  const format = useFormat()
  const dial = useDial()
  const [planning, setPlanning] = useState(false)
  return (
    <section className={classes.block}>
      <div className={classes.head}>
        <h2>{format.dateTime(atMs)}</h2>
        <ToneBadge tone={outcome.tone}>{outcome.text}</ToneBadge>
      </div>
      <div className={classes.who}>
        {who !== '' && (
          <b dir="auto" title={who}>
            {who}
          </b>
        )}
        <PhoneNumber number={number} />
      </div>
      <div className={classes.facts}>
        <span>{about.filter(Boolean).join(' · ')}</span>
        {waitMs !== null && (
          <span>
            {t.page.waited} <Length ms={waitMs} />
          </span>
        )}
        {talkMs !== null && (
          <span>
            {t.page.talked} <Length ms={talkMs} />
          </span>
        )}
      </div>
      {number !== '' && (
        <div className={classes.actions}>
          <Button size="xs" leftSection={<IconPhone size={14} stroke={1.75} />} variant="light" onClick={() => dial(number)}>
            {t.call}
          </Button>
          <Button
            size="xs"
            leftSection={<IconPhonePlus size={14} stroke={1.75} />}
            variant="default"
            onClick={() => setPlanning(true)}
            data-testid="call-later"
          >
            {t.page.callLater}
          </Button>
        </div>
      )}
      {planning && <CallBackDialog draft={{ number, reason }} onClose={() => setPlanning(false)} />}
    </section>
  )
}

function Recordings({ page }: { page: CallPage }) {
  const t = useWords(words).page
  const format = useFormat()
  const { card, call, recordings, recordingBar } = page
  const answered = card ? card.answeredAtMs !== null : call?.outcome === 'answered'
  const of = card ? { cardId: card.id } : call && { callKey: call.callKey }
  if (of === null || (!answered && recordings.length === 0)) return null
  return (
    <section className={classes.block} aria-label={recordings.length > 1 ? t.recordings : t.recording}>
      <h3>{recordings.length > 1 ? t.recordings : t.recording}</h3>
      {recordingBar !== 'none' && (
        <p className={classes.faint} data-testid="recording-bar">
          {t.bars[recordingBar]}
        </p>
      )}
      {recordings.map((recording, at) => (
        <div key={recording.id} className={classes.recording}>
          {recordings.length > 1 && <div className={classes.faint}>{format.timeWithSeconds(recording.startedAtMs)}</div>}
          <RecordingPlayer of={of} recording={recording} keyed={at === 0} />
        </div>
      ))}
    </section>
  )
}

/** What the caller pressed, asked after the call; what the operator noted is on the card. */
function Rating({ page: { rating } }: { page: CallPage }) {
  const t = useWords(words).page
  if (rating === null) return null
  return (
    <section className={classes.block} aria-label={t.rating} data-testid="call-rating">
      <h3>{t.rating}</h3>
      <p>{rating.score === null ? t.notRated : t.rated(rating.score)}</p>
    </section>
  )
}

interface CardProps {
  readonly page: CallPage
  readonly card: NonNullable<CallPage['card']>
}

function CardSection({ page, card }: CardProps) {
  const t = useWords(words).page
  const desk = useDesk()
  const mayEdit = page.mayEdit && desk !== null
  // It was opened to be filled in.
  const [editing, setEditing] = useState(mayEdit && card.incomplete)
  useKeys('call-details', t.title, mayEdit && !editing ? [{ keys: 'E', title: t.editCard, run: () => setEditing(true) }] : [])
  return (
    <section className={classes.block} aria-label={t.card}>
      <div className={classes.titleRow}>
        <h3>{t.card}</h3>
        {mayEdit && !editing && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPencil size={14} stroke={1.75} />}
            onClick={() => setEditing(true)}
            title={`${t.editCard} · E`}
            data-testid="edit-card"
          >
            {t.editCard}
          </Button>
        )}
      </div>
      {editing ? <CardEditor shown={card} onClose={() => setEditing(false)} /> : <CardFieldsList card={card} />}
    </section>
  )
}

/** The same form as during the call, with the same care for what is typed. */
function CardEditor({ shown, onClose }: { shown: Card; onClose: () => void }) {
  const t = useWords(words).page
  const desk = useDesk()
  const queries = useQueryClient()
  const [card] = useState(shown)
  const entry = useDeskState((state) => state.entries[card.id])
  const { setup } = useCardSetup(card.setupVersion)
  useEffect(() => desk?.reopen(card), [desk, card])
  const save = () => {
    if (entry && entry.fields !== entry.card.fields) void desk?.save(card.id)
  }
  const version = entry?.card.version
  useEffect(() => {
    if (version !== undefined && version > card.version) void queries.invalidateQueries({ queryKey: callPagesKey })
  }, [version, card.version, queries])
  useKeys('late-card', t.card, [{ keys: 'Ctrl+Enter', title: t.save, run: save }])
  if (!entry) return <LoadingLines lines={4} />
  return (
    <>
      <CardForm
        key={card.id}
        cardId={card.id}
        queue={card.queue?.number ?? null}
        setup={setup}
        fields={entry.fields}
        clashes={entry.clashes}
        optional={card.direction === 'internal'}
        missing={card.incomplete ? missingFields(setup, formOf(setup, card.queue?.number ?? null), entry.fields) : []}
        focusOn="late"
        onType={(name, value) => desk?.type(card.id, name, value)}
      />
      <div className={classes.editFoot}>
        <KeepNote entry={entry} />
        <Button size="xs" variant="default" onClick={onClose} data-testid="late-close">
          {t.stopEditing}
        </Button>
        <Button
          size="xs"
          leftSection={<IconCheck size={14} stroke={1.75} />}
          rightSection={<Kbd keys="Ctrl+Enter" />}
          onClick={save}
          loading={entry.saving && entry.sync === 'sending'}
          data-testid="late-save"
        >
          {t.save}
        </Button>
      </div>
    </>
  )
}

function CardFieldsList({ card }: { card: Card }) {
  const t = useWords(words).page
  const label = useFieldLabel()
  const text = useFieldText()
  const fields = inFormOrder(changeEntries(card.fields)).filter(([name, value]) =>
    name === 'callBackAtMs' ? card.fields.callBack : value !== null && value !== '' && value !== false,
  )
  if (fields.length === 0) return <p className={classes.faint}>{t.emptyCard}</p>
  return (
    <dl className={classes.fields}>
      {fields.map(([name, value]) => (
        <div key={name} data-long={name === 'description' || name === 'notes' || undefined}>
          <dt>{label(name)}</dt>
          <dd>{text(name, value)}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Averages of what each operator's phone measured. */
function Quality({ page: { quality } }: { page: CallPage }) {
  const t = useWords(words).page
  const format = useFormat()
  if (quality.length === 0) return null
  return (
    <section className={classes.block} aria-label={t.quality}>
      <h3>{t.quality}</h3>
      <dl className={classes.fields} data-testid="call-quality-figures">
        {quality.map((leg) => (
          <div key={leg.legId}>
            <dt>{leg.operatorName}</dt>
            <dd>
              {t.qualityFigures({
                mos: format.tenths(leg.avgMos),
                loss: format.tenths(leg.avgLoss * 100),
                jitter: format.number(Math.round(leg.avgJitterMs)),
                roundTrip: leg.avgRoundTripMs === null ? null : format.number(Math.round(leg.avgRoundTripMs)),
              })}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
